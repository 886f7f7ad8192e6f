import type { HeatmapResult } from './results/heatmap.ts';
import type { TokensResult } from './results/tokens.ts';

/** Which inputs are looked at. */
interface AboutInputs {
  /** Class name or column of the output; null: the class predicted for each. */
  readonly output: string | number | null;
  /** A seeded sample of this size, or these rows (0-based). */
  readonly rows: number | readonly number[];
  /** A file in the workspace or an absolute path; null: the holdout. */
  readonly data: string | null;
}

/** What a page may ask about images and texts: answered, not kept in the state. */
export interface PartsPageRequests {
  heatmap: [
    AboutInputs & {
      readonly method: HeatmapResult['method'];
      /** Side of the hidden squares in pixels; null: an eighth of the image. */
      readonly patch: number | null;
    },
    HeatmapResult,
  ];
  tokens: [
    AboutInputs & {
      /** What a hidden token becomes. */
      readonly maskToken: number;
      readonly padToken: number;
      /** The column that holds the words; null: numbers stand for them. */
      readonly words: string | null;
    },
    TokensResult,
  ];
  /** Asks for a data file; null: none was chosen. */
  chooseData: [Record<string, never>, { readonly path: string } | null];
}
