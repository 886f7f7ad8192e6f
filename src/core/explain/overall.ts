import { number } from '../words.ts';
import type { Explanation } from '../../protocol/results/explanation.ts';
import type { Sizes } from './summary.ts';

type Global = Explanation['global'];

/** Mean |attribution| of each player, largest first. */
export function globalOf(sizes: Sizes): Global {
  const all = sizes.players.map((_, j) => sizes.size(j));
  const total = all.reduce((sum, { mean }) => sum + mean, 0);
  return sizes.players
    .map((feature, j) => {
      const { mean, interval } = all[j]!;
      return { feature, value: mean, interval, share: total > 0 ? mean / total : 0 };
    })
    .sort((a, b) => b.value - a.value);
}

/** What moves the answer most. */
export function explanationSentence(
  cohort: Explanation['cohort'],
  global: Global,
  title: string,
  baseValue: number,
): string {
  const [first, ...rest] = global.slice(0, 3).filter(({ value }) => value > 0);
  if (first === undefined) return `${among(cohort)}No column moves ${title} on these rows.`;
  const others = rest.map(({ feature }) => `\`${feature}\``).join(' and ');
  return (
    `${among(cohort)}${title.charAt(0).toUpperCase()}${title.slice(1)} is moved most by \`${first.feature}\` ` +
    `(${Math.round(first.share * 100)} % of the attributions)${others === '' ? '' : `, then ${others}`}; ` +
    `on the background it is ${number(baseValue)} on average.`
  );
}

/** "Where `age > 40` (123 rows): "; nothing for all rows. */
function among(cohort: Explanation['cohort']): string {
  return cohort === null ? '' : `Where \`${cohort.where}\` (${cohort.rows} rows): `;
}
