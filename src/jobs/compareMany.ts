import { createHash } from 'node:crypto';
import { versionTable } from '../core/compare/versionTable.ts';
import { BadInput } from '../core/failure.ts';
import type { Comparison } from '../protocol/results/comparison.ts';
import type { VersionTable } from '../protocol/results/versionTable.ts';
import type { ResolvedModel } from '../workspace/types.ts';
import type { CompareOverrides } from './build.ts';
import type { JobOptions } from './options.ts';
import type { Jobs } from './runner.ts';

export const mostCompared = 20;

/**
 * Several versions, each compared with the first; those comparisons are stored, the table is made of them.
 * @throws BadInput for the same version twice, or too many
 */
export async function compareMany(
  jobs: Pick<Jobs, 'compare'>,
  [first, ...others]: readonly ResolvedModel[],
  overrides: CompareOverrides = {},
  options: JobOptions = {},
): Promise<VersionTable> {
  if (first === undefined) throw new Error('no version to compare');
  const all = [first, ...others];
  const twice = all.find((model, at) => all.findIndex(one => one.ref.digest === model.ref.digest) < at);
  if (twice !== undefined)
    throw new BadInput(
      'same-version',
      `\`${twice.version.version}\` is in the list twice, by its name or by the same bytes. Name each version once.`,
    );
  if (all.length > mostCompared)
    throw new BadInput(
      'too-many-versions',
      `${all.length} versions at once are more than a table holds. Name at most ${mostCompared}.`,
    );
  const comparisons: Comparison[] = [];
  for (const other of others) comparisons.push(await jobs.compare(first, other, overrides, options));
  return tableOf(comparisons);
}

/** The table of stored comparisons with the same first version. */
export function tableOf(comparisons: readonly Comparison[]): VersionTable {
  const hash = createHash('sha256');
  for (const { job } of comparisons) hash.update(`${job}\n`);
  return versionTable(comparisons, hash.digest('hex'));
}
