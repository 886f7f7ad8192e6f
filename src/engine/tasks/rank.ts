import { createHash } from 'node:crypto';
import { counted, number, whole, withInterval } from '../../core/words.ts';
import { BadInput } from '../../core/failure.ts';
import { definitionOf, type MetricName } from '../../core/metrics/definitions.ts';
import { headlineMetric, metricNames } from '../../core/metrics/evaluate.ts';
import { labelledRows, taskOf, type Scored, type ScoredTask } from '../../core/metrics/scored.ts';
import { rankModels, type Ranking } from '../../core/ranking/rank.ts';
import type { Progress } from '../../core/signal.ts';
import { canonicalJson } from '../../protocol/job.ts';
import type { RankingResult } from '../../protocol/results/ranking.ts';
import type { RankJob } from '../../protocol/trials.ts';
import { slipwayVersion } from '../../protocol/version.ts';
import { DataFile } from '../data/dataFile.ts';
import { answerColumns } from '../predict/answerer.ts';
import { labelOf, scoreModel, type ScoredModel } from '../trials/scoring.ts';
import { schemeOf } from './intervals.ts';
import { neverAborted } from './signal.ts';

const level = 0.95;
/** Above it a difference to the best is not told from none. */
const significance = 0.05;

/** Models on the same labelled rows, best first, and what the best is worth once it was chosen among them. */
export async function rank(job: RankJob, progress: Progress): Promise<RankingResult> {
  const label = labelOf(job.meaning, job.data);
  const file = await DataFile.open(job.data);
  try {
    const candidates: ScoredModel[] = [];
    const saved = answerColumns(job.models);
    const clusters = job.cluster === null ? [] : [job.cluster];
    const failed: { path: string; sentence: string }[] = [];
    for (const [i, model] of job.models.entries()) {
      progress(i, job.models.length, 'asking each candidate');
      try {
        candidates.push(await scoreModel(model, job.meaning, file, () => undefined, saved, clusters));
      } catch (error) {
        // One that does not answer is no reason to know nothing of the others.
        if (!(error instanceof BadInput)) throw error;
        failed.push({ path: model.ref.path, sentence: error.message });
      }
    }
    const [first] = candidates;
    if (first === undefined)
      throw new BadInput(
        'no-candidates',
        failed.length === 0
          ? 'There is no candidate to rank. Name models, or a command that leaves .onnx files.'
          : `None of ${counted(failed.length, 'candidate')} could be measured. The first: ${failed[0]!.sentence}`,
      );
    const task = taskOf(first.scored);
    const apart = candidates.find(({ scored }) => taskOf(scored) !== task);
    if (apart !== undefined)
      throw new BadInput(
        'task',
        `\`${apart.ref.path}\` is ${taskOf(apart.scored)} and \`${first.ref.path}\` is ${task}: they cannot be ranked together.`,
      );
    const metric = metricOf(job.metric, task);
    const rows = labelledRows(first.scored);
    if (rows.length === 0)
      throw new BadInput('no-labels', `\`${label}\` of \`${job.data.path}\` is empty. Use labelled rows.`);
    const found = rankModels(
      candidates.map(({ scored }) => scored),
      rows,
      {
        ...{ metric, resamples: job.resamples, seed: job.seed, level, signal: neverAborted, progress },
        scheme: schemeOf(first.groups[0] ?? null),
      },
    );
    if (found.candidates[0]!.value === null)
      throw new BadInput(
        'undefined-metric',
        `${definitionOf(metric).title} is undefined for every candidate on \`${job.data.path}\`${oneClass(first.scored, rows)}. Give rows in which every class occurs, or name another metric.`,
      );
    const data = {
      digest: await file.digest(),
      path: job.data.path,
      role: 'holdout' as const,
      rows: await file.rows(),
    };
    return documentOf(job, { label, task, metric, n: rows.length, candidates, failed, found, data });
  } finally {
    await file.close();
  }
}

/** ": all 12 labelled rows are `good`", where they are. */
function oneClass(scored: Scored, rows: Int32Array): string {
  if (scored.kind === 'regression') return '';
  const { labels, classes } = scored;
  const only = labels[rows[0]!]!;
  return rows.every(row => labels[row] === only)
    ? `: all ${counted(rows.length, 'labelled row')} are \`${classes[only]!}\``
    : '';
}

function metricOf(asked: string | null, task: ScoredTask): MetricName {
  if (asked === null) return headlineMetric(task);
  const names = metricNames(task);
  const found = names.find(name => name === asked);
  if (found !== undefined) return found;
  throw new BadInput(
    'unknown-metric',
    `There is no metric \`${asked}\` of a ${task} task. Use one of ${names.map(name => `\`${name}\``).join(', ')}.`,
  );
}

function documentOf(
  job: RankJob,
  parts: {
    readonly label: string;
    readonly task: ScoredTask;
    readonly metric: MetricName;
    readonly n: number;
    readonly candidates: readonly ScoredModel[];
    readonly failed: RankingResult['failed'];
    readonly found: Ranking;
    readonly data: RankingResult['data'];
  },
): RankingResult {
  const { label, task, metric, n, candidates, failed, found, data } = parts;
  const { title, better, unitPower } = definitionOf(metric);
  const { unit } = job.meaning;
  const of = unit === null || unitPower === 0 ? null : unitPower === 1 ? unit : `(${unit})²`;
  const ranked = found.candidates.map((one, i) => ({
    rank: i + 1,
    model: candidates[one.candidate]!.ref,
    value: one.value,
    interval: one.interval,
    behind: one.behind,
    asGood: i === 0 || (one.value !== null && (one.behind === null || one.behind.pValue > significance)),
  }));
  const top = ranked[0]!;
  const corrected =
    found.corrected === null || top.value === null
      ? null
      : { ...found.corrected, optimism: top.value - found.corrected.value };
  const identity = {
    kind: job.kind,
    version: slipwayVersion,
    models: candidates.map(({ ref }) => ref.digest),
    data: data.digest,
    meaning: { ...job.meaning },
    metric,
    resamples: job.resamples,
    seed: job.seed,
    ...(job.cluster === null ? {} : { cluster: job.cluster }),
  };
  return {
    schema: 'slipway/ranking@1',
    job: createHash('sha256').update(canonicalJson(identity)).digest('hex'),
    seed: job.seed,
    sentence: sentenceOf(ranked, corrected, title, of),
    data,
    label,
    task,
    metric: { name: metric, title, better, unit: of },
    n,
    resampled: found.resampled,
    candidates: ranked,
    corrected,
    failed,
  };
}

function sentenceOf(
  ranked: RankingResult['candidates'],
  corrected: RankingResult['corrected'],
  title: string,
  unit: string | null,
): string {
  const [best] = ranked;
  const name = best!.model.version ?? best!.model.path;
  const value = best!.value === null ? 'undefined' : number(best!.value);
  const equal = ranked.filter(({ asGood }) => asGood).length - 1;
  const held = ranked.slice(1).filter(one => one.value !== null).length;
  const without = ranked.length - 1 - held;
  const compared = held === 0 ? '' : comparedWords(equal, held);
  const beside = `${compared}${without === 0 ? '' : `; it is undefined for ${counted(without, 'other')}`}`;
  const expected =
    corrected === null || ranked.length === 1
      ? ''
      : ` As the best of ${ranked.length}, expect ${withInterval(corrected.value, corrected.interval)}.`;
  return `\`${name}\` has the best ${title}, ${value}${unit === null ? '' : ` ${unit}`}${beside}.${expected}`;
}

/** @param equal of the `held` others, those not told from the best over all pairs at once */
function comparedWords(equal: number, held: number): string {
  const others = held === 1 ? 'the other' : `each of the ${whole(held)} others`;
  if (equal === 0) return `, better than ${others}`;
  return `; ${equal === held ? others : `${whole(equal)} of the ${whole(held)} others`} may be as good`;
}
