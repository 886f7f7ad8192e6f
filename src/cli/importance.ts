import type { ImportanceOverrides } from '../jobs/build.ts';
import type { Importance } from '../protocol/results/importance.ts';
import type { ResolvedModel } from '../workspace/types.ts';
import { given, meaningOverrides } from './options.ts';
import type { Outcome } from './outcome.ts';
import type { OverallOptions } from './overall.ts';
import { bar, number, table, withInterval } from './print.ts';
import type { Session } from './session.ts';

/** `explain --method permutation|sage`. */
export async function importance(
  session: Session,
  model: ResolvedModel,
  options: OverallOptions,
): Promise<Outcome> {
  const { where, backgroundRows, method, output, rows, groups, correlated, repeats, metric, precision } =
    options;
  const overrides: ImportanceOverrides = {
    ...meaningOverrides(options),
    ...given({
      data: options.data && session.path(options.data),
      background: options.background && session.path(options.background),
      method: method === 'sage' ? ('sage' as const) : ('permutation' as const),
      where,
      output,
      backgroundRows,
      rows,
      groups,
      correlated,
      repeats,
      metric,
      precision,
    }),
  };
  const result = await session.jobs.importance(model, overrides, session.jobOptions);
  return { document: result, text: importanceText(result), passed: true };
}

export function importanceText(result: Importance): string {
  const { global, measure, background, method, n, seed, proof } = result;
  const largest = global[0]?.value ?? 0;
  const unit = measure.unit === null ? '' : ` ${measure.unit}`;
  const facts = [
    `${measure.title} ${number(measure.value)}${unit}` +
      (measure.without === null ? '' : `, ${number(measure.without)}${unit} without any column`) +
      `; ${method}, n = ${number(n)}, seed ${seed}.`,
    background === null ? null : `Hidden columns are filled from ${background.description}.`,
    proof.stopped === 'precision' ? 'Sampling stopped because the intervals are small enough.' : null,
    ...result.warnings.map(({ sentence }) => `Note: ${sentence}`),
  ];
  return [
    result.sentence,
    table(
      [
        'feature',
        method === 'sage' ? `takes off the loss${unit === '' ? '' : `,${unit}`}` : 'costs when shuffled',
        '',
      ],
      global.map(({ feature, value, interval }) => [
        feature,
        withInterval(value, interval),
        bar(largest <= 0 ? 0 : value / largest),
      ]),
    ),
    facts.filter(line => line !== null).join('\n'),
  ].join('\n\n');
}
