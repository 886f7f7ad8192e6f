import { paired } from '../compare/align.ts';
import { BadInput } from '../failure.ts';
import type { Scored } from '../metrics/scored.ts';
import type { ModelFacts } from '../onnx/facts.ts';
import type { RivalFacts } from './facts.ts';

/** Another one's answers beside those that are judged; what cannot be paired keeps the reason. */
export function rivalFacts(
  name: string,
  model: ModelFacts | null,
  other: Scored,
  judged: Scored,
): RivalFacts {
  try {
    return { name, model, pair: paired(other, judged), refusal: null };
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    return { name, model, pair: null, refusal: error.message };
  }
}
