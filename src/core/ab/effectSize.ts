/** An effect as people write it, `0.01` or `5%` (of the control); null for anything else. */
export function effectSize(text: string): { readonly value: number; readonly relative: boolean } | null {
  const relative = text.trim().endsWith('%');
  const number = relative ? text.trim().slice(0, -1) : text;
  const value = Number(number);
  if (number.trim() === '' || !Number.isFinite(value)) return null;
  return { value: relative ? value / 100 : value, relative };
}
