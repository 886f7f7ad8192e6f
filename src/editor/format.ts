/** The first seven characters of a digest, as git does it. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 7);
}

const units: readonly (readonly [string, number])[] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['h', 3600],
  ['min', 60],
];

/** "3 min ago", "2 days ago"; "now" below a minute and for clocks that disagree. */
export function age(date: string, now: Date): string {
  const seconds = (now.getTime() - new Date(date).getTime()) / 1000;
  for (const [unit, length] of units) {
    const count = Math.floor(seconds / length);
    if (count >= 1) return `${count} ${unit}${count > 1 && length > 3600 ? 's' : ''} ago`;
  }
  return 'now';
}

/** Text that Markdown takes literally. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~$]/g, '\\$&').replace(/\s*\n\s*/g, ' ');
}
