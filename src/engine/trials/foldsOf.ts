import { makeFolds, type Fold, type FoldScheme } from '../../core/folds/folds.ts';
import { BadInput } from '../../core/failure.ts';
import type { CategoryColumn } from '../../core/data/table.ts';
import type { ModelMeaning } from '../../protocol/engine.ts';
import type { FoldPlan } from '../../protocol/trials.ts';
import { columnOf } from '../ab/outcome.ts';
import type { DataFile } from '../data/dataFile.ts';

/** A label of more values is no class: its rows are not stratified. */
const mostClasses = 20;

export interface Folds {
  readonly folds: readonly Fold[];
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
  return { folds, words };
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
      scheme: { kind: 'timed', order: await orderBy(file, plan.time, rows) },
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

async function orderBy(file: DataFile, name: string, rows: number): Promise<Int32Array> {
  const { kind } = columnOf(file, name, 'the time');
  const { columns } = await file.read([{ name, as: kind === 'number' ? 'number' : 'text' }]);
  const [column] = columns;
  const at = Int32Array.from({ length: rows }, (_, row) => row);
  if (column!.kind === 'number') {
    const { values } = column!;
    return at.sort((a, b) => values[a]! - values[b]! || a - b);
  }
  const { codes, levels } = column!;
  const rank = new Map([...levels].sort().map((level, i) => [level, i]));
  const places = codes.map(code => (code < 0 ? -1 : rank.get(levels[code]!)!));
  return at.sort((a, b) => places[a]! - places[b]! || a - b);
}
