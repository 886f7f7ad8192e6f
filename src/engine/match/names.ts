/**
 * The column that an input's name means: exactly, else the only one that is equal without regard to case and
 * punctuation.
 */
export function byName<C extends { readonly name: string }>(name: string, columns: readonly C[]): C | null {
  const exact = columns.find(column => column.name === name);
  if (exact !== undefined) return exact;
  const close = columns.filter(column => plain(column.name) === plain(name));
  return close.length === 1 ? close[0]! : null;
}

/** Exporters replace what is not a letter or digit; people change the case. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '_');
}

/** Names that exporters and people leave in a model's metadata: a JSON list or words with commas. */
export function featureNames(metadata: Readonly<Record<string, string>>): readonly string[] | null {
  for (const key of ['feature_names', 'features', 'feature_name', 'input_names', 'columns']) {
    const text = metadata[key];
    if (text === undefined || text.trim() === '') continue;
    try {
      const parsed: unknown = JSON.parse(text);
      if (Array.isArray(parsed) && parsed.every(name => typeof name === 'string')) return parsed;
    } catch {
      return text.split(',').map(name => name.trim());
    }
  }
  return null;
}
