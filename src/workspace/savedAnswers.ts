import type { SavedAnswers } from '../protocol/engine.ts';

/** The columns, as a version is called. */
export function savedWords({ prediction, scores }: SavedAnswers): string {
  return [...(prediction === null ? [] : [prediction]), ...scores.map(({ column }) => column)].join(', ');
}

/** Columns of answers as people write them: each of the scores as `column` or `class=column`. */
export function savedAnswers(prediction: string | undefined, scores: readonly string[] = []): SavedAnswers {
  return {
    prediction: prediction ?? null,
    scores: scores.map(text => {
      const at = text.indexOf('=');
      return at <= 0
        ? { column: text, class: null }
        : { column: text.slice(at + 1), class: text.slice(0, at) };
    }),
  };
}
