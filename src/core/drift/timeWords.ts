const day = 86_400;

/**
 * Names for some points in time (seconds since 1970, UTC), as short as tells them apart: "2026-05-31", with the time
 * of day where two fall on one day or one is not midnight and all lie within a week.
 */
export function timeWords(times: readonly number[]): (seconds: number) => string {
  const known = times.filter(Number.isFinite);
  const span = Math.max(...known) - Math.min(...known);
  const odd = known.some(time => time % day !== 0);
  const length = !odd || span > 7 * day ? 10 : span > 600 ? 16 : 19;
  return seconds => new Date(Math.round(seconds * 1000)).toISOString().slice(0, length).replace('T', ' ');
}
