import type { Moments } from '../../core/ab/moments.ts';
import { noMoments } from '../../core/ab/moments.ts';
import type { Part } from '../../core/ab/analysis.ts';
import { BadInput } from '../../core/failure.ts';
import type { AbJob } from '../../protocol/ab.ts';
import type { DataFile } from '../data/dataFile.ts';
import { identifier, quote } from '../data/duckdb.ts';
import { columnOf, type OutcomeColumn } from './outcome.ts';

/** Looks at the confidence sequence, at most. */
const mostLooks = 100;

export interface ArmCounts {
  readonly rows: number;
  readonly observations: number;
  /** Observations without an outcome. */
  readonly missing: number;
}

export interface Observations {
  readonly parts: readonly Part[];
  /** The last time in each part; null without a time column. */
  readonly until: readonly (string | null)[];
  readonly control: ArmCounts;
  readonly treatment: ArmCounts;
  /** A unit has several rows: outcomes are summed over them, and `x` counts them. */
  readonly several: boolean;
  /** Units that were in both arms, and left out. */
  readonly inBoth: number;
}

export interface Arms {
  readonly control: string;
  readonly treatment: string;
}

/**
 * The observations of two arms as moments, in order: DuckDB reads and orders them, so that memory stays bounded.
 * @param later opened with the log beside it, when outcomes came later
 */
export async function observations(
  log: DataFile,
  later: DataFile | null,
  job: AbJob,
  arms: Arms,
  outcome: OutcomeColumn,
): Promise<Observations> {
  const database = later ?? log;
  await database.query(`create temp table units as ${unitsQuery(log, later, job, arms, outcome)}`);
  const [counted] = await database.query(
    'select max(given), count(*) filter (arms > 1) from units where y is not null or arms > 1',
  );
  const several = job.unit !== null && Number(counted?.[0]) > 1;
  if (several && job.covariate !== null)
    throw new BadInput(
      'covariate-of-units',
      `Units of \`${job.unit}\` have several rows, whose outcomes are summed: a covariate is for units of one row. Leave \`--covariate\` out.`,
    );
  const x = several ? 'given::double' : job.covariate === null ? '0::double' : 'x';
  const kept = `arms = 1 and y is not null${job.covariate === null ? '' : ' and x is not null'}`;
  const rows = await database.query(
    `select part, treated, count(*), avg(y), avg(${x}), var_pop(y) * count(*), var_pop(${x}) * count(*),
      covar_pop(y, ${x}) * count(*), max(happened)::varchar
    from (select *, ntile(${mostLooks}) over (order by happened, place) as part from units where ${kept})
    group by part, treated order by part`,
  );
  const counts = await database.query(
    `select treated, sum(seen), count(*), count(*) filter (not (${kept})) from units where arms = 1 group by treated`,
  );
  const countsOf = (treated: boolean): ArmCounts => {
    const found = counts.find(row => row[0] === treated);
    const [, seen = 0, all = 0, missing = 0] = found ?? [];
    return { rows: Number(seen), observations: Number(all), missing: Number(missing) };
  };
  return {
    ...partsOf(rows, job.time !== null),
    control: countsOf(false),
    treatment: countsOf(true),
    several,
    inBoth: Number(counted?.[1] ?? 0),
  };
}

function partsOf(
  rows: readonly (readonly unknown[])[],
  timed: boolean,
): Pick<Observations, 'parts' | 'until'> {
  const parts = new Map<number, { control: Moments; treatment: Moments; until: string | null }>();
  for (const [part, treated, n, y, x, yy, xx, xy, until] of rows) {
    const moments = {
      n: Number(n),
      y: Number(y),
      x: Number(x),
      yy: Number(yy),
      xx: Number(xx),
      xy: Number(xy),
    };
    const found = parts.get(Number(part)) ?? { control: noMoments, treatment: noMoments, until: null };
    const last = String(until);
    parts.set(Number(part), {
      ...found,
      [treated === true ? 'treatment' : 'control']: moments,
      until: !timed ? null : found.until === null || last > found.until ? last : found.until,
    });
  }
  const all = [...parts.values()];
  return { parts: all, until: all.map(part => part.until) };
}

/** A row a unit: `treated`, `arms` it was in, `given` rows with an outcome, `seen` at all, sums `y`, mean `x`, `happened`, `place`. */
function unitsQuery(
  log: DataFile,
  later: DataFile | null,
  job: AbJob,
  arms: Arms,
  outcome: OutcomeColumn,
): string {
  const arm = identifier(columnOf(log, job.arm, 'the arm').name);
  const column = (name: string | null, role: string): string | null =>
    name === null ? null : identifier(columnOf(log, name, role).name);
  const [time, covariate, unit] = [
    column(job.time, 'the time'),
    column(job.covariate, 'the covariate'),
    column(job.unit, 'the unit'),
  ];
  const value = outcome.sql(later === null ? identifier(job.outcome) : 'outcome');
  const y = job.missing === null ? value : `coalesce(${value}, ${job.missing}::double)`;
  const picked = [
    `${arm}::varchar as arm`,
    `${time ?? 'null'} as happened`,
    `${covariate === null ? 'null' : `${covariate}::double`} as x`,
    `${unit === null ? 'null' : `${unit}::varchar`} as unit`,
  ];
  const chosen = `arm in (${quote(arms.control)}, ${quote(arms.treatment)})`;
  const treated = `arm = ${quote(arms.treatment)} as treated`;
  if (later === null) {
    const rows = `select ${picked.join(', ')}, ${y} as y, row_number() over () as place from ${log.table}`;
    return job.unit === null
      ? `select ${treated}, 1 as arms, (y is not null)::int as given, 1 as seen, y, x, happened, place from (${rows}) where ${chosen}`
      : grouped(rows, 'unit', chosen, treated);
  }
  const { key, logKey } = job.later!;
  const logKeyName = identifier(columnOf(log, logKey, 'the key of the log').name);
  const outcomeKey = identifier(columnOf(later, key, 'the key of the outcomes').name);
  // Several rows of one request share its outcome: they are one observation.
  const requests = `select ${logKeyName}::varchar as key, min(arm) as arm, count(distinct arm) as arms, min(happened) as happened,
      avg(x) as x, min(unit) as unit, min(place) as place
    from (select ${logKeyName}, ${picked.join(', ')}, row_number() over () as place from ${log.table})
    where ${chosen} and ${logKeyName} is not null group by 1`;
  const joined = `select log.arm, log.arms as own, log.happened, log.x, log.place, coalesce(log.unit, log.key) as unit, ${y} as y
    from (${requests}) log left join (
      select ${outcomeKey}::varchar as key, ${identifier(job.outcome)} as outcome from ${later.table}
    ) later on log.key = later.key`;
  return grouped(joined, 'unit', 'true', treated, 'max(own)');
}

function grouped(rows: string, unit: string, chosen: string, treated: string, own = '1'): string {
  return `select ${treated}, * exclude (arm) from (
    select min(arm) as arm, greatest(count(distinct arm), ${own}) as arms, count(y) as given, count(*) as seen, sum(y) as y,
      avg(x) as x, min(happened) as happened, min(place) as place
    from (${rows}) where ${chosen} and ${unit} is not null group by ${unit})`;
}
