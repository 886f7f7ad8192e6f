import type { DataDescription } from '../../protocol/results/data.ts';
import { missingWords } from '../drift/missingDrift.ts';
import { counted, names, number, percent } from '../words.ts';

export type Finding = DataDescription['findings'][number];
export type Described = Pick<
  DataDescription,
  'data' | 'reference' | 'label' | 'columns' | 'duplicates' | 'relations'
>;

/** A share missing from which it is said. */
const missingShare = 0.05;
/** A share of outliers, by Tukey's rule, from which it is said: the normal distribution has 0.7 %. */
const outlierShare = 0.05;
/** Two columns that say nearly the same. */
const sameness = 0.95;
/** A class rarer than this is hard to measure. */
const rareClass = 0.05;

/**
 * What to look at first, in sentences.
 * @param apart columns that only one of data and reference has, and numbers that are none in the reference
 */
export function findingsOf(
  found: Described,
  apart: { readonly columnsApart: readonly string[]; readonly typesApart: readonly string[] },
): Finding[] {
  const { columns, duplicates, relations, label, data } = found;
  const { columnsApart, typesApart } = apart;
  const named = (test: (column: Described['columns'][number]) => boolean): string[] =>
    columns.filter(test).map(({ name }) => name);
  const findings: Finding[] = [];
  const say = (kind: Finding['kind'], about: readonly string[], sentence: string): void => {
    if (about.length > 0 || kind === 'duplicates') findings.push({ kind, columns: [...about], sentence });
  };
  const constant = named(({ flags }) => flags.includes('constant'));
  say('constant', constant, `${names(constant)} ${constant.length === 1 ? 'holds' : 'hold'} one value only.`);
  const missing = named(column => column.missing / Math.max(1, data.rows) >= missingShare);
  say('missing', missing, `${names(missing)}: ${percent(missingShare)} or more of the rows have no value.`);
  if (duplicates.rows > 0)
    say(
      'duplicates',
      [],
      `${counted(duplicates.rows, 'row')} (${percent(duplicates.share)}) ${duplicates.rows === 1 ? 'repeats' : 'repeat'} an earlier one.`,
    );
  const identifiers = named(({ flags }) => flags.includes('identifier'));
  say(
    'identifier',
    identifiers,
    `${names(identifiers)} ${identifiers.length === 1 ? 'has' : 'have'} another value in each row, as an identifier has.`,
  );
  const far = named(
    ({ numbers, n }) =>
      numbers !== null && (numbers.outliers[0]?.count ?? 0) / Math.max(1, n) >= outlierShare,
  );
  say(
    'outliers',
    far,
    `${names(far)}: ${percent(outlierShare)} or more of the values lie beyond Tukey's fences.`,
  );
  const close = relations.pairs.filter(
    ({ a, b, value }) => Math.abs(value) >= sameness && a !== label && b !== label,
  );
  if (close.length > 0) {
    const [first] = close;
    // Those that are not listed are weaker than the last that is.
    const cut = relations.total > relations.pairs.length;
    const more = cut && Math.abs(relations.pairs.at(-1)!.value) >= sameness;
    say(
      'correlated',
      [...new Set(close.flatMap(({ a, b }) => [a, b]))],
      `${more ? 'At least ' : ''}${counted(close.length, 'pair of columns says', 'pairs of columns say')} nearly the same, such as \`${first!.a}\` and \`${first!.b}\` (${first!.measure} ${number(first!.value)}).`,
    );
  }
  const telling = named(column => column.label !== null && Math.abs(column.label.value) >= sameness);
  say(
    'leak',
    telling,
    `${names(telling)} nearly ${telling.length === 1 ? 'tells' : 'tell'} the label: is it known when the model is asked?`,
  );
  const own = columns.find(({ name }) => name === label);
  const rarest = own?.levels?.others === 0 ? own.levels.levels.at(-1) : undefined;
  if (rarest !== undefined && own !== undefined && rarest.count / own.n < rareClass)
    say('imbalance', [own.name], `\`${rarest.name}\` is ${percent(rarest.count / own.n)} of the label.`);
  const drifted = named(({ drift }) => drift?.drifted === true);
  say(
    'drift',
    drifted,
    `${names(drifted)} ${drifted.length === 1 ? 'has' : 'have'} moved from the reference.`,
  );
  const gaps = columns.flatMap(({ name, missingDrift }) =>
    missingDrift?.drifted === true ? [{ ...missingDrift, name }] : [],
  );
  say(
    'missing-drift',
    gaps.map(({ name }) => name),
    `Values are missing in another share of the rows than in the reference: ${missingWords(gaps)}.`,
  );
  const unseen = named(({ levels }) => (levels?.unseen?.distinct ?? 0) > 0);
  const words = columns.reduce((sum, { levels }) => sum + (levels?.unseen?.distinct ?? 0), 0);
  say(
    'unseen',
    unseen,
    `${names(unseen)} ${unseen.length === 1 ? 'holds' : 'hold'} ${counted(words, 'word')} that the reference does not have.`,
  );
  say(
    'columns',
    columnsApart,
    `${names(columnsApart)} ${columnsApart.length === 1 ? 'is' : 'are'} not in both the data and the reference.`,
  );
  say(
    'types',
    typesApart,
    `${names(typesApart)} ${typesApart.length === 1 ? 'holds' : 'hold'} numbers here but not in the reference, and ${typesApart.length === 1 ? 'is' : 'are'} not held against it.`,
  );
  return findings;
}

export function dataSentence({ data, columns, reference }: Described, findings: readonly Finding[]): string {
  const size = `${counted(data.rows, 'row')} of ${counted(columns.length, 'column')}`;
  const beside = reference === null ? '' : `, beside ${counted(reference.rows, 'reference row')}`;
  return findings.length === 0
    ? `${size}${beside}; nothing stands out.`
    : `${size}${beside}; ${counted(findings.length, 'thing')} to look at.`;
}
