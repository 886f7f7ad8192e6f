import type { OverallPageRequests } from '../../../src/protocol/overallPages.ts';
import type { Effects, FeatureEffect, PairEffect } from '../../../src/protocol/results/effects.ts';
import type { Handlers } from '../../../src/protocol/transport.ts';
import { below, seeded } from '../../../src/core/random.ts';
import { explanation } from './explanation.ts';

/** Answers to what a page asks about columns over all rows; invented, as all of the gallery. */

const shown = explanation(20, 60, true);
const { job, engine, seed, settings, model, data, task, output, space } = shown;
const edges = Array.from({ length: 33 }, (_, k) => Math.round(250 + 18_000 * (k / 32) ** 2));
const level = (position: number): number => 0.14 + 0.42 * (1 - Math.exp(-position / 4000));

export const overallAnswers: Handlers<OverallPageRequests> = {
  effects: ({ features, pairs }) => Promise.resolve(effects(features ?? [], pairs)),
};

export function effects(features: readonly string[], pairs: readonly (readonly [string, string])[]): Effects {
  const [first] = features;
  const [pair] = pairs;
  return {
    schema: 'slipway/effects@1',
    job,
    engine,
    seed,
    settings,
    model,
    data,
    task,
    n: 700,
    cohort: null,
    sentence:
      pair !== undefined
        ? `\`${pair[0]}\` and \`${pair[1]}\` together differ from the sum of each alone by 0.0211 in P(bad) (root mean square).`
        : `\`${first ?? ''}\` moves P(bad): on average it is 0.164 at 250 and 0.551 at 18300.`,
    output,
    space,
    unit: null,
    meanPrediction: 0.298,
    features: features.map(feature => effect(feature)),
    pairs: pairs.map(([a, b]) => surface(a, b)),
    warnings: [
      {
        kind: 'extrapolation',
        sentence:
          'Some columns move with others: `credit_amount` with `duration` (0.81). Partial dependence asks the model about rows that never occur there; accumulated local effects do not.',
      },
    ],
    proof: { evaluations: 44_800, maxDifference: null, n: 700, seed: 1 },
  };
}

function effect(feature: string): FeatureEffect {
  const words = shown.features.find(entry => entry.name === feature)?.levels ?? null;
  return words === null ? numbers(feature) : levels(feature, words);
}

function numbers(feature: string): FeatureEffect {
  const random = seeded(11);
  const values = edges.map(level);
  const counts = edges.slice(1).map((_, k) => Math.round(180 * Math.exp(-k / 6)));
  const thin = counts.map(count => count < 4);
  const drawn = Array.from({ length: 50 }, (_, row) => {
    const slope = 0.4 + 1.2 * random();
    return {
      row: row * 7,
      at: edges[below(random, 32)] ?? 0,
      base: 0.1 + 0.2 * random(),
      values: values.map(
        (value, k) => slope * (value - (values[0] ?? 0)) + (k === 0 ? 0 : 0.02 * (random() - 0.5)),
      ),
    };
  });
  return {
    feature,
    kind: 'number',
    why: null,
    partial: {
      method: 'exact',
      shape: 'steps',
      positions: edges,
      values: values.slice(0, -1),
      band: {
        low: values.slice(0, -1).map(value => value - 0.02),
        high: values.slice(0, -1).map(value => value + 0.02),
        level: 0.95,
        method: 'normal, over 700 rows',
      },
      thin,
      missing: 0.31,
      merged: 0,
      ice: {
        centre: edges[0] ?? null,
        curves: drawn.map(curve => ({ ...curve, values: curve.values.slice(0, -1) })),
        spread: values.slice(0, -1).map((_, k) => 0.002 * k),
      },
      range: 0.387,
    },
    accumulated: {
      shape: 'points',
      positions: edges,
      values: values.map(value => value - 0.3),
      band: {
        low: values.map(value => value - 0.315),
        high: values.map(value => value - 0.285),
        level: 0.95,
        method: 'normal, over the rows of each bin',
      },
      counts,
      thin,
      range: 0.36,
    },
    support: { role: 'reference', positions: edges, counts, thin, missing: 3, rows: 700 },
  };
}

function levels(feature: string, words: readonly string[]): FeatureEffect {
  const random = seeded(4);
  const values = words.map((_, k) => 0.22 + 0.07 * k);
  const counts = words.map((_, k) => Math.round(300 / (k + 1) ** 2));
  const thin = counts.map(count => count < 20);
  const band = (
    half: number,
    from = 0,
  ): { low: number[]; high: number[]; level: number; method: string } => ({
    low: values.map(value => value - half - from),
    high: values.map(value => value + half - from),
    level: 0.95,
    method: 'normal, over 700 rows',
  });
  return {
    feature,
    kind: 'category',
    why: null,
    partial: {
      method: 'grid',
      shape: 'levels',
      positions: [...words],
      values,
      band: band(0.015),
      thin,
      missing: null,
      merged: 0,
      ice: {
        centre: words[0] ?? null,
        curves: Array.from({ length: 40 }, (_, row) => ({
          row: row * 5,
          at: words[below(random, words.length)] ?? null,
          base: 0.2,
          values: values.map((value, k) => (k === 0 ? 0 : (value - 0.22) * (0.3 + 1.4 * random()))),
        })),
        spread: values.map((_, k) => 0.01 * k),
      },
      range: 0.2,
    },
    accumulated: {
      shape: 'levels',
      positions: [...words],
      values: values.map(value => value - 0.28),
      band: band(0.012, 0.28),
      counts,
      thin,
      range: 0.18,
    },
    support: { role: 'reference', positions: [...words], counts, thin, missing: 0, rows: 700 },
  };
}

function surface(a: string, b: string): PairEffect {
  const axis = (name: string): (number | string)[] => {
    const words = shown.features.find(entry => entry.name === name)?.levels ?? null;
    return words === null ? edges.filter((_, k) => k % 2 === 0).slice(0, 16) : [...words];
  };
  const [down, across] = [axis(a), axis(b)];
  const counts = down.map((_, i) => across.map((__, j) => Math.max(0, 40 - 6 * Math.abs(i - j) - i)));
  return {
    features: [a, b],
    positions: [down, across],
    values: down.map((_, i) =>
      across.map((__, j) => 0.15 + (0.3 * i) / down.length + (0.2 * j * i) / (down.length * across.length)),
    ),
    counts,
    thin: counts.map(line => line.map(count => count < 5)),
    interaction: { h: 0.18, size: 0.0211, rows: 100 },
  };
}
