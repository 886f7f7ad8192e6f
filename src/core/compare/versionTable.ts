import type { Comparison } from '../../protocol/results/comparison.ts';
import type { VersionTable } from '../../protocol/results/versionTable.ts';
import { headlineMetric } from '../metrics/evaluate.ts';
import { holm } from '../stats/multiplicity.ts';
import { pWords, valueWords } from '../words.ts';

type Version = VersionTable['versions'][number];
type Delta = Comparison['metrics'][number];

/**
 * Several versions as one table, from the comparison of each with the first.
 * @param comparisons all with the same A on the same rows, at least one
 * @param job as the document states it
 */
export function versionTable(comparisons: readonly Comparison[], job: string): VersionTable {
  const [first] = comparisons;
  if (first === undefined) throw new Error('a table of versions needs a comparison');
  const { a, task, metrics } = first;
  const shared = metrics.filter(({ name }) =>
    comparisons.every(comparison => comparison.metrics.some(metric => metric.name === name)),
  );
  const columns = shared.map(({ name, title, better, unit = null }) => ({ name, title, better, unit }));
  const rows = columns.map(({ name }) =>
    comparisons.map(comparison => comparison.metrics.find(metric => metric.name === name)!),
  );
  const adjusted = rows.map(adjustedOf);
  const others = comparisons.map((comparison, at) =>
    otherVersion(
      comparison,
      rows.map((row, metric) => ({ delta: row[at]!, adjusted: adjusted[metric]![at]! })),
    ),
  );
  const headline = task === 'unknown' ? null : headlineMetric(task);
  const versions = placed([firstVersion(a, shared, first), ...others], columns, headline);
  return {
    schema: 'slipway/version-table@1',
    job,
    engine: first.engine,
    seed: first.seed,
    data: first.data,
    label: first.label,
    task,
    n: first.n,
    sentence: sentenceOf(versions, columns, headline),
    metrics: columns,
    headline,
    versions,
  };
}

/** Over the versions: each metric is a family of its own. */
function adjustedOf(row: readonly Delta[]): (number | null)[] {
  const known = row.flatMap(({ p }) => (p == null ? [] : [p]));
  const found = holm(known);
  let at = 0;
  return row.map(({ p }) => (p == null ? null : found[at++]!));
}

function firstVersion(model: Comparison['a'], shared: readonly Delta[], comparison: Comparison): Version {
  return {
    model,
    comparison: null,
    place: 0,
    cells: shared.map(({ a }) => ({
      value: a,
      ...{ delta: null, interval: null, p: null, adjusted: null, status: null },
    })),
    verdict: null,
    flips: null,
    churn: null,
    regressions: [],
    breaking: [],
    changes: 0,
    size: comparison.size.a,
    latency: null,
  };
}

function otherVersion(
  comparison: Comparison,
  deltas: readonly { readonly delta: Delta; readonly adjusted: number | null }[],
): Version {
  const { b, job, flips, churn, slices, structure, size, speed, verdict } = comparison;
  return {
    model: b,
    comparison: job,
    place: 0,
    cells: deltas.map(({ delta, adjusted }) => ({
      value: delta.b,
      delta: delta.delta,
      interval: delta.interval,
      p: delta.p ?? null,
      adjusted,
      status: delta.status,
    })),
    verdict,
    flips: flips === null ? null : { negative: flips.onlyA, positive: flips.onlyB },
    churn: churn?.share ?? null,
    regressions: [...new Set(slices.filter(({ status }) => status === 'fail').map(({ slice }) => slice))],
    breaking: structure.filter(({ breaking }) => breaking).map(({ sentence }) => sentence),
    changes: structure.length,
    size: size.b,
    latency: speed?.ratio ?? null,
  };
}

function placed(
  versions: readonly Version[],
  columns: VersionTable['metrics'],
  headline: string | null,
): Version[] {
  const at = columns.findIndex(({ name }) => name === headline);
  const sign = columns[at]?.better === 'lower' ? 1 : -1;
  const key = (version: Version): number => {
    const value = version.cells[at]?.value ?? null;
    return value === null ? Infinity : sign * value;
  };
  return versions.map(version => ({
    ...version,
    place: 1 + versions.filter(other => key(other) < key(version)).length,
  }));
}

export function nameOf({ model }: Pick<Version, 'model'>): string {
  return model.version ?? model.name ?? model.path;
}

function sentenceOf(
  versions: readonly Version[],
  columns: VersionTable['metrics'],
  headline: string | null,
): string {
  const at = columns.findIndex(({ name }) => name === headline);
  const best = versions.find(({ place }) => place === 1) ?? versions[0]!;
  const cell = best.cells[at];
  const first = nameOf(versions[0]!);
  if (cell === undefined || cell.value === null)
    return 'The versions cannot be placed: the metric is undefined.';
  const { title, unit } = columns[at]!;
  const others = versions.length - 1;
  if (best === versions[0])
    return `None of ${others} versions has a better ${title} than ${first} (${valueWords(cell.value, unit)}).`;
  const sure = cell.adjusted !== null && cell.adjusted <= 0.05;
  const tested = cell.adjusted === null ? '' : `, ${pWords(cell.adjusted)} for ${others} versions (Holm)`;
  const worse =
    best.regressions.length === 0 ? '' : ` It is worse for ${best.regressions.slice(0, 2).join(' and ')}.`;
  return `${nameOf(best)} has the best ${title}, ${valueWords(cell.value, unit)}${sure ? '' : ', though not beyond chance'}: ${(cell.delta ?? 0) > 0 ? '+' : ''}${valueWords(cell.delta ?? 0, unit)} against ${first}${tested}.${worse}`;
}
