/** Conditions on a data set's rows as DuckDB reads them, so that a page, a cohort or a query opens the same rows. */

export function columnSql(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function wordSql(word: string): string {
  return `'${word.replaceAll("'", "''")}'`;
}

/** A number as DuckDB reads it: a double, never a decimal that would be rounded to. */
export function numberSql(value: number): string {
  if (!Number.isFinite(value)) return `'${value > 0 ? 'inf' : '-inf'}'::double`;
  const text = String(value);
  return Number.isInteger(value) || text.includes('e') ? text : `${text}e0`;
}

/** Whether a column holds one of some words, or none of them; a missing value is neither. */
export function amongSql(name: string, words: readonly string[], among: boolean): string {
  const [only] = words;
  if (words.length === 1 && only !== undefined)
    return `${columnSql(name)} ${among ? '=' : '<>'} ${wordSql(only)}`;
  return `${columnSql(name)} ${among ? 'IN' : 'NOT IN'} (${words.map(wordSql).join(', ')})`;
}

export function allOf(conditions: readonly string[]): string {
  return conditions.join(' AND ');
}
