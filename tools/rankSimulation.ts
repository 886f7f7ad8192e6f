import { falseAlarm, simulatedMetrics } from '../src/core/ranking/simulation.ts';
import { seeded } from '../src/core/random.ts';
import { wilson } from '../src/core/stats/proportion.ts';

/**
 * How often a ranking of ten equal candidates calls one of them worse: node tools/rankSimulation.ts ROWS TRIALS.
 * docs/trials.md has what it printed; src/core/ranking/rank.test.ts takes its bound from it.
 */
const [rows = 100, trials = 1000] = process.argv.slice(2).map(Number);
const random = seeded(2026);
let all = 0;
for (const metric of simulatedMetrics) {
  let wrong = 0;
  for (let trial = 0; trial < trials; trial++) wrong += falseAlarm(random, rows, metric, trial) ? 1 : 0;
  all += wrong;
  say(metric, wrong, trials);
}
say('all', all, trials * simulatedMetrics.length);

function say(what: string, wrong: number, of: number): void {
  const { low, high } = wilson(wrong, of);
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  console.log(
    `${rows} rows, ${what}: ${wrong} of ${of}, ${percent(wrong / of)} (${percent(low)} to ${percent(high)})`,
  );
}
