import { BadInput } from '../../core/failure.ts';
import type { Finding } from '../types.ts';

/**
 * What `doctor` finds by looking at one thing after the other.
 * @param looks each gives a sentence, null when there is nothing to say, or throws BadInput. The first is the
 *   way in: when it fails, nothing more can be seen
 */
export async function findingsOf(
  target: string,
  looks: readonly (() => Promise<string | null>)[],
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const look of looks) {
    try {
      const what = await look();
      if (what !== null) findings.push({ ok: true, what, mend: null });
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      findings.push({ ok: false, what: error.message, mend: `See target ${target} in slipway.yaml.` });
      if (findings.length === 1) break;
    }
  }
  return findings;
}
