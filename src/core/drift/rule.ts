/** Up to so many reference rows a test decides, of more a distance (Evidently's defaults). */
const testRows = 1000;
const significance = 0.05;
const distanceLimit = 0.1;

export interface Decision {
  readonly drifted: boolean;
  /** The measure that decides, in words. */
  readonly decidedBy: string;
}

/**
 * Evidently's rule: p below 0.05 up to 1,000 reference rows, else a distance of 0.1 or more. Each test stands alone:
 * nothing is adjusted for how many there are.
 */
export function decide(
  referenceRows: number,
  test: { readonly name: string; readonly pValue: number },
  distance: { readonly name: string; readonly value: number },
): Decision {
  return referenceRows <= testRows
    ? { drifted: test.pValue < significance, decidedBy: `${test.name} p below ${significance}` }
    : {
        drifted: distance.value >= distanceLimit,
        decidedBy: `${distance.name} of ${distanceLimit} or more`,
      };
}
