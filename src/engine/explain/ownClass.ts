import type { AboutParts } from '../../protocol/masking.ts';
import type { Answers } from '../predict/scorer.ts';
import { explainedOf, type Explained } from './explained.ts';
import type { Subject } from './subject.ts';

/** What is explained of each row: the output asked for, else the class that the row is given, of more than two. */
export function ownClasses(
  job: Pick<AboutParts, 'output' | 'space'>,
  { explained, task, model }: Subject,
  answers: Answers,
): readonly Explained[] {
  const { rows, width, scores } = answers;
  if (job.output !== null || task.task !== 'multiclass') return Array.from({ length: rows }, () => explained);
  const byClass = task.classes.map(output => explainedOf({ ...job, output }, model.facts.answer, task));
  return Array.from({ length: rows }, (_, i) => {
    const own = scores.subarray(i * width, (i + 1) * width);
    return byClass[own.indexOf(Math.max(...own))]!;
  });
}
