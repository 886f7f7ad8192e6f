import { whole } from '../words.ts';
import type { ShadowCounts } from './counts.ts';

/** A version that is asked copies of the requests, as a person reads it. */
export interface Shadow {
  readonly digest: string;
  /** null: it has no name. */
  readonly version: string | null;
  /** Share of the requests that are copied, 0 to 1. */
  readonly share: number;
  /** null: not counted. */
  readonly counts: ShadowCounts | null;
}

/** `2.0.0 is asked copies of 25 % of the requests: 1,200 answered, 3 of them otherwise; 2 failed, 40 dropped.` */
export function shadowSentence({ digest, version, share, counts }: Shadow): string {
  const head = `${version ?? digest.slice(0, 12)} is asked copies of ${Math.round(share * 1000) / 10} % of the requests`;
  if (counts === null) return `${head}.`;
  const said = (count: number): string => whole(count);
  const { asked, differing, failed, dropped } = counts;
  return `${head}: ${said(asked)} answered, ${said(differing)} of them otherwise; ${said(failed)} failed, ${said(dropped)} dropped.`;
}
