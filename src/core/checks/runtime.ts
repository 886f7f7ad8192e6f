import { rankingOf } from '../metrics/ranking.ts';
import type { Check, Outcome } from './check.ts';
import type { Agreement, OutputFacts, RowCount, RuntimeFacts } from './facts.ts';
import { answerScale } from './scale.ts';
import { rowsEvidence } from './evidence.ts';
import { counted, number, percent, whole } from '../words.ts';

/** Group B: what the model does in the runtime. */

const base = { group: 'runtime', needs: ['model', 'data'], unit: null } as const;
const notMeasured = { notRun: 'It was not measured in this run.' } as const;

const loads: Check = {
  ...base,
  id: 'loads',
  title: 'Loading in ONNX Runtime',
  needs: ['model'],
  severity: 'fail',
  threshold: null,
  run: ({ runtime }) => {
    if (runtime === null) return notMeasured;
    const failure = runtime.loadFailure;
    return {
      value: failure === null ? 'loads' : 'refused',
      broken: failure !== null,
      finding:
        failure === null
          ? 'ONNX Runtime loads the model.'
          : `ONNX Runtime refuses the model: ${failure.replace(/\.?\s*$/, '.')}`,
      advice: 'Export the model again, for this version of the runtime.',
    };
  },
};

/** Two ways of asking the same rows that should not matter. */
function agrees(check: {
  readonly id: string;
  readonly title: string;
  readonly severity: 'fail' | 'warn';
  readonly limit: number;
  readonly source: string;
  readonly ways: string;
  readonly advice: string;
  readonly of: (runtime: RuntimeFacts) => Agreement | null;
}): Check {
  return {
    ...base,
    id: check.id,
    title: check.title,
    severity: check.severity,
    threshold: { op: '<=', value: check.limit, source: check.source },
    run: (facts): Outcome => {
      const found = facts.runtime === null ? null : check.of(facts.runtime);
      if (found === null) return notMeasured;
      const { divisor, words } = answerScale(facts);
      const value = found.maxDifference / divisor;
      const flips = found.flips.count > 0 ? `, and ${counted(found.flips.count, 'label')} change` : '';
      return {
        value,
        finding:
          value === 0 && flips === ''
            ? `The answers to ${counted(found.rows, 'row')} are the same ${check.ways}.`
            : `The answers to ${counted(found.rows, 'row')} differ by up to ${number(value)} ${words} ${check.ways}${flips}.`,
        advice: check.advice,
        evidence: rowsEvidence(found.flips, facts.data),
      };
    },
  };
}

const rounding = 'float32 rounding stays below it';

const agreements = [
  agrees({
    id: 'determinism',
    title: 'Determinism',
    severity: 'fail',
    limit: 0,
    source: 'the same rows must get the same answer',
    ways: 'when asked twice',
    advice: 'Look for random operators (dropout left on, sampling) in the graph.',
    of: runtime => runtime.determinism,
  }),
  agrees({
    id: 'batch-size',
    title: 'Batch-size invariance',
    severity: 'fail',
    limit: 1e-4,
    source: rounding,
    ways: 'in one batch and one by one',
    advice:
      'Look for statistics over the batch (batch normalisation in training mode) or a fixed batch axis.',
    of: runtime => runtime.batchSize,
  }),
  agrees({
    id: 'row-order',
    title: 'Row-order invariance',
    severity: 'fail',
    limit: 1e-4,
    source: rounding,
    ways: 'in order and shuffled',
    advice: 'Look for operators that mix rows.',
    of: runtime => runtime.rowOrder,
  }),
  agrees({
    id: 'threads',
    title: 'Agreement across threads',
    severity: 'warn',
    limit: 1e-4,
    source: rounding,
    ways: 'with one thread and with several',
    advice: 'Serve with the number of threads you validated with.',
    of: runtime => runtime.threads,
  }),
  agrees({
    id: 'optimisation',
    title: 'Agreement across graph optimisation',
    severity: 'warn',
    limit: 1e-4,
    source: rounding,
    ways: 'with graph optimisation off and on',
    advice:
      'Serve with the optimisation level you validated with, and report the difference to ONNX Runtime.',
    of: runtime => runtime.optimisation,
  }),
];

/** Rows whose answers break a rule that none should break. */
function noRow(check: {
  readonly id: string;
  readonly title: string;
  readonly severity: 'fail' | 'warn';
  readonly without: string;
  readonly bad: string;
  readonly fine: string;
  readonly advice: string;
  readonly of: (outputs: OutputFacts) => RowCount | null;
}): Check {
  return {
    ...base,
    needs: ['answers', 'data'],
    id: check.id,
    title: check.title,
    severity: check.severity,
    unit: 'rows',
    threshold: { op: '<=', value: 0, source: 'no row may' },
    run: ({ runtime, data }) => {
      const outputs = runtime?.outputs ?? null;
      if (outputs === null) return notMeasured;
      const found = check.of(outputs);
      if (found === null) return { notRun: check.without };
      return {
        value: found.count,
        finding:
          found.count === 0
            ? check.fine
            : `${counted(found.count, 'row')} of ${whole(outputs.rows)} ${check.bad}.`,
        advice: check.advice,
        evidence: rowsEvidence(found, data),
      };
    },
  };
}

const outputs = [
  noRow({
    id: 'finite-outputs',
    title: 'Answers that are not finite',
    severity: 'fail',
    without: '',
    bad: 'get NaN or an infinite answer',
    fine: 'Every answer is a finite number.',
    advice: 'Look at these rows: missing or extreme inputs are the usual cause.',
    of: found => found.nonFinite,
  }),
  noRow({
    id: 'probability-range',
    title: 'Range of probabilities',
    severity: 'fail',
    without: 'The scores of this model are not probabilities.',
    bad: 'get a probability outside 0 to 1',
    fine: 'Every probability lies between 0 and 1.',
    advice: 'Check the post-transform of the exported classifier.',
    of: found => found.outOfRange,
  }),
  noRow({
    id: 'probability-sum',
    title: 'Sum of probabilities',
    severity: 'fail',
    without: 'The scores of this model are not probabilities.',
    bad: 'get probabilities that do not sum to 1 (within 0.0001)',
    fine: 'The probabilities of every row sum to 1.',
    advice: 'Check the post-transform of the exported classifier.',
    of: found => found.sumViolations,
  }),
  noRow({
    id: 'label-agreement',
    title: 'Label output against scores',
    severity: 'warn',
    without: 'The model does not have both a label and a score output.',
    bad: 'get another label than the class of the highest score',
    fine: 'The label output is the class of the highest score.',
    advice: 'Use one of the two outputs everywhere: they disagree on these rows.',
    of: found => found.labelDisagreements,
  }),
];

const constantAnswers: Check = {
  ...base,
  needs: ['answers', 'data'],
  id: 'constant-answers',
  title: 'Constant answers',
  severity: 'fail',
  unit: 'distinct answers',
  threshold: { op: '>=', value: 2, source: 'a model that always answers the same has learnt nothing' },
  run: ({ scored }) => {
    if (scored === null) return notMeasured;
    if (scored.n < 2) return { notRun: 'One row cannot show whether the answers vary.' };
    const distinct =
      scored.kind === 'regression'
        ? distinctOf(scored.predictions)
        : rankingOf(scored, scored.positive ?? 0).ranking.distinct;
    return {
      value: distinct,
      finding: `${counted(scored.n, 'row')} get ${counted(distinct, 'distinct answer')}.`,
      advice:
        'Check that the columns reach the right inputs: an input that is always missing gives one answer.',
    };
  },
};

function distinctOf(values: Float64Array): number {
  const sorted = values.slice().sort();
  return sorted.reduce((count, value, i) => count + (i > 0 && Object.is(value, sorted[i - 1]) ? 0 : 1), 0);
}

/** A time, rate or size on this machine. */
function measured(check: {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly op: '<=' | '>=';
  readonly limit: number;
  readonly source: string;
  readonly advice: string;
  readonly of: (runtime: RuntimeFacts) => { readonly value: number; readonly words: string } | null;
}): Check {
  return {
    ...base,
    id: check.id,
    title: check.title,
    severity: 'warn',
    unit: check.unit,
    measured: true,
    threshold: { op: check.op, value: check.limit, source: check.source },
    run: ({ runtime }) => {
      const found = runtime === null ? null : check.of(runtime);
      if (found === null) return notMeasured;
      return {
        value: found.value,
        finding: `${found.words} on this machine.`,
        advice: check.advice,
      };
    },
  };
}

const latency = (share: 'p50' | 'p95' | 'p99', title: string, limit: number): Check =>
  measured({
    id: `latency-${share}`,
    title,
    unit: 'ms',
    op: '<=',
    limit,
    source: 'what a person does not notice',
    advice: 'Use a smaller model, or give the target a faster machine.',
    of: runtime =>
      runtime.latency === null
        ? null
        : {
            value: runtime.latency[share],
            words: `${title} of ${counted(runtime.latency.calls, 'call')} with one row is ${number(runtime.latency[share])} ms`,
          },
  });

const times = [
  latency('p50', 'Median latency', 50),
  latency('p95', '95th percentile of latency', 75),
  latency('p99', '99th percentile of latency', 100),
  measured({
    id: 'cold-start',
    title: 'Cold start',
    unit: 'ms',
    op: '<=',
    limit: 10_000,
    source: 'what a probe of a container waits by default',
    advice: 'Use a smaller model, or keep an instance warm.',
    of: ({ coldStartMs }) =>
      coldStartMs === null
        ? null
        : {
            value: coldStartMs,
            words: `A fresh process gives its first answer after ${number(coldStartMs)} ms`,
          },
  }),
  measured({
    id: 'throughput',
    title: 'Throughput',
    unit: 'rows/s',
    op: '>=',
    limit: 100,
    source: 'a small service',
    advice: 'Send larger batches, or use a smaller model.',
    of: ({ throughput }) =>
      throughput === null
        ? null
        : {
            value: throughput.rowsPerSecond,
            words: `Batches of ${whole(throughput.batch)} rows give ${number(throughput.rowsPerSecond)} rows/s`,
          },
  }),
  measured({
    id: 'peak-memory',
    title: 'Peak memory',
    unit: 'MB',
    op: '<=',
    limit: 4096,
    source: 'a small container',
    advice: 'Use a smaller model or smaller batches.',
    of: ({ peakMemoryMb }) =>
      peakMemoryMb === null
        ? null
        : { value: peakMemoryMb, words: `The engine's memory peaked at ${number(peakMemoryMb)} MB` },
  }),
];

const filledInputs: Check = {
  ...base,
  id: 'filled-inputs',
  title: 'Inputs without a column',
  severity: 'warn',
  unit: 'inputs',
  threshold: { op: '<=', value: 0, source: 'a default is not what the model was trained on' },
  run: ({ matching }) => {
    const filled = matching.filter(({ column }) => column === null).map(({ input }) => input);
    return {
      value: filled.length,
      finding:
        filled.length === 0
          ? 'Every input is fed from a column of the data.'
          : `No column feeds ${filled.map(name => `\`${name}\``).join(', ')}: the default is used.`,
      advice: 'Add the columns to the data.',
    };
  },
};

const unseenCategories: Check = {
  ...base,
  id: 'unseen-categories',
  title: 'Unseen categories',
  needs: ['model', 'data', 'reference'],
  severity: 'warn',
  threshold: { op: '<=', value: 0.01, source: 'a model guesses on words it never saw' },
  run: ({ matching, data }) => {
    const rows = data?.rows ?? 0;
    if (rows === 0) return { notRun: 'There are no rows.' };
    const worst = matching.reduce((most, one) => (one.unseen > most.unseen ? one : most), {
      column: null as string | null,
      unseen: 0,
    });
    return {
      value: worst.unseen / rows,
      finding:
        worst.unseen === 0
          ? 'Every category occurs in the reference data.'
          : `${percent(worst.unseen / rows)} of the rows hold a value of \`${worst.column ?? ''}\` that the reference data does not have.`,
      advice: 'Map these values to known ones, or train with them.',
    };
  },
};

export const runtimeChecks: readonly Check[] = [
  loads,
  ...agreements,
  ...outputs,
  constantAnswers,
  ...times,
  filledInputs,
  unseenCategories,
];
