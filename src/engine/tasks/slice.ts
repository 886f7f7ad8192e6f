import { BadInput } from '../../core/failure.ts';
import type { Progress } from '../../core/signal.ts';
import type { SliceJob } from '../../protocol/engine.ts';
import type { NamedSlice } from '../../protocol/results/validation.ts';
import { DataFile } from '../data/dataFile.ts';
import { scoreModel } from '../trials/scoring.ts';
import { metricsOf, resamplingOf } from './gather.ts';
import { policyColumns, policyGroups } from './intervals.ts';
import { namedSlices } from './namedSlices.ts';

/**
 * One slice as a validation under a policy that names it would measure it.
 * @throws BadInput for a condition that cannot be used, and without labels
 */
export async function slice(job: SliceJob, progress: Progress): Promise<NamedSlice> {
  const { model, meaning, policy, where } = job;
  const data = await DataFile.open(job.data);
  try {
    const { scored, groups } = await scoreModel(model, meaning, data, progress, [], policyColumns(policy));
    const { cluster } = policyGroups(policy, groups);
    const [found] = await namedSlices({ ...policy, slices: { [where]: { where } } }, data, scored, own =>
      metricsOf(own, resamplingOf(job, own, cluster, progress)),
    );
    if (found === undefined)
      throw new BadInput(
        'no-labels',
        `\`${job.data.path}\` has no labelled rows. A slice is measured on them.`,
      );
    if (found.failure !== null) throw new BadInput('filter', found.failure);
    return found;
  } finally {
    await data.close();
  }
}
