/** Words of a condition that name no column. */
const words = new Set(
  (
    'and or not in is null true false like ilike between case when then else end as cast try_cast similar to glob ' +
    'collate escape distinct from date time timestamp timestamptz interval exists any all array lambda at zone ' +
    'year years month months day days hour hours minute minutes second seconds'
  ).split(' '),
);

/**
 * Columns that a DuckDB condition reads, as far as its words tell: quoted names, and words that are no keyword,
 * function or type.
 */
export function columnsIn(where: string): string[] {
  const tokens = /'(?:[^']|'')*'|"((?:[^"]|"")+)"|(::\s*|\bas\s+)?\b([\p{L}_][\p{L}\p{N}_]*)(\s*[(.])?/giu;
  const found = new Set<string>();
  for (const [, quoted, typed, word, called] of where.matchAll(tokens)) {
    if (quoted !== undefined) found.add(quoted.replaceAll('""', '"'));
    else if (
      word !== undefined &&
      typed === undefined &&
      called === undefined &&
      !words.has(word.toLowerCase())
    )
      found.add(word);
  }
  return [...found];
}
