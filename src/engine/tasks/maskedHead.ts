import type { HeatmapJob, TokensJob } from '../../protocol/masking.ts';
import type { Explanation } from '../../protocol/results/explanation.ts';
import type { HeatmapResult } from '../../protocol/results/heatmap.ts';
import type { Subject } from '../explain/subject.ts';
import { engineName, jobDigest, modelRefOf, withDigest } from './identity.ts';

type Head = Pick<HeatmapResult, 'job' | 'engine' | 'seed' | 'model' | 'data' | 'task' | 'space'> & {
  /** Of several classes where none was asked for, each row's own is explained: the output names no class. */
  readonly output: Explanation['output'];
};

/** What documents about parts of rows (pixels, tokens) begin with. */
export async function maskedHead(job: HeatmapJob | TokensJob, subject: Subject): Promise<Head> {
  const { facts } = subject.model;
  const { task } = subject.task;
  const { output, space } = subject.explained;
  const data = await subject.refs();
  const title = `${space === 'probability' ? 'P' : 'score'} of the class predicted`;
  return {
    job: jobDigest({ ...job, model: withDigest(job.model, facts) }, data),
    engine: await engineName(),
    seed: job.seed,
    model: modelRefOf(job.model, facts),
    data,
    task,
    output: job.output === null && task === 'multiclass' ? { ...output, class: null, title } : output,
    space,
  };
}
