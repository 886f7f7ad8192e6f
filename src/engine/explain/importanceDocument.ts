import type { Players } from '../../core/explain/groups.ts';
import { definitionOf } from '../../core/metrics/definitions.ts';
import type { ImportanceJob } from '../../protocol/engine.ts';
import type { Importance } from '../../protocol/results/importance.ts';
import type { Interval } from '../../protocol/results/shared.ts';
import { engineName, jobDigest, modelRefOf, withDigest } from '../tasks/identity.ts';
import type { Importance as Permuted } from './importance.ts';
import type { FoundSage } from './sage.ts';
import type { Sampled } from './sampled.ts';
import { correlated, smallBackground, weakModel } from './warnings.ts';

interface FoundPermutation {
  readonly kind: 'permutation';
  readonly found: Permuted;
  readonly groups: Players;
}

/** The document of an importance. */
export async function importanceDocument(
  job: ImportanceJob,
  subject: Sampled,
  found: FoundPermutation | FoundSage,
): Promise<Importance> {
  const { facts } = subject.model;
  const { players } = subject;
  const global = shared(
    found.kind === 'sage' ? sageValues(found) : found.found.features,
    found.groups.columns.map(columns => columns.map(column => players[column]!)),
  );
  const measure = found.kind === 'sage' ? lossOf(found, job) : metricOf(found.found, job);
  const background = subject.dataRefs.find(({ role }) => role === 'background') ?? subject.dataRefs[0]!;
  const scored = found.kind === 'sage' ? found.scored : found.found.scored;
  const { n } = found.found;
  return {
    schema: 'slipway/importance@1',
    job: jobDigest({ ...job, model: withDigest(job.model, facts) }, subject.dataRefs),
    engine: await engineName(),
    seed: job.seed,
    settings: {
      method: job.method,
      rows: job.rows,
      backgroundRows: job.backgroundRows,
      groups: job.groups.map(({ name, columns }) => `${name}: ${columns.join(', ')}`),
      correlated: job.correlated,
      metric: job.metric,
      repeats: job.repeats,
      precision: job.precision,
    },
    model: modelRefOf(job.model, facts),
    data: [...subject.dataRefs],
    task: subject.task.task,
    n,
    cohort: subject.cohort,
    sentence: sentenceOf(global, measure.title, found.kind),
    method: job.method,
    exact: found.kind === 'sage' && found.found.exact && found.found.stopped === 'budget',
    measure,
    background:
      found.kind === 'permutation'
        ? null
        : {
            description: `${found.backgroundRows} of ${background.rows} rows of ${background.path}, seed ${job.seed}`,
            rows: found.backgroundRows,
            digest: background.digest,
          },
    repeats: found.kind === 'permutation' ? found.found.repeats : null,
    features: [...players],
    global,
    groups: {
      by: job.correlated !== null ? 'correlation' : job.groups.length > 0 ? 'user' : 'none',
      threshold: job.correlated,
    },
    warnings: [
      ...weakModel(scored),
      ...(found.kind === 'sage' ? smallBackground(found.backgroundRows) : []),
      ...(job.correlated === null ? correlated(subject.table) : []),
      ...unsure(global),
    ],
    proof: {
      evaluations: found.found.evaluations,
      additivityError: found.kind === 'sage' ? found.found.additivityError : null,
      stopped: found.kind === 'sage' ? found.found.stopped : null,
      n,
      seed: job.seed,
    },
  };
}

type Global = Importance['global'];

interface Valued {
  readonly feature: string;
  readonly value: number;
  readonly interval: Interval | null;
}

function sageValues({ found, groups }: FoundSage): Valued[] {
  return groups.names.map((feature, j) => {
    const value = found.values[j]!;
    const half = found.halves[j]!;
    const interval = Number.isFinite(half)
      ? { low: value - half, high: value + half, level: 0.95, method: `normal, over ${found.n} rows` }
      : null;
    return { feature, value, interval };
  });
}

function shared(values: readonly Valued[], columns: readonly string[][]): Global {
  const total = values.reduce((sum, { value }) => sum + Math.max(0, value), 0);
  return values
    .map((each, j) => ({
      ...each,
      columns: columns[j]!,
      share: total > 0 ? Math.max(0, each.value) / total : 0,
    }))
    .sort((a, b) => b.value - a.value);
}

function lossOf({ found, loss }: FoundSage, { meaning }: ImportanceJob): Importance['measure'] {
  const squared = loss === 'squared_error';
  return {
    name: loss,
    title: squared ? 'Squared error' : 'Log loss',
    better: 'lower',
    unit: squared ? (meaning.unit === null ? null : `(${meaning.unit})²`) : 'nats',
    value: found.loss,
    without: found.without,
  };
}

function metricOf({ metric, baseline }: Permuted, { meaning }: ImportanceJob): Importance['measure'] {
  const { title, better, unitPower } = definitionOf(metric);
  const unit =
    meaning.unit === null || unitPower === 0 ? null : unitPower === 1 ? meaning.unit : `(${meaning.unit})²`;
  return {
    name: metric,
    title,
    better: better === 'higher' ? 'higher' : 'lower',
    unit,
    value: baseline,
    without: null,
  };
}

function sentenceOf(global: Global, title: string, kind: 'permutation' | 'sage'): string {
  const [first, ...rest] = global.slice(0, 3).filter(({ value }) => value > 0);
  if (first === undefined) return `No column matters to the ${title} on these rows.`;
  const others = rest.map(({ feature }) => `\`${feature}\``).join(' and ');
  const cost = kind === 'sage' ? 'what all columns take off it' : 'what shuffling costs';
  return (
    `The model's ${title} rests most on \`${first.feature}\` ` +
    `(${Math.round(first.share * 100)} % of ${cost})${others === '' ? '' : `, then ${others}`}.`
  );
}

/** The first and the second can change places within their intervals. */
function unsure([first, second]: Global): Importance['warnings'] {
  if (first?.interval == null || second?.interval == null) return [];
  if (second.interval.high < first.interval.low) return [];
  return [
    {
      kind: 'sampling',
      sentence:
        `The intervals of \`${first.feature}\` and \`${second.feature}\` overlap: ` +
        'which of them matters more is not settled. More rows or repeats make them sharper.',
    },
  ];
}
