import type { Desired, Step } from './types.ts';

/** The parts of a plan, each empty when there is nothing to do. */
export interface PlanParts {
  /** Makes what shall be live, without requests. */
  readonly prepare: readonly Step[];
  /** Asks what was made for the golden inputs. */
  readonly verify: readonly Step[];
  /** Moves the requests. */
  readonly shift: readonly Step[];
  /** Takes away what is no longer wanted. */
  readonly finish: readonly Step[];
}

/**
 * Puts the steps in the order that never leaves a target without a live version: made, verified, given the
 * requests. With `trafficFirst` the requests move at once, and what is verified after it does not move them back.
 */
export function inOrder({ trafficFirst }: Desired, parts: PlanParts): readonly Step[] {
  const { prepare, verify, shift, finish } = parts;
  if (!trafficFirst) return [...prepare, ...verify, ...shift, ...finish];
  const late = verify.map((step): Step => ({ ...step, phase: 'finish' }));
  return [...shift, ...late, ...finish];
}
