import { BadInput } from '../../core/failure.ts';

/**
 * Attributions share out a number: without one there is nothing to share.
 * @param rows the row of each prediction in the data
 * @throws BadInput naming the first row that the model answers with no number
 */
export function requireNumbers(predictions: Float64Array, rows: readonly number[], path: string): void {
  const at = predictions.findIndex(prediction => !Number.isFinite(prediction));
  if (at < 0) return;
  throw new BadInput(
    'no-number',
    `The model answers ${predictions[at]} to row ${rows[at]} of \`${path}\`, which cannot be explained: a missing ` +
      'value may go through to its answer. Fill it as it was in training, or leave the row out.',
  );
}
