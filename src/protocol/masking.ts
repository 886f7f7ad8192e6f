import type { DataSource, ModelMeaning, ModelSource } from './engine.ts';
import type { HeatmapResult } from './results/heatmap.ts';
import type { TokensResult } from './results/tokens.ts';

/** What questions about parts of an input name. */
export interface AboutParts {
  readonly model: ModelSource;
  readonly meaning: ModelMeaning;
  /** One image or one text a row: its numbers in the order of the model's input. */
  readonly data: DataSource;
  readonly rows: number | readonly number[];
  /** Class name or column index of the output; null: the class predicted for each row. */
  readonly output: string | number | null;
  readonly space: 'probability' | 'raw' | 'value' | null;
  readonly seed: number;
}

/** Which pixels of an image matter. */
export interface HeatmapJob extends AboutParts {
  readonly kind: 'heatmap';
  readonly method: HeatmapResult['method'];
  /** Pixels on a side of the squares that are covered, or of the cells that masks are drawn on; null: an eighth. */
  readonly patch: number | null;
  readonly masks: number;
  /** What a hidden pixel becomes; null: the mean of the data. */
  readonly fill: number | null;
}

/** Which tokens of a text matter. */
export interface TokensJob extends AboutParts {
  readonly kind: 'tokens';
  /** What a hidden token becomes. */
  readonly maskToken: number;
  /** Fills texts up to their length; such positions are no players. */
  readonly padToken: number;
  /** The column that holds the words of the tokens, separated by spaces; null: numbers stand for them. */
  readonly words: string | null;
  readonly budget: number;
}

export type MaskingJob = HeatmapJob | TokensJob;

/** Method -> [parameters, result], as in `EngineRequests`. */
export interface MaskingRequests {
  heatmap: [HeatmapJob, HeatmapResult];
  tokens: [TokensJob, TokensResult];
}
