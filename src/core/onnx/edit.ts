/**
 * The model with tensors as its only outputs: ZipMap goes, its probabilities take its place under the same
 * name; other sequences, maps and optionals leave the outputs. Class labels stay readable through `answerOf`
 * of the model before the edit.
 * @returns the same bytes when there is nothing to change
 * @throws BadInput when no tensor output is left
 */
export function tensorOutputs(bytes: Uint8Array): { bytes: Uint8Array; changed: boolean } {
  throw new Error(`not written yet: ${bytes.length}`);
}
