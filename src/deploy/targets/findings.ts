import { BadInput } from '../../core/failure.ts';
import type { Finding } from '../types.ts';

/** Gives a sentence, null when there is nothing to say, or throws BadInput. */
export type Look = () => Promise<string | null>;

/**
 * What `doctor` finds by looking at one thing after the other.
 * @param looks the first is the way in: when it fails, nothing more can be seen. `room` looks whether there is any
 */
export async function findingsOf(
  target: string,
  looks: readonly (Look | { readonly room: Look })[],
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const look of looks) {
    const room = 'room' in look;
    try {
      const what = await (room ? look.room() : look());
      if (what !== null) findings.push({ ok: true, what, mend: null });
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      const mend = room
        ? 'Free some room, or ask for a larger quota.'
        : `See target ${target} in slipway.yaml.`;
      findings.push({ ok: false, what: error.message, mend, ...(room ? { room } : {}) });
      if (findings.length === 1) break;
    }
  }
  return findings;
}
