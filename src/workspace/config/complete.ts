export interface ConfigCompletion {
  readonly label: string;
  /** Replaces the text from `from` to `to` (offsets). */
  readonly insert: string;
  readonly from: number;
  readonly to: number;
  readonly kind: 'key' | 'value' | 'file';
  /** Markdown. */
  readonly documentation: string;
}

export interface ConfigHover {
  /** Markdown. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** What may stand at an offset of a slipway.yaml: keys, allowed words, metric and check names. */
export function complete(text: string, offset: number): readonly ConfigCompletion[] {
  void text;
  void offset;
  return [];
}

/** What the key or word at an offset means; null between them. */
export function hover(text: string, offset: number): ConfigHover | null {
  void text;
  void offset;
  return null;
}
