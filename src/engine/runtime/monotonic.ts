import type { MonotonicOutcome } from '../../core/checks/facts.ts';
import type { NumberColumn } from '../../core/data/table.ts';
import type { Policy } from '../../protocol/engine.ts';
import { quantileOfSorted, sortedValues } from '../../core/stats/quantile.ts';
import { Counted } from '../profile/counted.ts';
import { mainScore } from './agreement.ts';
import { answersWith, type StressTask } from './stress.ts';

/** Values that each row is asked with: quantiles of the column. */
const steps = 9;
/** Rounding of float32 scores stays below it. */
const slack = 1e-6;

/** Each row with ever larger values of a column, all else as it is: does the answer move one way only? */
export async function monotonicOutcomes(
  task: StressTask,
  directions: NonNullable<Policy['monotonic']>,
): Promise<MonotonicOutcome[]> {
  const found: MonotonicOutcome[] = [];
  for (const [name, direction] of Object.entries(directions)) {
    const column = task.table.columns.find(one => one.name === name);
    if (column?.kind !== 'number') continue;
    const sorted = sortedValues(column.values);
    if (sorted.length === 0) continue;
    const grid = [
      ...new Set(Array.from({ length: steps }, (_, i) => quantileOfSorted(sorted, i / (steps - 1)))),
    ];
    found.push(await outcome(task, column, direction, grid));
  }
  return found;
}

async function outcome(
  task: StressTask,
  column: NumberColumn,
  direction: MonotonicOutcome['direction'],
  grid: readonly number[],
): Promise<MonotonicOutcome> {
  const { table, rows } = task;
  const sign = direction === 'increasing' ? 1 : -1;
  const against = new Uint8Array(table.rows);
  const last = new Float64Array(table.rows).fill(-Infinity);
  let largest = 0;
  for (const value of grid) {
    const filled = { ...column, values: new Float64Array(table.rows).fill(value) };
    const answers = await answersWith(
      task,
      table.columns.map(other => (other === column ? filled : other)),
    );
    for (let row = 0; row < table.rows; row++) {
      const now = sign * mainScore(answers, row);
      const fall = last[row]! - now;
      if (fall > slack * Math.max(1, Math.abs(now))) {
        against[row] = 1;
        largest = Math.max(largest, fall);
      }
      last[row] = Math.max(last[row]!, now);
    }
  }
  const violations = new Counted();
  against.forEach((broken, row) => broken === 1 && violations.add(rows[row] ?? row));
  return { column: column.name, direction, rows: table.rows, violations: violations.count(), largest };
}
