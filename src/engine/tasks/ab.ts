import { createHash } from 'node:crypto';
import { analyse, type AbSettings, type Analysis, type Kind } from '../../core/ab/analysis.ts';
import { decide, type Decision } from '../../core/ab/decision.ts';
import { merged, noMoments, type ArmEstimate } from '../../core/ab/moments.ts';
import { ratioMismatch } from '../../core/ab/ratioMismatch.ts';
import {
  evenSplit,
  fixedControl,
  plannedVariance,
  sequentialControl,
  wholeRows,
  type Outcome,
} from '../../core/ab/sampleSize.ts';
import { counted, percent, pWords } from '../../core/words.ts';
import { BadInput } from '../../core/failure.ts';
import { twoShares } from '../../core/ab/fixed.ts';
import type { AbJob, Baseline, BaselineJob, EffectSize } from '../../protocol/ab.ts';
import { canonicalJson } from '../../protocol/job.ts';
import type { Ab } from '../../protocol/results/ab.ts';
import type { DataRef } from '../../protocol/results/shared.ts';
import { slipwayVersion } from '../../protocol/version.ts';
import { findArms, type FoundArms } from '../ab/arms.ts';
import { observations, type ArmCounts, type Observations } from '../ab/observations.ts';
import { outcomeColumn, type OutcomeColumn } from '../ab/outcome.ts';
import { DataFile } from '../data/dataFile.ts';
import { identifier } from '../data/duckdb.ts';

/** Without a smallest effect the confidence sequence is narrowest here (GrowthBook's default). */
const tunedAt = 5000;
/** Outcomes lost at shares that differ with a p-value below it are lost because of the arm. */
const lossLimit = 0.001;

/** Two arms of an experiment, judged once and at every look. */
export async function ab(job: AbJob): Promise<Ab> {
  const log = await DataFile.open(job.data);
  let later: DataFile | null = null;
  try {
    later = job.later === null ? null : await DataFile.open(job.later.data, [log]);
    const arms = await findArms(log, job);
    const outcome = await outcomeColumn(later ?? log, job);
    const found = await observations(log, later, job, arms, outcome);
    requireObservations(found, arms, job);
    requireVariation(found, job);
    return documentOf(job, arms, outcome, found, await refsOf(log, later));
  } finally {
    await later?.close();
    await log.close();
  }
}

/** What an outcome is like today. */
export async function abBaseline(job: BaselineJob): Promise<Baseline> {
  const file = await DataFile.open(job.data);
  try {
    const { metric, sql } = await outcomeColumn(file, job);
    const value = sql(identifier(job.outcome));
    const [row] = await file.query(
      `select count(v), avg(v), stddev_samp(v) from (select ${value} as v from ${file.table})`,
    );
    const [n, mean, deviation] = (row ?? []).map(Number) as [number, number, number];
    if (n < 2)
      throw new BadInput(
        'no-rows',
        `\`${job.data.path}\` has fewer than two outcomes to plan with. Give \`--baseline\` (and \`--deviation\` for a mean) in place of the file.`,
      );
    return { kind: metric, n, value: mean, deviation };
  } finally {
    await file.close();
  }
}

function documentOf(
  job: AbJob,
  arms: FoundArms,
  outcome: OutcomeColumn,
  found: Observations,
  data: DataRef[],
): Ab {
  const kind: Kind = found.several ? 'ratio' : outcome.metric;
  const settings = { kind, adjusted: job.covariate !== null, level: job.level };
  const first = analyse(found.parts, { ...settings, tuning: { kind: 'observations', n: tunedAt } });
  const control = first.control.value;
  const minEffect = absolute(job.minEffect, control);
  const margin = absolute(job.margin, control) ?? 0;
  const plan = { alpha: 1 - job.level, power: job.power, share: job.share ?? evenSplit };
  const tuning: AbSettings['tuning'] =
    minEffect === null
      ? { kind: 'observations', n: tunedAt }
      : { kind: 'variance', variance: plannedVariance(minEffect, plan) };
  const analysis = minEffect === null ? first : analyse(found.parts, { ...settings, tuning });
  const n = [analysis.control.n, analysis.treatment.n] as const;
  const split =
    job.share === null
      ? null
      : ratioMismatch(found.control.observations, found.treatment.observations, job.share);
  const needed = minEffect === null ? null : neededFor(kind, analysis, signedEffect(minEffect, job), plan);
  const by = job.horizon === null ? 'always-valid' : 'fixed-horizon';
  const decision = decide(
    {
      treatment: arms.treatment,
      outcome: job.outcome,
      better: job.better,
      minEffect,
      margin,
      horizon: job.horizon,
    },
    {
      n,
      difference: analysis.effect.difference,
      interval:
        by === 'fixed-horizon'
          ? analysis.effect.fixed.difference
          : (analysis.effect.always?.difference ?? null),
      mismatch: split,
      missing: needed === null ? null : needed.always.control - n[0],
    },
  );
  return {
    schema: 'slipway/ab@1',
    job: identityOf(job, arms, data),
    data,
    settings: {
      arm: job.arm,
      outcome: job.outcome,
      metric: kind,
      positive: outcome.positive,
      unit: job.unit ?? job.later?.logKey ?? null,
      joined: job.later === null ? null : { key: job.later.key, logKey: job.later.logKey },
      time: job.time,
      covariate: job.covariate,
      missing: job.missing,
      better: job.better,
      minEffect,
      margin,
      level: job.level,
      power: job.power,
      share: job.share,
      horizon: job.horizon,
    },
    decision: { ...decision, by },
    verdict: verdictOf(decision),
    control: armOf(arms.control, analysis.control, found.control),
    treatment: armOf(arms.treatment, analysis.treatment, found.treatment),
    effect: effectOf(analysis),
    adjustment: analysis.adjustment,
    split: split === null ? null : { ...split, expected: [...split.expected], observed: [...split.observed] },
    looks: looksOf(analysis, found.until),
    needed,
    warnings: warningsOf(arms, found, job),
  };
}

function absolute(size: EffectSize | null, control: number): number | null {
  if (size === null) return null;
  return size.relative ? Math.abs(size.value * control) : Math.abs(size.value);
}

function signedEffect(effect: number, job: AbJob): number {
  return job.better === 'higher' ? effect : -effect;
}

/** Sizes with the control as it is now; null where a share would leave 0 to 1. */
function neededFor(
  kind: Kind,
  { control }: Analysis,
  effect: number,
  plan: Parameters<typeof fixedControl>[2],
): Ab['needed'] {
  const share = control.value + effect;
  if (kind === 'proportion' && !(share > 0 && share < 1 && control.value > 0)) return null;
  if (kind !== 'proportion' && !(control.variance > 0)) return null;
  const outcome: Outcome =
    kind === 'proportion'
      ? { kind, share: control.value }
      : { kind: 'mean', deviation: Math.sqrt(control.variance) };
  return {
    fixed: { ...wholeRows(fixedControl(outcome, effect, plan), plan.share) },
    always: { ...wholeRows(sequentialControl(outcome, effect, plan), plan.share) },
  };
}

function armOf(
  name: string,
  { n, value, variance, interval }: ArmEstimate & { interval: Ab['control']['interval'] },
  { rows, missing }: ArmCounts,
): Ab['control'] {
  return { name, n, rows, missing, value, deviation: Math.sqrt(variance), interval };
}

function effectOf({ effect }: Analysis): Ab['effect'] {
  const { difference, relative, fixed, always } = effect;
  return { difference, relative, fixed: { ...fixed }, always: always === null ? null : { ...always } };
}

/** The first looks may lie before each arm has enough: the last parts belong to the looks there are. */
function looksOf({ looks }: Analysis, until: readonly (string | null)[]): Ab['looks'] {
  const skipped = until.length - looks.length;
  return looks.map((look, i) => ({ ...look, n: [...look.n], until: until[i + skipped] ?? null }));
}

function verdictOf({ kind, sentence }: Decision): Ab['verdict'] {
  const status = {
    ship: 'pass',
    'do-not-ship': 'fail',
    broken: 'fail',
    'keep-running': 'inconclusive',
  } as const;
  return {
    status: status[kind],
    sentence,
    failed: status[kind] === 'fail' ? [kind] : [],
    warned: [],
    inconclusive: kind === 'keep-running' ? [kind] : [],
  };
}

function warningsOf(arms: FoundArms, { control, treatment, inBoth }: Observations, job: AbJob): string[] {
  const warnings: string[] = [];
  if (arms.others > 0)
    warnings.push(
      `${counted(arms.others, 'row')} of other arms ${arms.others === 1 ? 'is' : 'are'} left out.`,
    );
  if (inBoth > 0)
    warnings.push(
      `${counted(inBoth, 'unit')} ${inBoth === 1 ? 'was' : 'were'} in both arms, and ${inBoth === 1 ? 'is' : 'are'} left out.`,
    );
  const lost = control.missing + treatment.missing;
  if (lost > 0) {
    const shares = [control, treatment].map(arm => percent(arm.missing / Math.max(1, arm.observations)));
    const of = (arm: ArmCounts): { hits: number; n: number } => ({ hits: arm.missing, n: arm.observations });
    const { pValue } = twoShares(of(control), of(treatment), job.level);
    warnings.push(
      `${counted(lost, 'observation')} without an outcome (${shares[0]!} of the control, ${shares[1]!} of the treatment) ${lost === 1 ? 'is' : 'are'} left out.` +
        (pValue < lossLimit
          ? ` The arms lose them at different rates (${pWords(pValue)}): the effect may be theirs. If they stand for no outcome, count them with \`--missing 0\`.`
          : ''),
    );
  }
  return warnings;
}

function requireObservations(
  { control, treatment, inBoth }: Observations,
  arms: FoundArms,
  job: AbJob,
): void {
  for (const [name, arm] of [
    [arms.control, control],
    [arms.treatment, treatment],
  ] as const) {
    if (arm.observations - arm.missing >= 2) continue;
    const why =
      job.later !== null && arm.missing > 0
        ? ` None of its rows finds an outcome by \`${job.later.key}\`: check that both hold the same request ids.`
        : job.later !== null && inBoth === 0
          ? ` Requests without an id cannot be joined: send one with each request.`
          : '';
    throw new BadInput(
      'too-few-outcomes',
      `Arm \`${name}\` has ${arm.observations - arm.missing} outcomes, and two are needed.${why}`,
    );
  }
}

function requireVariation({ parts, control, treatment }: Observations, job: AbJob): void {
  const whole = parts.reduce((sum, part) => merged(sum, merged(part.control, part.treatment)), noMoments);
  if (whole.yy > 0) return;
  const hint =
    control.missing + treatment.missing > 0
      ? ' If an observation without an outcome had none, count it with `--missing 0`.'
      : ' Choose another outcome, or wait for more.';
  throw new BadInput(
    'constant-outcome',
    `In \`${job.outcome}\` all outcomes are the same: there is nothing to compare.${hint}`,
  );
}

async function refsOf(log: DataFile, later: DataFile | null): Promise<DataRef[]> {
  const files = later === null ? [log] : [log, later];
  return await Promise.all(
    files.map(async file => ({
      digest: await file.digest(),
      path: file.source.path,
      role: 'data' as const,
      rows: await file.rows(),
    })),
  );
}

function identityOf(job: AbJob, { control, treatment }: FoundArms, data: readonly DataRef[]): string {
  const { later } = job;
  const identity = {
    ...job,
    ...{ control, treatment, version: slipwayVersion },
    // Digests stand for files: the same rows elsewhere are the same job.
    later: later === null ? null : { key: later.key, logKey: later.logKey },
    data: data.map(({ digest }) => digest),
  };
  return createHash('sha256').update(canonicalJson(identity)).digest('hex');
}
