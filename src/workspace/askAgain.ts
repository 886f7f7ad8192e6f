import { setTimeout as sleep } from 'node:timers/promises';

/** Waits before the second, third and fourth try when the server does not say how long, milliseconds. */
const waits = [250, 500, 1000] as const;
/** All waits together, milliseconds: shorter than what any question may take, so that the answer is what is told. */
const patience = 8_000;

/** What a server says while it is busy or restarted, or for a gateway that does not reach it. */
const passing = new Set([408, 429, 500, 502, 503, 504]);
/** A connection that was cut. One that is refused, or a name that is unknown, is an address to correct. */
const cut = /^(ECONNRESET|EPIPE|ETIMEDOUT|EAI_AGAIN|UND_ERR_SOCKET)$/;

/** The part of an answer that says whether to ask again. */
export interface Answered {
  readonly status: number;
  readonly headers: Pick<Headers, 'get'>;
}

/**
 * Asks a server, and again up to three times when it fails in passing: a cut connection, or an answer that says
 * to come back. Only for what may be done twice.
 * @param ask resolves once the answer is read to its end, since a connection may be cut in the middle of it
 * @returns the last answer, whatever its status
 * @throws what the last try threw; the signal's reason
 */
export async function askAgain<A extends Answered>(ask: () => Promise<A>, signal: AbortSignal): Promise<A> {
  let left = patience;
  for (const wait of waits) {
    let pause: number = wait;
    try {
      const answer = await ask();
      if (!passing.has(answer.status)) return answer;
      pause = retryAfter(answer.headers.get('retry-after'), Date.now()) ?? wait;
      if (pause > left) return answer;
    } catch (error) {
      if (signal.aborted || !isCut(error)) throw error;
    }
    left -= pause;
    await sleep(pause, undefined, { signal });
  }
  return await ask();
}

/**
 * Milliseconds to wait, of a Retry-After header: seconds or a date. null when it says neither.
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 */
export function retryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/** fetch puts what happened to the connection into the cause. */
function isCut(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth++)
    if (cut.test((at as NodeJS.ErrnoException).code ?? '')) return true;
  return false;
}
