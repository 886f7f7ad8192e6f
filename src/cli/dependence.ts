import { BadInput } from '../core/failure.ts';
import { didYouMean } from '../core/nearest.ts';
import type { Explanation } from '../protocol/results/explanation.ts';
import { bar, number, table } from './print.ts';

/** Features shown when none is named. */
const shownFeatures = 3;
/** Lines of a table: groups of rows with about as many each, or categories. */
const mostLines = 10;

/**
 * SHAP dependence for a terminal: mean attribution along each feature's own values. The points themselves are the
 * document's `rows[].inputs` and `rows[].values`.
 * @param features names; undefined: those that move the answer most
 * @throws BadInput for a feature that the explanation lacks
 */
export function dependenceText(result: Explanation, features: readonly string[] | undefined): string {
  const names = result.features.map(({ name }) => name);
  const strange = features?.find(name => !names.includes(name));
  if (strange !== undefined)
    throw new BadInput(
      'unknown-feature',
      `The model reads no column \`${strange}\`.${didYouMean(strange, names)}`,
    );
  const shown = features ?? result.global.slice(0, shownFeatures).map(({ feature }) => feature);
  return [
    result.sentence,
    ...shown.map(name => curveText(result, names.indexOf(name))),
    `Attributions to ${result.output.title}, ${result.method}${result.exact ? ' (exact)' : ''}, n = ${number(result.n)}; ` +
      `the points themselves are in \`--json\` or \`--out\`.`,
  ].join('\n\n');
}

interface Line {
  readonly where: string;
  readonly attributions: readonly number[];
}

function curveText({ features, rows, output }: Explanation, at: number): string {
  const { name, kind } = features[at]!;
  const points = rows.map(({ inputs, values }) => ({ input: inputs[at] ?? null, value: values[at]! }));
  const present = points.filter(({ input }) => input !== null);
  const lines = kind === 'number' ? byValue(present) : byLevel(present);
  const missing = points.filter(({ input }) => input === null).map(({ value }) => value);
  if (missing.length > 0) lines.push({ where: 'missing', attributions: missing });
  const means = lines.map(({ attributions }) => mean(attributions));
  const largest = Math.max(...means.map(Math.abs));
  return table(
    [name, 'rows', `mean attribution to ${output.title}`, 'least to most', ''],
    lines.map(({ where, attributions }, k) => [
      where,
      String(attributions.length),
      number(means[k]),
      `${number(Math.min(...attributions))} to ${number(Math.max(...attributions))}`,
      bar(largest === 0 ? 0 : Math.abs(means[k]!) / largest, 12),
    ]),
  );
}

interface Point {
  readonly input: Explanation['rows'][number]['inputs'][number];
  readonly value: number;
}

/** Groups of neighbouring values; equal values stay together. */
function byValue(points: readonly Point[]): Line[] {
  const sorted = points
    .map(({ input, value }) => ({ input: Number(input), value }))
    .sort((a, b) => a.input - b.input);
  const size = Math.ceil(sorted.length / mostLines);
  const lines: Line[] = [];
  for (let from = 0; from < sorted.length;) {
    let to = Math.min(sorted.length, from + size);
    while (to < sorted.length && sorted[to]!.input === sorted[to - 1]!.input) to++;
    const [low, high] = [sorted[from]!.input, sorted[to - 1]!.input];
    const attributions = sorted.slice(from, to).map(({ value }) => value);
    lines.push({ where: low === high ? number(low) : `${number(low)} to ${number(high)}`, attributions });
    from = to;
  }
  return lines;
}

/** The most frequent categories, the others together. */
function byLevel(points: readonly Point[]): Line[] {
  const groups = new Map<string, number[]>();
  for (const { input, value } of points) {
    const level = String(input);
    groups.set(level, [...(groups.get(level) ?? []), value]);
  }
  const sorted = [...groups].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1));
  const lines = sorted.slice(0, mostLines).map(([where, attributions]) => ({ where, attributions }));
  const rest = sorted.slice(mostLines).flatMap(([, attributions]) => attributions);
  return rest.length === 0 ? lines : [...lines, { where: 'others', attributions: rest }];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
