import { whole } from '../../core/words.ts';
import type { CategoryColumn, Table } from '../../core/data/table.ts';
import type { Explanation } from '../../protocol/results/explanation.ts';
import type { DataFile, Wanted } from '../data/dataFile.ts';

type Warning = Explanation['warnings'][number];

/** Rows of the file that are looked through at a time. */
const batchRows = 16_384;

/** Columns, and words of one, that a sentence names. */
const mostNamed = 3;

/**
 * Words of the explained rows that no row of a file holds: the model may never have been shown them.
 * @param rows what is explained
 * @param sample some rows of the file, with the same columns: what they hold is not looked for
 * @param features the columns, as they are read
 */
export async function unseenWords(
  rows: Table,
  sample: Table,
  file: DataFile,
  features: readonly Wanted[],
): Promise<Warning[]> {
  const open = rows.columns.flatMap((column, at) => {
    if (column.kind !== 'category') return [];
    const counts = wordCounts(column);
    const known = sample.columns[at]!;
    if (known.kind === 'category') for (const word of wordCounts(known).keys()) counts.delete(word);
    return counts.size === 0 ? [] : [{ wanted: features[at]!, counts }];
  });
  if (open.length === 0) return [];
  const wanted = open.map(each => each.wanted);
  for await (const { table } of file.scan(wanted, batchRows)) {
    open.forEach(({ counts }, at) => {
      for (const word of (table.columns[at] as CategoryColumn).levels) counts.delete(word);
    });
    if (open.every(({ counts }) => counts.size === 0)) return [];
  }
  const named = open.flatMap(({ wanted: { name }, counts }) => {
    if (counts.size === 0) return [];
    const words = [...counts].toSorted((a, b) => b[1] - a[1]);
    const shown = words.slice(0, mostNamed).map(([word]) => `\`${word}\``);
    const more = words.length > mostNamed ? ` and ${whole(words.length - mostNamed)} more` : '';
    const count = words.reduce((sum, [, n]) => sum + n, 0);
    return [`\`${name}\` is ${shown.join(', ')}${more} (${whole(count)} of ${whole(rows.rows)} rows)`];
  });
  const more = named.length > mostNamed ? `, and ${whole(named.length - mostNamed)} more columns` : '';
  return [
    {
      kind: 'extrapolation',
      sentence:
        `Rows hold words that no row of \`${file.source.path}\` holds: ${named.slice(0, mostNamed).join('; ')}${more}. ` +
        'The model may never have been shown them, and many encoders take such a word for none.',
    },
  ];
}

/** How many rows hold each word. */
function wordCounts({ codes, levels }: CategoryColumn): Map<string, number> {
  const counts = new Map<string, number>();
  for (const code of codes) if (code >= 0) counts.set(levels[code]!, (counts.get(levels[code]!) ?? 0) + 1);
  return counts;
}
