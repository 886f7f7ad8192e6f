import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { HttpError } from '../http/httpError.ts';

/**
 * Sticky traffic: requests with the same key go to the same version, in the shares that the weights ask for.
 */

const header = 'slipway-key';
const parameter = 'slipway_key';

/** The key in the header `Slipway-Key` or in the parameter `slipway_key`. @throws HttpError 400 */
export function keyOf(headers: IncomingHttpHeaders, parameters?: unknown): string | null {
  const said = headers[header];
  if (typeof said === 'string') return said;
  if (typeof parameters !== 'object' || parameters === null) return null;
  const key = (parameters as Readonly<Record<string, unknown>>)[parameter];
  if (key === undefined) return null;
  if (typeof key !== 'string' && typeof key !== 'number')
    throw new HttpError(400, `\`${parameter}\` must be a string or a number.`);
  return String(key);
}

/**
 * Weighted rendezvous hashing (Thaler and Ravishankar 1998; weights as -w / ln u): a version that gains weight
 * takes keys over from the others and gives none away, and no server needs to remember a key.
 * @param shares with weights above 0
 */
export function stickTo<T extends { readonly digest: string }>(
  key: string,
  shares: readonly { readonly version: T; readonly weight: number }[],
): T | null {
  let best: T | null = null;
  let bestScore = -Infinity;
  for (const { version, weight } of shares) {
    const score = -weight / Math.log(uniform(version.digest, key));
    if (score <= bestScore) continue;
    best = version;
    bestScore = score;
  }
  return best;
}

/** From 0 to 1, neither included: 48 bits of SHA-256, the same on every machine. */
function uniform(digest: string, key: string): number {
  const bits = createHash('sha256').update(digest).update('\n').update(key).digest().readUIntBE(0, 6);
  return (bits + 0.5) / 2 ** 48;
}
