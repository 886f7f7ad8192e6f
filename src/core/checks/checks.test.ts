import { scoreEnds } from '../stats/proportion.ts';
import { tQuantile } from '../stats/studentT.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Policy } from '../../protocol/engine.ts';
import { checkResult, type CheckResult } from '../../protocol/results/validation.ts';
import { metricDeltas } from '../compare/metricDeltas.ts';
import type { Column, NumberColumn } from '../data/table.ts';
import { evaluateMetrics } from '../metrics/evaluate.ts';
import type { ClassScores, Scored, ValueScores } from '../metrics/scored.ts';
import { seeded } from '../random.ts';
import { byRows } from '../stats/resamples.ts';
import { errorAnalysis } from '../slices/analysis.ts';
import { halvedLosses } from '../slices/losses.ts';
import { catalogue } from './catalogue.ts';
import type {
  Agreement,
  BaselineFacts,
  CheckFacts,
  ColumnProfile,
  DataFacts,
  RuntimeFacts,
} from './facts.ts';
import { statistics } from './statistics.ts';
import { rivalFacts } from './rival.ts';
import { runChecks } from './run.ts';

const policy: Policy = {
  metrics: {},
  checks: {},
  margins: {},
  groups: ['area'],
  costs: { falsePositive: 1, falseNegative: 2 },
  monotonic: { income: 'decreasing' },
  contract: { inputs: { income: 'float32 [?, 1]' }, outputs: { probabilities: 'float32 [?, 2]' } },
};
const none = { count: 0, rows: [] };
const n = 600;

/** Two numbers and a word, of which `income` and `area` say something about the label. */
function table(seed: number): { columns: Column[]; bad: Uint8Array } {
  const random = seeded(seed);
  const income = Float64Array.from({ length: n }, () => 1000 + 4000 * random());
  const age = Float64Array.from({ length: n }, () => 20 + Math.floor(50 * random()));
  const codes = Int32Array.from({ length: n }, () => Math.floor(3 * random()));
  const bad = Uint8Array.from(income, value => (random() < 0.9 - value / 6000 ? 1 : 0));
  return {
    columns: [
      { kind: 'number', name: 'income', values: income },
      { kind: 'number', name: 'age', values: age },
      { kind: 'category', name: 'area', codes, levels: ['north', 'south', 'west'] },
    ],
    bad,
  };
}

function profile(column: Column): ColumnProfile {
  const base = { name: column.name, kind: column.kind, rows: n, missing: 0, orderCorrelation: 0.02 };
  if (column.kind === 'category')
    return {
      ...base,
      distinct: column.levels.length,
      numbers: null,
      levels: column.levels.map((level, code) => ({
        level,
        count: column.codes.filter(one => one === code).length,
      })),
    };
  const { values } = column;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  return {
    ...base,
    distinct: new Set(values).size,
    levels: null,
    numbers: {
      min: Math.min(...values),
      max: Math.max(...values),
      mean,
      std: 1,
      integers: false,
      infinite: 0,
    },
  };
}

function dataFacts(seed: number): DataFacts {
  const { columns, bad } = table(seed);
  return {
    path: 'data/holdout.csv',
    schema: columns.map(({ name, kind }) => ({ name, kind })),
    rows: n,
    columns: columns.map(profile),
    unusedColumns: [],
    sample: { rows: n, columns },
    sampleRows: null,
    sampleLabel: { kind: 'category', name: 'default', codes: Int32Array.from(bad), levels: ['good', 'bad'] },
    duplicates: none,
    conflicts: none,
  };
}

function scores(data: DataFacts): ClassScores {
  const income = (data.sample.columns[0] as NumberColumn).values;
  const label = data.sampleLabel as Extract<Column, { kind: 'category' }>;
  const p = income.map(value => 0.9 - value / 6000);
  return {
    kind: 'classification',
    classes: ['good', 'bad'],
    labels: label.codes,
    scores: Float64Array.from([...p].flatMap(value => [1 - value, value])),
    predicted: Int32Array.from(p, value => (value >= 0.4 ? 1 : 0)),
    probabilities: true,
    positive: 1,
    threshold: 0.4,
    n,
  };
}

function values(error: (row: number) => number): ValueScores {
  const random = seeded(9);
  const labels = Float64Array.from({ length: n }, () => 100 * random());
  return {
    kind: 'regression',
    labels,
    predictions: labels.map((label, row) => label + error(row)),
    unit: 'm',
    n,
  };
}

const agreed: Agreement = { rows: n, maxDifference: 0, flips: none };
const runtime: RuntimeFacts = {
  loadMs: 10,
  loadFailure: null,
  coldStartMs: 300,
  determinism: agreed,
  batchSize: agreed,
  rowOrder: agreed,
  threads: agreed,
  optimisation: agreed,
  outputs: { rows: n, nonFinite: none, outOfRange: none, sumViolations: none, labelDisagreements: none },
  latency: { calls: 1000, p50: 0.1, p95: 0.2, p99: 0.4 },
  throughput: { rows: n, rowsPerSecond: 1e5, batch: 1000 },
  peakMemoryMb: 200,
  missingStress: [{ column: 'income', outcome: 'answers', meanChange: 0.1, message: null }],
  unseenStress: [{ column: 'area', outcome: 'answers', meanChange: 0, message: null }],
  monotonic: [{ column: 'income', direction: 'decreasing', rows: n, violations: none, largest: 0 }],
  inferred: [{ name: 'p', stated: 'float32 [?, 2]', found: 'float32 [?, 2]' }],
  noise: { scale: 0.01, rows: n, flips: none, meanChange: 0.001, maxChange: 0.01 },
  rounding: { digits: 3, rows: n, flips: none, meanChange: 0.001, maxChange: 0.01 },
};

const integrity: NonNullable<CheckFacts['integrity']> = {
  irVersion: 8,
  opsets: [{ domain: '', version: 17 }],
  producer: 'skl2onnx',
  parameters: 40,
  parameterBytes: 160,
  notFinite: [],
  operatorsByDomain: [],
  unknownDomains: [],
  dynamicAxes: [],
  withoutShape: [],
  unusedInitializers: [],
  unusedInputs: [],
  functions: 0,
  trainingInfo: false,
  externalData: [],
};

const model: NonNullable<CheckFacts['model']> = {
  digest: '0',
  size: 20_000,
  irVersion: 8,
  opsets: [],
  producer: 'skl2onnx',
  domain: '',
  description: '',
  metadata: {},
  inputs: [{ name: 'income', kind: 'tensor', type: 'float32', shape: ['N', 1] }],
  outputs: [{ name: 'probabilities', kind: 'tensor', type: 'float32', shape: ['N', 2] }],
  operators: [],
  nodes: 3,
  parameters: 40,
  trees: null,
  externalData: [],
  answer: {
    task: 'binary',
    classes: ['good', 'bad'],
    scoreOutput: 'probabilities',
    labelOutput: null,
    columns: 2,
    probabilities: true,
  },
  sentence: 'Binary classifier.',
};

const options = {
  resamples: 200,
  seed: 1,
  level: 0.95,
  signal: { aborted: false, throwIfAborted: () => undefined },
  progress: () => undefined,
};

/** `other` as the baseline of `judged`. */
function baselineOf(other: Scored, judged: Scored): BaselineFacts {
  const rival = rivalFacts('1.0.0', model, other, judged);
  const deltas = metricDeltas(rival.pair!, { ...options, resamples: 50, margins: {} });
  return { ...rival, deltas, structure: [], latency: { ratio: 1.1, calls: 1000 } };
}

function healthy(): CheckFacts {
  const [data, reference] = [dataFacts(1), dataFacts(2)];
  const scored = scores(data);
  const area = data.sample.columns[2] as Extract<Column, { kind: 'category' }>;
  return {
    model,
    integrity,
    runtime,
    data,
    reference,
    baseline: baselineOf(scored, scored),
    original: rivalFacts('float model', model, scored, scored),
    overlap: none,
    leaks: {
      dates: [{ column: 'day', rows: 0, detail: null }],
      identifiers: [{ column: 'customer_id', rows: 0, detail: null }],
    },
    matching: [],
    label: 'default',
    scored,
    referenceScored: scores(reference),
    groups: [{ name: 'area', levels: area.levels, codes: area.codes }],
    scheme: byRows,
    errors: errorsOf(scored, data),
    slices: [],
    metrics: evaluateMetrics(scored, options),
    policy,
    seed: 1,
    resamples: 200,
  };
}

function results(facts: CheckFacts, asked: Policy = policy): Map<string, CheckResult> {
  const found = runChecks(facts, asked);
  for (const one of found) checkResult.parse(one);
  return new Map(found.map(one => [one.id, one]));
}

describe('the catalogue', () => {
  it('has each check once, with a kebab-case id', () => {
    const ids = catalogue.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(Object.keys(statistics).sort()).toEqual([...ids].sort());
  });

  it('runs only what needs no data when there is only a model', () => {
    const bare = {
      ...healthy(),
      data: null,
      reference: null,
      scored: null,
      referenceScored: null,
      errors: null,
      metrics: [],
    };
    for (const [id, one] of results({ ...bare, groups: [], runtime: null })) {
      const lacking = one.needs.filter(need => need !== 'model');
      if (lacking.length > 0) expect(one, id).toMatchObject({ status: 'not-run', value: null });
    }
  });
});

/** Facts that break exactly what the check looks for. */
type Broken = (facts: CheckFacts) => Partial<CheckFacts>;

const inData =
  (change: (data: DataFacts) => Partial<DataFacts>): Broken =>
  ({ data }) => ({ data: { ...data!, ...change(data!) } });
const inColumn = (change: (column: ColumnProfile) => Partial<ColumnProfile>): Broken =>
  inData(({ columns }) => ({
    columns: columns.map((column, i) => (i === 0 ? { ...column, ...change(column) } : column)),
  }));
const inRuntime =
  (change: Partial<RuntimeFacts>): Broken =>
  () => ({ runtime: { ...runtime, ...change } });
const inOutputs = (change: Partial<NonNullable<RuntimeFacts['outputs']>>): Broken =>
  inRuntime({ outputs: { ...runtime.outputs!, ...change } });
const inIntegrity =
  (change: Partial<typeof integrity>): Broken =>
  () => ({ integrity: { ...integrity, ...change } });
const inModel =
  (change: Partial<typeof model>): Broken =>
  () => ({ model: { ...model, ...change } });
const rescored =
  (change: (scored: ClassScores) => Partial<ClassScores>): Broken =>
  ({ scored }) =>
    withMetrics({ ...(scored as ClassScores), ...change(scored as ClassScores) });
const some = { count: 90, rows: [1, 2, 3] };
const moved = { rows: n, maxDifference: 0.2, flips: some };
const slow = { calls: 1000, p50: 200, p95: 300, p99: 400 };

function errorsOf(scored: Scored, { sample, sampleRows }: DataFacts): CheckFacts['errors'] {
  return errorAnalysis(sample, halvedLosses(scored, sample.rows, sampleRows, byRows, 1));
}

function withMetrics(scored: ClassScores | ValueScores): Partial<CheckFacts> {
  return {
    scored,
    errors: errorsOf(scored, dataFacts(1)),
    metrics: evaluateMetrics(scored, options),
  };
}

/** The rows of one area get one class, whatever their label. */
const areaAlways = (code: number, predicted: number): Broken => {
  return facts =>
    rescored(scored => ({
      predicted: scored.predicted.map((old, row) => (facts.groups[0]!.codes[row] === code ? predicted : old)),
    }))(facts);
};
const areaWrong: Broken = facts =>
  rescored(scored => ({
    predicted: scored.predicted.map((old, row) =>
      facts.groups[0]!.codes[row] === 1 && row % 4 > 0 ? 1 - scored.labels[row]! : old,
    ),
  }))(facts);

/** Answers that come half from the label: much better than those of the model. */
const sharper = (scored: ClassScores): ClassScores => {
  const p = Float64Array.from(
    { length: n },
    (_, row) => 0.4 * scored.scores[2 * row + 1]! + 0.6 * scored.labels[row]!,
  );
  return {
    ...scored,
    scores: Float64Array.from([...p].flatMap(value => [1 - value, value])),
    predicted: Int32Array.from(p, value => (value >= 0.4 ? 1 : 0)),
  };
};
const againstSharper: Broken = ({ scored }) => ({
  baseline: baselineOf(sharper(scored as ClassScores), scored!),
});
const inBaseline =
  (change: Partial<BaselineFacts>): Broken =>
  facts => ({ baseline: { ...facts.baseline!, ...change } });
const againstTwisted: Broken = ({ scored }) => ({
  original: rivalFacts(
    'float model',
    model,
    {
      ...(scored as ClassScores),
      scores: (scored as ClassScores).scores.map((score, at) => (at % 200 < 20 ? 1 - score : score)),
      predicted: (scored as ClassScores).predicted.map((label, row) => (row % 100 < 10 ? 1 - label : label)),
    },
    scored!,
  ),
});

const inLeaks =
  (change: Partial<NonNullable<CheckFacts['leaks']>>): Broken =>
  facts => ({ leaks: { ...facts.leaks!, ...change } });
/** All rows called positive, whatever they cost. */
const alarmed = rescored(scored => ({ predicted: scored.predicted.map(() => 1) }));

/** What would break them is refused before a check is run, or has no limit. */
const neverBroken = ['well-formed', 'external-data', 'headline-metric'];

const brokenBy: Record<string, Broken> = {
  'ir-version': inIntegrity({ irVersion: 2 }),
  'infinite-parameters': inIntegrity({ notFinite: [{ name: 'W', nan: 0, infinite: 2, values: 4 }] }),
  contract: inModel({
    outputs: [{ name: 'probabilities', kind: 'tensor', type: 'float64', shape: ['N', 2] }],
  }),
  'shape-inference': inRuntime({
    inferred: [{ name: 'p', stated: 'float32 [?, 2]', found: 'float32 [?, 3]' }],
  }),
  schema: inData(({ schema }) => ({ schema: [...schema.slice(1), { name: 'income', kind: 'text' }] })),
  'new-labels': inData(({ sampleLabel }) => ({
    sampleLabel: { ...(sampleLabel as Extract<Column, { kind: 'category' }>), levels: ['good', 'worse'] },
  })),
  'date-overlap': inLeaks({
    dates: [{ column: 'day', rows: 30, detail: 'the reference ends at 2024-01-01' }],
  }),
  'identifier-overlap': inLeaks({ identifiers: [{ column: 'customer_id', rows: 30, detail: null }] }),
  monotonicity: inRuntime({
    monotonic: [{ column: 'income', direction: 'decreasing', rows: n, violations: some, largest: 0.2 }],
  }),
  'threshold-cost': rescored(scored => ({
    predicted: scored.predicted.map((_, row) => (row % 2 === 0 ? 1 : 0)),
  })),
  'worst-class-precision': alarmed,
  'demographic-parity-difference': facts => areaAlways(1, 1)(facts),
  'equalized-odds': facts => areaAlways(1, 1)(facts),
  'predictive-parity': facts => areaWrong(facts),
  'residual-spread': () => {
    const exact = values(() => 0);
    const growing = exact.labels.map((label, row) => label * (row % 2 === 0 ? 1.2 : 0.8));
    return withMetrics({ ...exact, predictions: growing });
  },
  'residual-shape': () => withMetrics(values(row => (row % 100 === 0 ? 500 : (row % 3) - 1))),
  'residual-autocorrelation': () => withMetrics(values(row => Math.sin(row / 40))),
  'drifted-columns': inData(({ sample }) => ({
    sample: {
      ...sample,
      columns: sample.columns.map(column =>
        column.kind === 'number' ? { ...column, values: column.values.map(value => 3 * value) } : column,
      ),
    },
  })),
  'domain-classifier': inData(({ sample }) => ({
    sample: { ...sample, columns: shifted(sample.columns, 1500) },
  })),
  'estimated-performance': rescored(scored => ({
    scores: scored.scores.map((_, at) => 0.5 + (at % 2 === 0 ? -1 : 1) * 0.01 * ((at % 10) / 10)),
  })),
  'calibration-drift': rescored(scored => ({ scores: scored.scores.map((_, at) => (at % 2 === 0 ? 0 : 1)) })),
  'parity-labels': againstTwisted,
  'parity-tolerance': againstTwisted,
  'parity-mean': againstTwisted,
  'parity-largest': againstTwisted,
  'non-inferiority': againstSharper,
  'negative-flips': againstSharper,
  churn: againstSharper,
  'slice-regressions': againstSharper,
  'signature-change': inBaseline({
    structure: [
      {
        kind: 'input',
        name: 'age',
        a: 'float32 [N, 1]',
        b: null,
        sentence: 'Input `age` is gone.',
        breaking: true,
      },
    ],
  }),
  'latency-ratio': inBaseline({ latency: { ratio: 3, calls: 1000 } }),
  'size-ratio': facts => ({ model: { ...facts.model!, size: 50_000 } }),
  'finite-parameters': inIntegrity({ notFinite: [{ name: 'W', nan: 2, infinite: 0, values: 4 }] }),
  'known-operators': inIntegrity({ unknownDomains: ['my.ops'] }),
  'opset-age': inIntegrity({ opsets: [{ domain: '', version: 5 }] }),
  'model-size': inModel({ size: 1e9 }),
  'parameter-count': inModel({ parameters: 2e9 }),
  'batch-axis': inModel({ inputs: [{ name: 'x', kind: 'tensor', type: 'float32', shape: [1, 3] }] }),
  'tensor-outputs': inModel({ outputs: [{ name: 'p', kind: 'sequence', type: 'other', shape: [] }] }),
  'stated-shapes': inIntegrity({ withoutShape: ['y'] }),
  'unused-inputs': inIntegrity({ unusedInputs: ['age'] }),
  'unused-weights': inIntegrity({ unusedInitializers: ['W2'] }),
  provenance: inModel({ producer: '' }),
  'training-leftovers': inIntegrity({ trainingInfo: true }),
  loads: inRuntime({ loadFailure: 'no such operator' }),
  determinism: inRuntime({ determinism: moved }),
  'batch-size': inRuntime({ batchSize: moved }),
  'row-order': inRuntime({ rowOrder: moved }),
  threads: inRuntime({ threads: moved }),
  optimisation: inRuntime({ optimisation: moved }),
  'finite-outputs': inOutputs({ nonFinite: some }),
  'probability-range': inOutputs({ outOfRange: some }),
  'probability-sum': inOutputs({ sumViolations: some }),
  'label-agreement': inOutputs({ labelDisagreements: some }),
  'constant-answers': rescored(scored => ({ scores: scored.scores.map(() => 0.5) })),
  'latency-p50': inRuntime({ latency: slow }),
  'latency-p95': inRuntime({ latency: slow }),
  'latency-p99': inRuntime({ latency: slow }),
  'cold-start': inRuntime({ coldStartMs: 60_000 }),
  throughput: inRuntime({ throughput: { rows: n, rowsPerSecond: 3, batch: 100 } }),
  'peak-memory': inRuntime({ peakMemoryMb: 9000 }),
  'filled-inputs': () => ({
    matching: [
      { input: 'x', column: null, by: 'default', from: '', to: 'float32', rule: '', missing: 0, unseen: 0 },
    ],
  }),
  'unseen-categories': () => ({
    matching: [
      { input: 'x', column: 'area', by: 'name', from: '', to: 'string', rule: '', missing: 0, unseen: 90 },
    ],
  }),
  'row-count': inData(() => ({ rows: 20 })),
  unlabelled: rescored(scored => ({ labels: scored.labels.map((label, row) => (row < 50 ? -1 : label)) })),
  'rarest-class': rescored(scored => ({ labels: scored.labels.map((_, row) => (row < 9 ? 1 : 0)) })),
  'class-balance': rescored(scored => ({ labels: scored.labels.map((_, row) => (row < 9 ? 1 : 0)) })),
  duplicates: inData(() => ({ duplicates: some })),
  'conflicting-labels': inData(() => ({ conflicts: some })),
  'reference-overlap': () => ({ overlap: some }),
  'missing-values': inColumn(() => ({ missing: 300 })),
  'missing-rise': inColumn(() => ({ missing: 60 })),
  'infinite-values': inColumn(({ numbers }) => ({ numbers: { ...numbers!, infinite: 1 } })),
  'constant-columns': inColumn(() => ({ distinct: 1 })),
  'identifier-columns': inColumn(({ numbers }) => ({
    distinct: n,
    numbers: { ...numbers!, integers: true },
  })),
  'category-variants': inData(({ columns }) => ({
    columns: [
      {
        ...columns[2]!,
        levels: [
          { level: 'North', count: 5 },
          { level: 'north ', count: 7 },
        ],
      },
    ],
  })),
  'out-of-range': inData(({ sample }) => ({ sample: { ...sample, columns: shifted(sample.columns, 2000) } })),
  'row-order-leak': inColumn(() => ({ orderCorrelation: -0.99 })),
  'label-leak': inData(({ sample, sampleLabel }) => ({
    sample: { ...sample, columns: [...sample.columns, { ...sampleLabel!, name: 'outcome' }] },
  })),
  'beats-baseline': rescored(scored => ({ scores: scored.scores.map((_, at) => scored.scores[at ^ 1]!) })),
  calibration: rescored(scored => ({
    scores: scored.scores.map((score, at) => (at % 2 === 0 ? 1 - score / 3 : score / 3)),
  })),
  'threshold-choice': rescored(scored => ({
    predicted: scored.predicted.map((_, row) => (row < 20 ? 1 : 0)),
  })),
  'train-test-gap': ({ scored }) => ({
    referenceScored: {
      ...(scored as ClassScores),
      scores: Float64Array.from([...scored!.labels].flatMap(l => [1 - l, l])),
    },
  }),
  'worst-class-recall': rescored(scored => ({ predicted: scored.predicted.map(() => 0) })),
  'confident-errors': rescored(scored => ({
    scores: scored.scores.map((_, at) => (at % 2 === 0 ? 0.99 : 0.01)),
  })),
  'worst-slice': areaWrong,
  'residual-bias': () => withMetrics(values(row => 20 + (row % 3))),
  'large-errors': () => withMetrics(values(row => (row === 5 ? 5000 : row % 3))),
  'selection-rate-ratio': areaAlways(1, 0),
  'equal-opportunity': areaAlways(1, 0),
  'false-positive-parity': areaAlways(1, 1),
  'group-floor': areaWrong,
  'group-calibration': facts =>
    rescored(scored => ({
      scores: scored.scores.map((score, at) =>
        facts.groups[0]!.codes[at >> 1] === 1 ? (at % 2 === 0 ? 0.02 : 0.98) : score,
      ),
    }))(facts),
  noise: inRuntime({ noise: { ...runtime.noise!, flips: { count: 200, rows: [4] } } }),
  rounding: inRuntime({ rounding: { ...runtime.rounding!, flips: some } }),
  'missing-stress': inRuntime({
    missingStress: [{ column: 'income', outcome: 'refuses', meanChange: null, message: 'no' }],
  }),
  'unseen-stress': inRuntime({
    unseenStress: [{ column: 'area', outcome: 'non-finite', meanChange: null, message: null }],
  }),
  'feature-drift': inData(({ sample }) => ({
    sample: { ...sample, columns: shifted(sample.columns, 1500) },
  })),
  'label-drift': inData(({ sampleLabel }) => ({
    sampleLabel: {
      ...(sampleLabel as Extract<Column, { kind: 'category' }>),
      codes: new Int32Array(n).fill(1),
    },
  })),
  'prediction-drift': rescored(scored => ({ scores: scored.scores.map((_, at) => scored.scores[at ^ 1]!) })),
};

function shifted(columns: readonly Column[], by: number): Column[] {
  return columns.map(column =>
    column.kind === 'number' && column.name === 'income'
      ? { ...column, values: column.values.map(value => value + by) }
      : column,
  );
}

describe('each check', () => {
  let facts: CheckFacts;
  let fine: Map<string, CheckResult>;
  beforeAll(() => {
    facts = healthy();
    fine = results(facts);
  });
  /** Errors of one size everywhere. */
  const even = (): (() => number) => {
    const random = seeded(4);
    return () => random() - 0.5;
  };
  /** Judged on a regressor with even errors; a classifier is always worse near its threshold. */
  const onValues = new Set([
    ...['residual-bias', 'large-errors', 'worst-slice'],
    ...['residual-spread', 'residual-shape', 'residual-autocorrelation'],
  ]);
  it.each(neverBroken)('%s has nothing to break it', id => {
    expect(fine.get(id)).toMatchObject({ status: 'pass' });
  });

  it('flips and churn are those of clusters where the rows come in them', () => {
    const { baseline } = againstSharper(facts) as { baseline: BaselineFacts };
    const n = facts.scored!.n;
    const of = (id: string, size: number): CheckResult => {
      const parts = Int32Array.from({ length: n }, (_, row) => Math.floor(row / size));
      const scheme = { kind: 'clustered', parts, by: '`customer`' } as const;
      return results({ ...facts, baseline, scheme }).get(id)!;
    };
    for (const id of ['negative-flips', 'churn']) {
      const { value, interval } = of(id, 10);
      expect(value).toBe(results({ ...facts, baseline }).get(id)!.value);
      expect(interval!.method).toBe(
        `Wilson score interval, over ${Math.ceil(n / 10)} clusters of \`customer\``,
      );
      // Each row by itself: as many rows as have the sample variance, and Student's t.
      const { low, high } = scoreEnds(Number(value), n - 1, tQuantile(0.975, n - 1));
      const alone = of(id, 1).interval!;
      expect(alone.low).toBeCloseTo(low, 10);
      expect(alone.high).toBeCloseTo(high, 10);
    }
    expect(of('negative-flips', 10).finding).toMatch(/t over clusters of `customer`, p [<=] 0/);
  });

  it('drifted-columns counts a column whose values are missing more often', () => {
    const { sample } = facts.data!;
    const [first, ...others] = sample.columns as [NumberColumn, ...Column[]];
    const values = first.values.map((value, row) => (row % 2 === 0 ? NaN : value));
    const data = { ...facts.data!, sample: { ...sample, columns: [{ ...first, values }, ...others] } };
    const found = results({ ...facts, data }).get('drifted-columns')!;
    expect(found.value).toBe(1 / sample.columns.length);
    expect(found.finding).toBe(
      `1 of ${sample.columns.length} columns has drifted (Fisher's exact test of missing values: p below 0.05): \`${first.name}\`. Missing values: \`${first.name}\` from 0 % to 50 %.`,
    );
  });

  it('worst-slice has no value where no slice was confirmed', () => {
    const errors = { ...facts.errors!, slices: facts.errors!.slices.filter(({ confirmed }) => !confirmed) };
    expect(results({ ...facts, errors }).get('worst-slice')).toMatchObject({
      ...{ status: 'pass', value: null, interval: null },
      finding: expect.stringMatching(/there is no worst slice to hold against the limit\.$/) as unknown,
    });
  });

  it('is listed here', () => {
    expect([...Object.keys(brokenBy), ...neverBroken].sort()).toEqual(catalogue.map(({ id }) => id).sort());
  });

  it.each(Object.keys(brokenBy))('%s tells broken from whole', id => {
    const whole = onValues.has(id)
      ? results({ ...facts, ...withMetrics(values(even())) }).get(id)!
      : fine.get(id)!;
    expect(['pass', 'inconclusive', 'not-run'], whole.finding).toContain(whole.status);
    const broken = results({ ...facts, ...brokenBy[id]!(facts) }).get(id)!;
    expect(broken.status, broken.finding).toBe(broken.severity);
    expect(broken.advice).not.toBeNull();
    expect(broken.finding).toMatch(/^[A-Z`0-9].*\.$/s);
  });

  it('most pass on healthy facts', () => {
    const passed = [...fine.values()].filter(({ status }) => status === 'pass').length;
    expect(passed).toBeGreaterThan(55);
  });
});

describe('the policy', () => {
  const asked = (checks: Policy['checks'], metrics: Policy['metrics'] = {}): Map<string, CheckResult> =>
    results(healthy(), { ...policy, checks, metrics });

  it('moves a limit and a severity', () => {
    const one = asked({ 'latency-p99': { max: 0.2, severity: 'fail' } }).get('latency-p99');
    expect(one).toMatchObject({ status: 'fail', threshold: { op: '<=', value: 0.2, source: 'policy' } });
  });

  it('switches a check off', () => {
    const one = asked({ 'latency-p99': { off: true } }).get('latency-p99');
    expect(one).toMatchObject({ status: 'not-run', threshold: null, finding: 'Switched off by the policy.' });
  });

  it('makes a check of each limit on a metric', () => {
    const found = asked({}, { roc_auc: { min: 0.5, max: 0.99 }, recall: { min: 0.99, severity: 'warn' } });
    expect(found.get('roc_auc')).toMatchObject({ status: 'pass', group: 'performance' });
    expect(found.get('roc_auc-max')).toMatchObject({ status: 'pass' });
    expect(found.get('recall')).toMatchObject({ status: 'warn', severity: 'warn' });
  });

  it('fails a rule on a check that is not there', () => {
    const rules = {
      'latency-p98': { max: 1 },
      rounding2: { severity: 'warn' },
      gone: { off: true },
    } as const;
    const found = results(healthy(), { ...policy, checks: rules });
    expect(found.get('latency-p98')).toMatchObject({ status: 'fail', severity: 'fail' });
    expect(found.get('rounding2')!.status).toBe('warn');
    expect(found.has('gone')).toBe(false);
  });

  it('is undecided when the limit lies in the interval', () => {
    const auc = healthy().metrics.find(({ name }) => name === 'roc_auc')!;
    const found = asked({}, { roc_auc: { min: auc.value! } }).get('roc_auc')!;
    expect(found.status).toBe('inconclusive');
    expect(found.advice).toContain('labelled rows would decide it');
  });

  it('fails a limit that nothing can be held against: labels of one class, or none', () => {
    const facts = healthy();
    const one = { ...policy, metrics: { roc_auc: { min: 0.7 } } };
    const single = { ...(facts.scored as ClassScores), labels: new Int32Array(n) };
    expect(results({ ...facts, ...withMetrics(single) }, one).get('roc_auc')!.status).toBe('fail');
    const none = {
      ...one,
      slices: { young: { where: 'age < 25', min: 0.5 }, old: { where: 'age > 60' } },
      checks: { 'worst-slice': { min: 0.9 }, calibration: { severity: 'fail' } },
    } as const;
    const unlabelled = results({ ...facts, scored: null, errors: null, metrics: [] }, none);
    expect(unlabelled.get('roc_auc')).toMatchObject({
      status: 'fail',
      finding: 'ROC AUC was not measured, so it cannot be at least 0.7: it needs labelled data.',
    });
    expect(unlabelled.get('slice-young')).toMatchObject({ status: 'fail', severity: 'fail' });
    expect(unlabelled.get('slice-old')!.status).toBe('not-run');
    expect(unlabelled.get('worst-slice')).toMatchObject({
      status: 'warn',
      finding: 'Needs labelled data.',
    });
    expect(unlabelled.get('calibration')!.status).toBe('not-run');
  });

  it('says what no result on so few rows can meet, and how many it takes', () => {
    const facts = healthy();
    const scored = facts.scored as ClassScores;
    const labels = scored.labels.map((_, row) => (row < 40 ? scored.predicted[row]! : -1));
    const right = { ...facts, ...withMetrics({ ...scored, labels }) };
    const asking = (min: number): CheckResult =>
      results(right, { ...policy, metrics: { accuracy: { min } } }).get('accuracy')!;
    // Every row is right, and 40 rows without an error say no more than 0.912.
    expect(asking(0.9)).toMatchObject({ status: 'pass', value: 1 });
    expect(asking(0.99)).toMatchObject({
      status: 'inconclusive',
      advice:
        'No result can meet 0.99 on the 40 rows it rests on: without a single error the interval would still begin at 0.912. It takes 381 of them.',
    });
    const none = results(right, { ...policy, metrics: { recall: { min: 0.99 } } }).get('recall')!;
    expect(none.advice).toMatch(/^No result can meet 0.99 on the \d+ rows it rests on: /);
    // All of these rows, and no more, is asked for.
    expect(asking(1).status).toBe('pass');
  });
});
