import type { Answered } from '../../core/explain/counterfactual/search.ts';
import { BadInput } from '../../core/failure.ts';
import type { WantedAnswer } from '../../protocol/local.ts';
import type { Answers } from '../predict/scorer.ts';
import { indexer, scoredOf, type ResolvedTask } from '../predict/task.ts';
import type { Explained } from './explained.ts';

/** The explained number and the predicted class (null for regression) of the runtime's answers. */
export interface Said {
  readonly values: Float64Array;
  readonly classes: readonly string[] | null;
}

export function saidOf(answers: Answers, task: ResolvedTask, explained: Explained): Said {
  const scored = scoredOf(answers, task, null, null, '');
  return {
    values: explained.of(answers),
    classes:
      scored.kind === 'regression'
        ? null
        : Array.from(scored.predicted, predicted => scored.classes[predicted] ?? ''),
  };
}

export function answerOf(
  { values, classes }: Said,
  row: number,
): { readonly value: number; readonly class: string | null } {
  return { value: values[row]!, class: classes?.[row] ?? null };
}

/** What a counterfactual is to be answered with. */
export interface Goal {
  /** In words, such as "`good`" or "P(bad) at most 0.2". */
  readonly words: string;
  of(answers: Answers): Answered;
}

/** @param own what the model says of the row itself @throws BadInput for an answer that the model cannot give */
export function goalOf(wanted: WantedAnswer, task: ResolvedTask, explained: Explained, own: Said): Goal {
  const goal =
    wanted.min !== null || wanted.max !== null
      ? rangeGoal(wanted, explained)
      : task.task === 'regression'
        ? null
        : classGoal(wanted, task, own.classes![0]!);
  if (goal === null)
    throw new BadInput(
      'no-wanted-value',
      'The model predicts a value: say which value is wanted, at least or at most.',
    );
  return goal;
}

function rangeGoal({ class: name, min, max }: WantedAnswer, explained: Explained): Goal {
  if (name !== null)
    throw new BadInput('wanted', 'Both a class and a range of values are wanted. Say one of them.');
  const { title } = explained.output;
  if (min !== null && max !== null && min > max)
    throw new BadInput('wanted', `${title} cannot be at least ${min} and at most ${max}. Swap the two.`);
  const parts = [min === null ? null : `at least ${min}`, max === null ? null : `at most ${max}`];
  return {
    words: `${title} ${parts.filter(part => part !== null).join(' and ')}`,
    of(answers) {
      const score = explained
        .of(answers)
        .map(value => -Math.max(0, (min ?? value) - value, value - (max ?? value)));
      return { score, met: Uint8Array.from(score, value => (value === 0 ? 1 : 0)) };
    },
  };
}

function classGoal(
  wanted: WantedAnswer,
  task: Exclude<ResolvedTask, { task: 'regression' }>,
  own: string,
): Goal {
  const { classes } = task;
  const current = classes.indexOf(own);
  const target = wanted.class === null ? null : indexer(classes)(wanted.class);
  if (target === -1)
    throw new BadInput(
      'unknown-output',
      `The model has no class \`${wanted.class}\`. Its classes are ${classes.map(name => `\`${name}\``).join(', ')}.`,
    );
  const goal = target ?? (classes.length === 2 ? 1 - current : null);
  if (goal === current)
    throw new BadInput(
      'already-so',
      `The model answers \`${own}\` to this row already. Choose another answer.`,
    );
  return {
    words: goal === null ? `any other class than \`${own}\`` : `\`${classes[goal]!}\``,
    of(answers) {
      const scored = scoredOf(answers, task, null, null, '');
      if (scored.kind === 'regression') throw new Error('a classifier answered as a regressor');
      const k = classes.length;
      const score = new Float64Array(scored.n);
      const met = new Uint8Array(scored.n);
      for (let row = 0; row < scored.n; row++) {
        const predicted = scored.predicted[row]!;
        score[row] = goal === null ? -scored.scores[row * k + current]! : scored.scores[row * k + goal]!;
        met[row] = (goal === null ? predicted !== current : predicted === goal) ? 1 : 0;
      }
      return { score, met };
    },
  };
}
