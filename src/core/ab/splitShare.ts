/** The share of the treatment in a split as people write it, control first: `90:10` is 0.1; null for anything else. */
export function splitShare(text: string): number | null {
  const parts = text.split(':').map(part => (part.trim() === '' ? NaN : Number(part)));
  const [control, treatment] = parts;
  if (parts.length !== 2 || !parts.every(part => part > 0 && part < Infinity)) return null;
  return treatment! / (control! + treatment!);
}

/** A split as people write it, control first: 0.1 is `90:10`. @param share of the treatment */
export function splitText(share: number): string {
  const percent = (part: number): number => Number((part * 100).toPrecision(12));
  return `${percent(1 - share)}:${percent(share)}`;
}
