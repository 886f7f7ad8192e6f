const delimiters = [',', ';', '\t', '|'];

/** The delimiter that makes the most fields of a line. */
export function delimiterOf(line: string): string {
  const fields = (delimiter: string): number => fieldsOf(line, delimiter).length;
  return delimiters.reduce((most, one) => (fields(one) > fields(most) ? one : most));
}

/** The fields of a line; a quoted one is `""`, whatever it holds. */
export function fieldsOf(line: string, delimiter: string): string[] {
  return line
    .replaceAll(/"[^"]*"/g, '""')
    .split(delimiter)
    .map(field => field.trim());
}
