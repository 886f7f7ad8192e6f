import { expect, it } from 'vitest';
import { groupedModel } from '../../core/explain/groups.ts';
import type { ComposedModel, Mix } from '../../core/explain/types.ts';
import { below, permutation, seeded } from '../../core/random.ts';
import { composedModel, explainedOf } from '../explain/explained.ts';
import { matchData } from '../match/matchData.ts';
import { forBatches, loadModel } from '../model/load.ts';
import { neverAborted } from '../tasks/signal.ts';
import { creditModel, dataOf, example, modelSource, noMeaning, oddModel, opened } from '../testing.ts';
import { Scorer } from './scorer.ts';
import { resolveTask } from './task.ts';

const random = seeded(5);

/** Mixes of few and of many players, of none, and more rows together than a call of the runtime takes. */
function mixesOf({ players, poolRows }: ComposedModel): Mix[] {
  const d = players.length;
  return [d, 1, 0, d, Math.ceil(d / 2)].map((k, m) => {
    const n = k === 0 ? 0 : [300, 7, 0, 5000, 11][m]!;
    return {
      own: below(random, poolRows),
      other: below(random, poolRows),
      players: permutation(random, d).slice(0, k),
      coalitions: Uint8Array.from({ length: n * k }, () => below(random, 2)),
    };
  });
}

/** The same rows, each element picked by itself. */
function picksOf(mixes: readonly Mix[], d: number): Int32Array {
  const picks: number[] = [];
  for (const { own, other, players, coalitions } of mixes)
    for (let from = 0; from < coalitions.length; from += players.length) {
      const row = new Array<number>(d).fill(other);
      players.forEach((player, j) => {
        if (coalitions[from + j] === 1) row[player] = own;
      });
      picks.push(...row);
    }
  return Int32Array.from(picks);
}

it.each([
  ['words and numbers, an input a column', creditModel('1.0.0'), example('credit-risk/data/holdout.csv')],
  [
    'one matrix',
    modelSource('examples/bike-demand/models/bike-demand-2.0.0.onnx'),
    example('bike-demand/data/holdout.csv'),
  ],
  [
    'a fixed number of rows',
    oddModel('batch-8'),
    'a,b,c,d\n5.1,3.5,1.4,0.2\n6.2,2.9,,1.3\n6.3,3.3,6.0,2.5\n',
  ],
] as const)(
  'mixes of two rows are answered as rows picked element by element: %s',
  async (_, source, from) => {
    const data = await opened(typeof from === 'string' ? await dataOf(from) : from);
    const model = await loadModel(source);
    const plan = await matchData(model.facts, data, null, null);
    const session = await model.session(forBatches);
    const scorer = await Scorer.create(session, model.facts.answer, plan, { labels: false });
    const table = await data.read(plan.features, [0, 1, 2]);
    const task = resolveTask(model.facts.answer, noMeaning, 2, null);
    const composed = composedModel(
      scorer,
      scorer.feeds.pool(table, 'data.csv'),
      plan.features.map(({ name }) => name),
      explainedOf({ output: null, space: null }, model.facts.answer, task),
    );
    const half = Math.ceil(composed.players.length / 2);
    const places = composed.players.map((_, j) => j);
    const grouped = groupedModel(composed, {
      names: ['a', 'b'],
      columns: [places.slice(half), places.slice(0, half)],
    });
    for (const each of [composed, grouped]) {
      const mixes = mixesOf(each);
      const picked = await each.evaluate(picksOf(mixes, each.players.length), neverAborted);
      expect(await each.mixed!(mixes, neverAborted)).toEqual(picked);
      expect(new Set(picked).size).toBeGreaterThan(1);
    }
    await session.release();
  },
);
