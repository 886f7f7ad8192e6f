import { BadInput } from '../failure.ts';

/**
 * A time to come as a person writes it: a date (the end of that day, UTC), a time, or days from now (`90d`).
 * @returns ISO time
 * @throws BadInput `not-a-date`
 */
export function untilTime(text: string, now: Date): string {
  const days = /^(\d+)\s*d(ays?)?$/.exec(text.trim())?.[1];
  if (days !== undefined) return new Date(now.getTime() + Number(days) * 86_400_000).toISOString();
  const time = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T23:59:59Z` : text);
  if (Number.isNaN(time))
    throw new BadInput(
      'not-a-date',
      `\`${text}\` is no time: write a date such as 2027-03-31, or days such as 90d.`,
    );
  return new Date(time).toISOString();
}
