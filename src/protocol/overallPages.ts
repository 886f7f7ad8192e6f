import type { Effects } from './results/effects.ts';

/** What a page may ask about how columns work over all rows: answered, not kept in the state. */
export interface OverallPageRequests {
  /** Curves of columns, and surfaces of pairs; without either, curves of the columns that move the answer most. */
  effects: [
    {
      readonly output: string | number | null;
      readonly space: 'probability' | 'raw' | 'value';
      /** A DuckDB condition on the rows averaged over; null: all. */
      readonly where: string | null;
      readonly features: readonly string[] | null;
      readonly pairs: readonly (readonly [string, string])[];
    },
    Effects,
  ];
}
