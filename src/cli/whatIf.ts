import { BadInput } from '../core/failure.ts';
import type { Cell } from '../core/data/table.ts';
import { didYouMean } from '../core/nearest.ts';
import { dataOf, type ExplainOverrides } from '../jobs/build.ts';
import type { WhatIf } from '../protocol/results/whatIf.ts';
import type { ResolvedModel } from '../workspace/types.ts';
import { rowOptions, type LocalOptions } from './local.ts';
import type { Outcome } from './outcome.ts';
import { number, table } from './print.ts';
import type { Session } from './session.ts';

/** `slipway explain MODEL --row 3 --set age=41`: the answer to a row and its reasons, as it is and as changed. */
export async function whatIf(
  session: Session,
  model: ResolvedModel,
  options: LocalOptions,
  overrides: ExplainOverrides,
): Promise<Outcome> {
  const { row: asked, changes = {} } = rowOptions(session, options);
  const row = asked ?? 0;
  const data = dataOf(session.workspace.root, model.entry, overrides.data ?? null, 'What-if');
  const page = { offset: row, limit: 1, orderBy: null, filter: null };
  const { columns, rows, total } = await session.jobs.dataSets.rows({ data, ...page }, session.jobOptions);
  const [own] = rows;
  if (own === undefined)
    throw new BadInput(
      'no-such-row',
      `\`${data.path}\` has no row ${row}: its rows are 0 to ${total - 1}. Choose among them.`,
    );
  const names = columns.map(({ name }) => name);
  const strange = Object.keys(changes).find(name => !names.includes(name));
  if (strange !== undefined) throw unread(strange, names);
  const before = Object.fromEntries(names.map((name, j): [string, Cell] => [name, own[j]!]));
  const { rows: answers, ...found } = await session.jobs.attribute(
    model,
    overrides,
    [before, { ...before, ...changes }],
    session.jobOptions,
  );
  const read = found.features.flatMap(feature => feature.columns);
  const idle = Object.keys(changes).find(name => !read.includes(name));
  if (idle !== undefined) throw unread(idle, read);
  const [first, then] = answers as [WhatIf['before'], WhatIf['after']];
  const changed = Object.entries(changes).map(([column, to]) => ({ column, from: before[column]!, to }));
  const document: WhatIf = {
    schema: 'slipway/what-if@1',
    model: model.ref,
    row,
    changes: changed,
    sentence: sentenceOf(found.output.title, changed, first.prediction, then.prediction),
    ...found,
    features: found.features.map(({ name, columns: own }) => ({ name, columns: [...own] })),
    before: first,
    after: then,
  };
  return { document, text: whatIfText(document), passed: true };
}

function unread(name: string, columns: readonly string[]): BadInput {
  return new BadInput(
    'unknown-column',
    `The model reads no column \`${name}\`, so changing it says nothing.${didYouMean(name, columns)}`,
  );
}

function sentenceOf(title: string, changes: WhatIf['changes'], before: number, after: number): string {
  const words = changes.map(
    ({ column, from, to }) => `\`${column}\` from ${String(from ?? 'missing')} to ${String(to ?? 'missing')}`,
  );
  return `With ${words.join(', ')}, ${title} goes from ${number(before)} to ${number(after)}.`;
}

/** Reasons that changed most come first. */
function whatIfText(result: WhatIf): string {
  const { features, before, after, baseValue } = result;
  const shift = (j: number): number => after.values[j]! - before.values[j]!;
  const order = features.map((_, j) => j).sort((a, b) => Math.abs(shift(b)) - Math.abs(shift(a)));
  return [
    result.sentence,
    table(
      ['feature', 'before', 'after', 'change'],
      order.map(j => [
        features[j]!.name,
        number(before.values[j]),
        number(after.values[j]),
        number(shift(j)),
      ]),
    ),
    [
      `Row ${result.row}, ${result.output.title}, ${result.method}${result.exact ? ' (exact)' : ''}.`,
      `Base value ${number(baseValue)} over ${result.background}.`,
      result.whyNotExact === null ? null : `Not exact: ${result.whyNotExact}`,
    ]
      .filter(line => line !== null)
      .join('\n'),
  ].join('\n\n');
}
