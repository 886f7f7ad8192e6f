import { below, seeded } from '../../../src/core/random.ts';
import type { PartsPageRequests } from '../../../src/protocol/partsPages.ts';
import type { HeatmapResult } from '../../../src/protocol/results/heatmap.ts';
import type { TokensResult } from '../../../src/protocol/results/tokens.ts';
import type { Handlers } from '../../../src/protocol/transport.ts';
import { explanation } from './explanation.ts';

/** Answers about images and texts; invented, as all of the gallery. */

const { job, engine, seed, model, data } = explanation(5, 5, true);
const head = { job, engine, seed, settings: { patch: 4 }, model, data, task: 'multiclass' as const };
const side = 28;

export const partsAnswers: Handlers<PartsPageRequests> = {
  heatmap: ({ method }) => Promise.resolve(heatmap(method)),
  tokens: () => Promise.resolve(tokens()),
  chooseData: () => Promise.resolve({ path: 'data/digits.csv' }),
};

function heatmap(method: HeatmapResult['method']): HeatmapResult {
  return {
    schema: 'slipway/heatmap@1',
    ...head,
    n: 8,
    sentence:
      'Hiding the 10 % of pixels that matter most lowers the answer by 0.612 on average; hiding as many others lowers it by 0.0211.',
    output: { name: 'y', class: null, index: 0, title: 'P of the class predicted' },
    space: 'probability',
    method,
    definition: 'How far the answer falls when a square over the pixel is hidden (mean over the squares).',
    image: { height: side, width: side, channels: 1 },
    shown: { height: side, width: side },
    fill: 0.13,
    rows: Array.from({ length: 8 }, (_, at) => image(at)),
    evaluations: 1352,
    additivityError: null,
  };
}

/** A ring with a bright stroke: the stroke speaks for the answer, a spot beside it against. */
function image(at: number): HeatmapResult['rows'][number] {
  const random = seeded(at + 1);
  const [cx, cy, r] = [13 + below(random, 3), 13 + below(random, 3), 7 + below(random, 3)];
  const pixels = Array.from({ length: side * side }, (_, i) => {
    const [x, y] = [i % side, Math.floor(i / side)];
    const away = Math.abs(Math.hypot(x - cx, y - cy) - r);
    const lit = Math.max(0, 1 - away / 2);
    const stroke = x > cx ? Math.max(0, 1 - away / 3) * 0.22 : 0;
    const spot = Math.max(0, 1 - Math.hypot(x - cx + 2, y - cy) / 4) * 0.1;
    return { lit, value: stroke - spot + 0.004 * (random() - 0.5) };
  });
  return {
    row: at * 17,
    class: String(at),
    prediction: 0.99 - 0.04 * at,
    hidden: 0.1,
    label: at,
    picture: pixels.map(({ lit }) => lit),
    values: pixels.map(({ value }) => value),
    errors: null,
    check: { share: 0.1, prediction: 0.31, random: 0.95 },
  };
}

function tokens(): TokensResult {
  const sentences = [
    'the wine was dry and the finish far too short for its price',
    'a lovely bottle with cherry and oak I would buy it again',
    'corked',
  ];
  return {
    schema: 'slipway/tokens@1',
    ...head,
    n: sentences.length,
    sentence: 'Row 0 is moved most by `short`, `dry`, `lovely`: from 0.31 with every token hidden to 0.84.',
    output: { name: 'probabilities', title: 'P(negative)' },
    space: 'probability',
    maskToken: 103,
    padToken: 0,
    rows: sentences.map((text, at) => {
      const random = seeded(at + 3);
      const words = text.split(' ');
      const values = words.map(() => 0.4 * (random() - 0.42) ** 3 * 8);
      return {
        row: at,
        class: 'negative',
        prediction: 0.31 + values.reduce((sum, value) => sum + value, 0),
        hidden: 0.31,
        label: 'negative',
        method: words.length > 11 ? 'shapley-leverage' : 'shapley-exact',
        tokens: words.map((word, position) => ({
          position,
          id: 1000 + position,
          word,
          value: values[position] ?? 0,
          ...(words.length > 11
            ? {
                error: 0.01,
                interval: {
                  low: (values[position] ?? 0) - 0.02,
                  high: (values[position] ?? 0) + 0.02,
                  level: 0.95,
                  method: 'normal, standard error of the sampling',
                },
              }
            : { error: null, interval: null }),
        })),
        additivityError: 1e-16,
      };
    }),
    evaluations: 3200,
  };
}
