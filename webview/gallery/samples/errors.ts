import type { RowsPage } from '../../../src/protocol/engine.ts';
import type { ErrorAnalysis } from '../../../src/protocol/results/errorAnalysis.ts';
import type { NamedSlice } from '../../../src/protocol/results/validation.ts';
import { wilson } from '../../../src/core/stats/proportion.ts';

/** A made-up analysis of errors: one slice confirmed, one not, a tree of three leaves, maps of three features. */

const half = (hits: number, n: number): { n: number; value: number } => ({ n, value: hits / n });
const told = (hits: number, n: number): ErrorAnalysis['slices'][number]['confirmation'] => ({
  ...half(hits, n),
  interval: wilson(hits, n),
});

const features: ErrorAnalysis['features'] = [
  {
    column: 'purpose',
    parts: ['car (new)', 'education', 'furniture', 'radio/television'].map(word => ({
      name: `purpose = ${word}`,
      where: `"purpose" = '${word}'`,
    })),
  },
  {
    column: 'age',
    parts: [
      { name: 'age <= 27', where: '"age" <= 27' },
      { name: 'age in (27, 33]', where: '"age" > 27 AND "age" <= 33' },
      { name: 'age in (33, 42]', where: '"age" > 33 AND "age" <= 42' },
      { name: 'age > 42', where: '"age" > 42' },
    ],
  },
  {
    column: 'housing',
    parts: ['own', 'rent', 'for free'].map(word => ({
      name: `housing = ${word}`,
      where: `"housing" = '${word}'`,
    })),
  },
];

export const errors: ErrorAnalysis = {
  measure: 'accuracy',
  overall: 0.737,
  halves: { discovery: half(112, 150), confirmation: half(109, 150) },
  leastRows: 15,
  tried: 722,
  slices: [
    {
      name: 'purpose = education',
      columns: ['purpose'],
      where: `"purpose" = 'education'`,
      merged: ['purpose = education and housing = rent', 'age <= 27 and purpose = education'],
      more: 0,
      n: 59,
      discovery: half(13, 28),
      confirmation: told(15, 31),
      ratio: 0.666,
      ratioInterval: { low: 0.47, high: 0.945, level: 0.95, method: 'delta method on the log ratio' },
      p: 0.0014,
      adjusted: 0.0028,
      confirmed: true,
    },
    {
      name: 'housing = own and age <= 27',
      columns: ['housing', 'age'],
      where: `"housing" = 'own' AND "age" <= 27`,
      merged: [],
      more: 0,
      n: 46,
      discovery: half(11, 21),
      confirmation: told(17, 25),
      ratio: 0.936,
      ratioInterval: { low: 0.72, high: 1.22, level: 0.95, method: 'delta method on the log ratio' },
      p: 0.31,
      adjusted: 0.31,
      confirmed: false,
    },
  ],
  tree: [
    { parent: null, name: 'all rows', where: null, fitted: 150, ...told(109, 150), leaf: false },
    {
      ...{ parent: 0, name: 'purpose is not education', where: `"purpose" <> 'education'` },
      ...{ fitted: 122, ...told(94, 119), leaf: false },
    },
    {
      ...{ parent: 1, name: 'duration ≤ 30', where: `"purpose" <> 'education' AND "duration" <= 30` },
      ...{ fitted: 90, ...told(76, 88), leaf: true },
    },
    {
      ...{ parent: 1, name: 'duration > 30', where: `"purpose" <> 'education' AND "duration" > 30` },
      ...{ fitted: 32, ...told(18, 31), leaf: true },
    },
    {
      ...{ parent: 0, name: 'purpose is education', where: `"purpose" = 'education'` },
      ...{ fitted: 28, ...told(15, 31), leaf: true },
    },
  ],
  features,
  maps: [
    [0, 1],
    [0, 2],
    [1, 2],
  ].map(([a = 0, b = 1]) => {
    const cell = (i: number, j: number): number => ((i * 5 + j * 3 + a + b) % 7) * 9;
    const n = features[a]!.parts.map((_, i) => features[b]!.parts.map((__, j) => cell(i, j)));
    return {
      ...{ a, b, n },
      value: n.map((line, i) =>
        line.map((count, j) => (count < 5 ? null : 0.5 + (((i + 1) * (j + 2) * 13 + a) % 48) / 100)),
      ),
    };
  }),
};

export const someRows: RowsPage = {
  columns: [
    ...['purpose', 'housing'].map(name => ({ name, type: 'VARCHAR' })),
    ...['age', 'duration', 'credit_amount'].map(name => ({ name, type: 'BIGINT' })),
    { name: 'default', type: 'VARCHAR' },
  ],
  rows: [
    ['education', 'rent', 24, 36, 4306, 'bad'],
    ['education', 'own', 31, 24, 1299, 'good'],
    ['education', 'for free', 45, 48, 7882, 'bad'],
  ],
  total: 59,
};

/** A slice of the policy. */
export const namedSlice: NamedSlice = {
  name: 'young',
  where: 'age < 30',
  failure: null,
  n: 112,
  metrics: (
    [
      ['roc_auc', 'ROC AUC', 0.741],
      ['accuracy', 'Accuracy', 0.688],
    ] as const
  ).map(([name, title, value]) => ({
    ...{ name, title, value, n: 112, better: 'higher', unit: null, class: null, definition: '' },
    interval: { low: value - 0.09, high: value + 0.08, level: 0.95, method: 'percentile bootstrap' },
  })),
};
