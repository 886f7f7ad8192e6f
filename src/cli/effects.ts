import type { EffectsOverrides } from '../jobs/build.ts';
import type { Effects } from '../protocol/results/effects.ts';
import type { ResolvedModel } from '../workspace/types.ts';
import { given, meaningOverrides } from './options.ts';
import type { Outcome } from './outcome.ts';
import type { OverallOptions } from './overall.ts';
import { bar, number, table } from './print.ts';
import type { Session } from './session.ts';

/** Positions that a terminal shows of each curve. */
const shownPositions = 12;

/** `explain --method pdp|ale`. */
export async function effects(
  session: Session,
  model: ResolvedModel,
  options: OverallOptions,
): Promise<Outcome> {
  const { where, method, feature, pair, rows, grid, output, space } = options;
  const overrides: EffectsOverrides = {
    ...meaningOverrides(options),
    ...given({
      data: options.data && session.path(options.data),
      reference: options.reference && session.path(options.reference),
      where,
      curves: method === 'ale' ? ('accumulated' as const) : ('partial' as const),
      features: feature,
      pairs: pair,
      rows,
      grid,
      output,
      space,
    }),
  };
  const result = await session.jobs.effects(model, overrides, session.jobOptions);
  return { document: result, text: effectsText(result), passed: true };
}

export function effectsText(result: Effects): string {
  const { output, n, seed, unit } = result;
  const title = `${output.title}${unit === null ? '' : ` (${unit})`}`;
  const parts = [
    result.sentence,
    ...result.features.map(effect => curveText(effect, title)),
    ...result.pairs.map(({ features, interaction: { h, size } }) => {
      const share = h === null ? 'H is undefined: the pair hardly moves the output' : `H ${number(h)}`;
      return `${features.join(' x ')}: ${share}, interaction ${number(size)}${unit === null ? '' : ` ${unit}`} (root mean square).`;
    }),
    [
      `${output.title}, n = ${number(n)}, seed ${seed}; mean prediction ${number(result.meanPrediction)}.`,
      ...result.warnings.map(({ sentence }) => `Note: ${sentence}`),
    ].join('\n'),
  ];
  return parts.join('\n\n');
}

function curveText(effect: Effects['features'][number], title: string): string {
  const { feature, partial, accumulated } = effect;
  const curve = partial ?? accumulated;
  if (curve === null) return `${feature}: ${effect.why ?? 'no curve'}`;
  const last = curve.values.length - 1;
  const count = Math.min(shownPositions, last + 1);
  const places = Array.from({ length: count }, (_, k) => Math.round((k * last) / Math.max(1, count - 1)));
  const [least, most] = [Math.min(...curve.values), Math.max(...curve.values)];
  return table(
    [feature, partial === null ? `local effect on ${title}` : title, '95 %', '', ''],
    places.map(k => [
      positionText(curve.positions, k, curve.shape === 'steps'),
      number(curve.values[k]),
      `${number(curve.band.low[k])} to ${number(curve.band.high[k])}`,
      bar(most > least ? (curve.values[k]! - least) / (most - least) : 0),
      partial?.thin[k] === true ? 'few rows' : '',
    ]),
  );
}

function positionText(
  positions: Effects['features'][number]['support']['positions'],
  k: number,
  isStep: boolean,
): string {
  const text = (at: number): string => {
    const value = positions[at];
    return typeof value === 'number' ? number(value) : String(value ?? '');
  };
  return isStep ? `${text(k)} to ${text(k + 1)}` : text(k);
}
