/** A sampling design: which coalitions to evaluate, and what their values say of every player. */
export interface Estimator {
  /** n x d, row-major: 1 takes the explained row's value, 0 the background's. */
  readonly coalitions: Uint8Array;
  /** Degrees of freedom of its standard errors, where they are few; absent: none are counted. */
  readonly degrees?: number;
  /**
   * @param values v of `coalitions`, in order
   * @param none v of the empty coalition, the base value
   * @param all v of the grand coalition, the prediction
   * @returns d attributions that sum to all - none, and their standard errors; the next estimate may write over them
   */
  estimate(values: Float64Array, none: number, all: number): { phi: Float64Array; errors: Float64Array };
}
