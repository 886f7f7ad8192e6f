import { makeFolds, type Fold, type FoldScheme } from '../../core/folds/folds.ts';
import { BadInput } from '../../core/failure.ts';
import type { CategoryColumn, NumberColumn } from '../../core/data/table.ts';
import type { ModelMeaning } from '../../protocol/engine.ts';
import type { FoldPlan } from '../../protocol/trials.ts';
import { columnOf } from '../ab/outcome.ts';
import type { DataFile } from '../data/dataFile.ts';
import { isoSeconds } from './isoTime.ts';

/** A label of more values is no class: its rows are not stratified. */
const mostClasses = 20;

export interface Folds {
  readonly folds: readonly Fold[];
  /** Rows of the data set: folds in time have fewer. */
  readonly rows: number;
  /** How the rows were divided, in words. */
  readonly words: string;
}

/** Divides the rows of a data set as planned. @throws BadInput when they cannot be */
export async function foldsOf(file: DataFile, meaning: ModelMeaning, plan: FoldPlan): Promise<Folds> {
  const rows = await file.rows();
  if ([plan.groups, plan.time, plan.column].filter(name => name !== null).length > 1)
    throw new BadInput(
      'fold-plan',
      'Folds are made by groups, by time, or as a column gives them: name one of the three.',
    );
  if (plan.column === null && (plan.folds < 2 || plan.folds > rows))
    throw new BadInput(
      'fold-plan',
      `${rows} rows cannot be divided into ${plan.folds} folds. Ask for 2 to ${rows}.`,
    );
  const { scheme, words } = await schemeOf(file, meaning, plan, rows);
  const folds = makeFolds(rows, plan.folds, scheme);
  if (folds.length < 2 && plan.column !== null)
    throw new BadInput(
      'fold-plan',
      `\`${plan.column}\` of \`${file.source.path}\` names ${folds.length === 1 ? 'one fold' : 'no fold'}, and two are needed.`,
    );
  const empty = folds.find(({ train }) => train.length === 0);
  if (empty !== undefined)
    throw new BadInput(
      'fold-plan',
      `Fold ${empty.fold + 1} leaves no row to train on. Ask for fewer folds, or other groups.`,
    );
  return { folds, rows, words };
}

async function schemeOf(
  file: DataFile,
  meaning: ModelMeaning,
  plan: FoldPlan,
  rows: number,
): Promise<{ readonly scheme: FoldScheme; readonly words: string }> {
  if (plan.column !== null)
    return {
      scheme: { kind: 'given', folds: await givenFolds(file, plan.column) },
      words: `as \`${plan.column}\` gives them`,
    };
  if (plan.groups !== null) {
    const { codes, levels } = await words(file, plan.groups, 'the groups');
    if (levels.length < plan.folds)
      throw new BadInput(
        'fold-plan',
        `\`${plan.groups}\` of \`${file.source.path}\` has ${levels.length} groups, too few for ${plan.folds} folds.`,
      );
    return { scheme: { kind: 'grouped', groups: codes }, words: `whole groups of \`${plan.groups}\`` };
  }
  if (plan.time !== null)
    return {
      scheme: { kind: 'timed', order: await orderBy(file, plan.time) },
      words: `in the order of \`${plan.time}\`, trained on what came before`,
    };
  const strata = await strataOf(file, meaning, rows);
  return {
    scheme: { kind: 'shuffled', strata, repeats: Math.max(1, plan.repeats), seed: plan.seed },
    words: strata === null ? 'shuffled' : `shuffled, stratified by \`${meaning.label!}\``,
  };
}

async function words(file: DataFile, name: string, role: string): Promise<CategoryColumn> {
  columnOf(file, name, role);
  const table = await file.read([{ name, as: 'text' }]);
  return table.columns[0] as CategoryColumn;
}

async function strataOf(file: DataFile, meaning: ModelMeaning, rows: number): Promise<Int32Array | null> {
  if (meaning.label === null || meaning.task === 'regression') return null;
  const { codes, levels } = await words(file, meaning.label, 'the label');
  return levels.length > mostClasses || levels.length === rows ? null : codes;
}

/** The folds in the order of their names; rows without one are always trained on. */
async function givenFolds(file: DataFile, name: string): Promise<Int32Array> {
  const { codes, levels } = await words(file, name, 'the folds');
  const number = (text: string): number => Number(text);
  const sorted = [...levels].sort((a, b) =>
    Number.isNaN(number(a)) || Number.isNaN(number(b)) ? (a < b ? -1 : 1) : number(a) - number(b),
  );
  const tested = sorted.filter(level => level !== '-1');
  const place = levels.map(level => tested.indexOf(level));
  return codes.map(code => (code < 0 ? -1 : place[code]!));
}

/** @throws BadInput for a row without a time: it has no place in the order */
async function orderBy(file: DataFile, name: string): Promise<Int32Array> {
  const { kind } = columnOf(file, name, 'the time');
  const { columns } = await file.read([{ name, as: kind === 'number' ? 'number' : 'text' }]);
  const column = columns[0] as NumberColumn | CategoryColumn;
  const times = column.kind === 'number' ? column.values : timesOf(column);
  const row = times.findIndex(Number.isNaN);
  if (row >= 0) {
    const text = column.kind === 'number' ? undefined : column.levels[column.codes[row]!];
    throw new BadInput(
      'fold-time',
      `Row ${row + 1} of \`${file.source.path}\` has ${text === undefined ? 'no value' : `\`${text}\``} in \`${name}\`, and folds in time need the time of each row. Give numbers or ISO 8601 (2026-05-31, 2026-05-31T10:00:00Z), or leave such rows out.`,
    );
  }
  return Int32Array.from(times.keys()).sort((a, b) => times[a]! - times[b]! || a - b);
}

function timesOf({ codes, levels }: CategoryColumn): Float64Array {
  const times = levels.map(isoSeconds);
  return Float64Array.from(codes, code => times[code] ?? Number.NaN);
}
