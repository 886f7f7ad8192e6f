import { BadInput } from '../core/failure.ts';
import type { Golden } from '../protocol/engine.ts';
import type { Release } from '../protocol/results/release.ts';
import type { ModelRef } from '../protocol/results/shared.ts';
import type { Step, Target, TargetContext } from './types.ts';

/** Largest |a - b| / max(1, |a|) that a target's answer may differ from the local runtime's. */
export const tolerance = 1e-5;

/**
 * Compares a target's answer to golden inputs with the local runtime's: words, booleans and whole numbers
 * equal, other numbers within the tolerance, null (NaN) only for null.
 * @throws BadInput `not-verified` naming the first value that differs
 */
export function compareGolden(expected: Golden, answered: Golden['outputs']): NonNullable<Release['golden']> {
  let maxDifference = 0;
  for (const output of expected.outputs) {
    const found = answered.find(({ name }) => name === output.name);
    if (found?.data.length !== output.data.length)
      throw differs(
        `it gave ${found?.data.length ?? 'no'} values of \`${output.name}\`, not ${output.data.length}`,
      );
    for (const [index, value] of output.data.entries()) {
      const other = found.data[index];
      const difference = differenceOf(value, other, /INT/.test(output.datatype));
      if (!(difference <= tolerance))
        throw differs(
          `value ${index} of \`${output.name}\` is ${String(other)}, the local runtime says ${String(value)}`,
        );
      maxDifference = Math.max(maxDifference, difference);
    }
  }
  return { rows: expected.rows, maxDifference, tolerance };
}

/** The step of a plan that asks the version on the target for the golden inputs. */
export function verifyStep(target: Pick<Target, 'infer'>, context: TargetContext, model: ModelRef): Step {
  const { digest } = model;
  return {
    name: `verify-${digest.slice(0, 12)}`,
    phase: 'prepare',
    sentence: `Ask ${versionLabel(model)} there for the golden inputs; its answers must be the local runtime's.`,
    undoSentence: 'It changes nothing.',
    run: async ({ signal, verified }) => {
      const golden = await context.golden(digest);
      const result = compareGolden(golden, await target.infer(digest, golden.inputs, signal));
      verified(result);
      return `${result.rows} rows answered alike, largest difference ${Number(result.maxDifference.toPrecision(2))}`;
    },
    undo: () => Promise.resolve(),
  };
}

/** A version as a person reads it: its name and the start of its digest. */
export function versionLabel({ version, digest }: Pick<ModelRef, 'version' | 'digest'>): string {
  const short = digest.slice(0, 12);
  return version === null ? short : `${version} (${short})`;
}

type Value = Golden['outputs'][number]['data'][number];

function differenceOf(a: Value, b: Value | undefined, whole: boolean): number {
  if (a === b) return 0;
  if (whole || typeof a !== 'number' || typeof b !== 'number') return Infinity;
  return Math.abs(a - b) / Math.max(1, Math.abs(a));
}

function differs(what: string): BadInput {
  return new BadInput(
    'not-verified',
    `The target does not answer as the local runtime does: ${what}. Nothing was switched to it.`,
  );
}
