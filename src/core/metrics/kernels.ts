import { decisions } from './decisionKernel.ts';
import type { Kernel } from './kernel.ts';
import { probabilities } from './probabilityKernel.ts';
import { binaryRanking, oneAgainstRest } from './rankingKernels.ts';
import type { Scored } from './scored.ts';
import { errors, orderedErrors } from './valueKernels.ts';

/** The kernels of a task, headline metric first. Scores that are no probabilities have no log loss. */
export function kernelsOf(scored: Scored): Kernel[] {
  if (scored.kind === 'regression') return [errors(scored), orderedErrors(scored)];
  const kernels =
    scored.positive === null
      ? [decisions(scored), oneAgainstRest(scored)]
      : [binaryRanking(scored, scored.positive), decisions(scored)];
  return scored.probabilities ? [...kernels, probabilities(scored)] : kernels;
}

/** Several kernels as one. */
export function together(kernels: readonly Kernel[]): Kernel {
  const metrics = kernels.flatMap(kernel => kernel.metrics);
  return {
    metrics,
    measure: (rows, into, at, times) => {
      let start = at;
      for (const kernel of kernels) {
        kernel.measure(rows, into, start, times);
        start += kernel.metrics.length;
      }
    },
  };
}
