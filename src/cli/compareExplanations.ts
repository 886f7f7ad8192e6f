import { explanationComparisonJob, type ExplanationComparisonOverrides } from '../jobs/buildLocal.ts';
import type { ExplanationComparison } from '../protocol/results/explanationComparison.ts';
import type { ResolvedModel } from '../workspace/types.ts';
import type { Outcome } from './outcome.ts';
import { number, table, withInterval } from './print.ts';
import type { Session } from './session.ts';

/** `slipway compare A B --explanations`, and `slipway explain M --where A --versus B`. */
export async function compareExplanations(
  session: Session,
  [a, b]: readonly [ResolvedModel, ResolvedModel],
  overrides: ExplanationComparisonOverrides,
): Promise<Outcome> {
  const job = explanationComparisonJob(session.workspace.root, a, b, overrides);
  const result = await session.jobs.compareExplanations(job, a, b, session.jobOptions);
  return { document: result, text: explanationComparisonText(result), passed: true };
}

export function explanationComparisonText(result: ExplanationComparison): string {
  const { sides } = result;
  const rank = (value: number | null): string => (value === null ? 'not read' : String(value));
  const features = table(
    ['feature', 'A', 'B', 'B - A', 'rank A', 'rank B', 'places gained'],
    result.features.map(each => [
      each.feature,
      number(each.a),
      number(each.b),
      withInterval(each.delta, each.interval),
      rank(each.rankA),
      rank(each.rankB),
      each.gained === null ? '' : withInterval(each.gained, each.gainedInterval),
    ]),
  );
  const rows =
    result.rows.length === 0
      ? []
      : [
          'Rows whose reasons changed most:\n' +
            table(
              ['row', 'A', 'B', 'moved', 'cosine', 'most in'],
              result.rows
                .slice(0, 10)
                .map(({ row, predictionA, predictionB, moved, cosine, changes }) => [
                  String(row),
                  number(predictionA),
                  number(predictionB),
                  number(moved),
                  number(cosine),
                  changes.map(({ feature, a, b }) => `${feature} ${number(a)} → ${number(b)}`).join(', '),
                ]),
            ),
        ];
  const side = ({ name, n, method, exact, baseValue }: typeof sides.a): string =>
    `${name}: ${method}${exact ? ' (exact)' : ''}, n = ${number(n)}, base value ${number(baseValue)}`;
  return [
    result.sentence,
    features,
    ...rows,
    `A ${side(sides.a)}.\nB ${side(sides.b)}.\n${result.output}, mean |attribution|, seed ${result.seed}.`,
  ].join('\n\n');
}
