const pattern =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(\.\d+)?(?:Z|([+-]\d{2})(?::?(\d{2}))?)?)?$/;

/**
 * Seconds since 1970 of an ISO 8601 date or time, to the microsecond (Date has only milliseconds); NaN when it is
 * none. Without an offset it is UTC: what matters is the order.
 */
export function isoSeconds(text: string): number {
  const found = pattern.exec(text);
  if (found === null) return Number.NaN;
  const [, date, clock = '00:00', fraction = '', hours = '+00', minutes = '00'] = found;
  return Date.parse(`${date!}T${clock}${hours}:${minutes}`) / 1000 + Number(`0${fraction}`);
}
