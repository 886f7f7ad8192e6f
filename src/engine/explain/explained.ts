import { BadInput } from '../../core/failure.ts';
import type { Answer } from '../../core/onnx/facts.ts';
import type { Signal } from '../../core/signal.ts';
import type { ComposedModel } from '../../core/explain/types.ts';
import type { ExplainJob } from '../../protocol/engine.ts';
import type { Explanation } from '../../protocol/results/explanation.ts';
import type { Pool } from '../predict/feeds.ts';
import type { Answers, Scorer } from '../predict/scorer.ts';
import { classScores, indexer, valuesOf, type ResolvedTask } from '../predict/task.ts';

/** Which number is explained, and in what units. */
export interface Explained {
  readonly output: Explanation['output'];
  readonly space: Explanation['space'];
  /** True when the number is the log-odds of a probability that the model gives. */
  readonly logOdds: boolean;
  /** The number for each row of the model's answers. */
  readonly of: (answers: Answers) => Float64Array;
}

/** A float32 probability this near 0 or 1 says no more than that; its log-odds are cut there. */
const smallest = 1e-7;

/** @throws BadInput for a class the model does not have, or a space its output does not have */
export function explainedOf(
  job: Pick<ExplainJob, 'output' | 'space'>,
  answer: Answer,
  task: ResolvedTask,
): Explained {
  const name = answer.scoreOutput ?? answer.labelOutput ?? '';
  if (task.task === 'regression') {
    if (job.space !== null && job.space !== 'value') throw wrongSpace(job.space, 'a value');
    const { column } = task;
    const title = column === undefined ? 'prediction' : `prediction ${column}`;
    return {
      output: { name, class: null, index: column ?? 0, title },
      space: 'value',
      logOdds: false,
      of: answers => valuesOf(answers, task),
    };
  }
  const { classes, probabilities } = task;
  const index = classIndex(job.output, task.positive, classes);
  const column = classes[index]!;
  const space = job.space ?? (probabilities ? 'probability' : 'raw');
  if (space === 'value') throw wrongSpace(space, 'classes');
  if (space === 'probability' && !probabilities) throw wrongSpace(space, 'scores that are no probabilities');
  const logit = space === 'raw' && probabilities;
  return {
    output: {
      name,
      class: column,
      index,
      title: logit ? `log-odds of ${column}` : probabilities ? `P(${column})` : `score of ${column}`,
    },
    space,
    logOdds: logit,
    of(answers) {
      const scores = classScores(answers, classes, probabilities);
      const k = classes.length;
      const values = new Float64Array(answers.rows);
      for (let row = 0; row < values.length; row++) {
        const score = scores[row * k + index]!;
        values[row] = logit ? logOdds(score) : score;
      }
      return values;
    },
  };
}

/**
 * The task with the value that is asked about, where the model predicts several.
 * @param width values a row
 * @throws BadInput `unknown-output`
 */
export function taskOfOutput(
  task: ResolvedTask,
  output: string | number | null,
  width: number,
): ResolvedTask {
  if (task.task !== 'regression') return task;
  const column = output === null ? 0 : placeOf(output, width);
  if (column >= 0) return width === 1 ? task : { ...task, column };
  throw new BadInput(
    'unknown-output',
    width === 1
      ? `The model predicts one value, and has no output \`${output}\`. Leave the output out.`
      : `The model predicts ${width} values a row, and has no output \`${output}\`. Choose one of 0 to ${width - 1}.`,
  );
}

/** The model as the explained number of composed rows. */
export function composedModel(
  scorer: Scorer,
  pool: Pool,
  players: readonly string[],
  explained: Explained,
): ComposedModel {
  return {
    players,
    poolRows: pool.rows,
    outputs: 1,
    same: (player, a, b) => scorer.feeds.same(pool, player, a, b),
    evaluate: async (picks: Int32Array, signal: Signal) =>
      explained.of(await scorer.composed(pool, picks, players.length, signal)),
    mixed: async (mixes, signal) => explained.of(await scorer.mixed(pool, mixes, signal)),
  };
}

function logOdds(probability: number): number {
  const p = Math.min(1 - smallest, Math.max(smallest, probability));
  return Math.log(p / (1 - p));
}

function classIndex(
  output: string | number | null,
  positive: number | null,
  classes: readonly string[],
): number {
  if (output === null) return positive ?? 0;
  const named = indexer(classes)(String(output));
  if (named >= 0) return named;
  const place = placeOf(output, classes.length);
  if (place >= 0) return place;
  throw new BadInput(
    'unknown-output',
    `The model has no class \`${output}\`. Its classes are ${classes.map(name => `\`${name}\``).join(', ')}.`,
  );
}

/** A place among so many, said as a number or in digits; -1 when it is none. */
function placeOf(output: string | number, count: number): number {
  const place = /^\d+$/.test(String(output)) ? Number(output) : -1;
  return place < count ? place : -1;
}

function wrongSpace(space: string, what: string): BadInput {
  return new BadInput(
    'space',
    `This model's answer cannot be explained as \`${space}\`: it gives ${what}. Leave the space out.`,
  );
}
