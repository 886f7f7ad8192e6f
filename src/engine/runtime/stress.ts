import type { RuntimeFacts, StressOutcome } from '../../core/checks/facts.ts';
import type { Column, Table } from '../../core/data/table.ts';
import { BadInput } from '../../core/failure.ts';
import type { Scored } from '../../core/metrics/scored.ts';
import { seeded, type Random } from '../../core/random.ts';
import type { MatchPlan } from '../match/plan.ts';
import type { Answers, Scorer } from '../predict/scorer.ts';
import { neverAborted } from '../tasks/signal.ts';
import { changes, flips } from './agreement.ts';

/** Noise in standard deviations of the column: about what a sensor or a rounding adds. */
const noiseScale = 0.01;
const roundingDigits = 3;
const unseenWord = 'never seen before';

export interface StressTask {
  readonly scorer: Scorer;
  readonly plan: MatchPlan;
  readonly table: Table;
  readonly rows: Int32Array;
  /** The answers to the table as it is. */
  readonly base: Scored;
  readonly scored: (answers: Answers) => Scored;
  readonly seed: number;
}

/** What the model does when values go missing, words are new, and numbers shake. */
export async function stress(
  task: StressTask,
): Promise<Pick<RuntimeFacts, 'missingStress' | 'unseenStress' | 'noise' | 'rounding'>> {
  const { table } = task;
  const missingStress: StressOutcome[] = [];
  const unseenStress: StressOutcome[] = [];
  for (const column of table.columns) {
    missingStress.push(await outcome(task, column, emptied(column)));
    if (column.kind === 'category') unseenStress.push(await outcome(task, column, unseen(column)));
  }
  const random = seeded(task.seed);
  return {
    missingStress,
    unseenStress,
    noise: await moved(task, column => noisy(column, random), { scale: noiseScale }),
    rounding: await moved(task, rounded, { digits: roundingDigits }),
  };
}

export async function answersWith(task: StressTask, columns: readonly Column[]): Promise<Scored> {
  const { scorer, table } = task;
  return task.scored(
    await scorer.table({ rows: table.rows, columns }, 'the stressed sample', 0, neverAborted),
  );
}

async function outcome(task: StressTask, column: Column, changed: Column): Promise<StressOutcome> {
  const columns = task.table.columns.map(other => (other === column ? changed : other));
  try {
    const { mean } = changes(task.base, await answersWith(task, columns));
    return Number.isFinite(mean)
      ? { column: column.name, outcome: 'answers', meanChange: mean, message: null }
      : { column: column.name, outcome: 'non-finite', meanChange: null, message: null };
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    return { column: column.name, outcome: 'refuses', meanChange: null, message: error.message };
  }
}

async function moved<T>(
  task: StressTask,
  change: (column: Column) => Column,
  setting: T,
): Promise<(T & Moved) | null> {
  const floats = floatFeatures(task.plan);
  if (floats.size === 0) return null;
  const columns = task.table.columns.map((column, i) => (floats.has(i) ? change(column) : column));
  const after = await answersWith(task, columns);
  const { mean, max } = changes(task.base, after);
  if (!Number.isFinite(mean)) return null;
  return {
    ...setting,
    rows: task.table.rows,
    flips: flips(task.base, after, task.rows).count(),
    meanChange: mean,
    maxChange: max,
  };
}

type Moved = Omit<NonNullable<RuntimeFacts['noise']>, 'scale'>;

/** Features that only inputs of floating-point type read: others have no values in between. */
function floatFeatures(plan: MatchPlan): Set<number> {
  const floats = new Set<number>();
  const whole = new Set<number>();
  for (const input of plan.inputs)
    for (const feature of input.columns) (input.type.startsWith('float') ? floats : whole).add(feature);
  return new Set([...floats].filter(feature => !whole.has(feature)));
}

function emptied(column: Column): Column {
  return column.kind === 'number'
    ? { ...column, values: new Float64Array(column.values.length).fill(Number.NaN) }
    : { ...column, codes: new Int32Array(column.codes.length).fill(-1) };
}

function unseen(column: Extract<Column, { kind: 'category' }>): Column {
  return { ...column, codes: new Int32Array(column.codes.length), levels: [unseenWord] };
}

function noisy(column: Column, random: Random): Column {
  if (column.kind !== 'number') return column;
  const present = column.values.filter(value => Number.isFinite(value));
  const mean = present.reduce((sum, value) => sum + value, 0) / Math.max(1, present.length);
  const variance =
    present.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, present.length - 1);
  const scale = noiseScale * Math.sqrt(variance);
  return { ...column, values: column.values.map(value => value + scale * normal(random)) };
}

/** Box and Muller's normal number. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function rounded(column: Column): Column {
  if (column.kind !== 'number') return column;
  return {
    ...column,
    values: column.values.map(value =>
      Number.isFinite(value) ? Number(value.toPrecision(roundingDigits)) : value,
    ),
  };
}
