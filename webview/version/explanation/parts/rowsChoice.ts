/** Inputs looked at when none are named. */
export const sampled = 8;

/**
 * Rows as they are typed: numbers and ranges ("3, 17, 20-25"), or nothing for a sample.
 * @returns null when the text is neither
 */
export function rowsChoice(text: string): number | readonly number[] | null {
  const parts = text.split(/[\s,;]+/).filter(part => part !== '');
  if (parts.length === 0) return sampled;
  const rows = parts.flatMap(part => {
    const [, from = '', to = from] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part) ?? [];
    const length = Number(to) - Number(from) + 1;
    return from === '' || length < 1 || length > mostRows
      ? [Number.NaN]
      : Array.from({ length }, (_, i) => Number(from) + i);
  });
  const distinct = [...new Set(rows)];
  return distinct.some(Number.isNaN) || distinct.length > mostRows ? null : distinct;
}

/** More inputs at once are for the command line. */
const mostRows = 100;
