import type { CategoryColumn, Table } from '../../core/data/table.ts';
import { BadInput } from '../../core/failure.ts';
import type { ModelMeaning, SavedAnswers } from '../../protocol/engine.ts';
import { identifier } from '../data/duckdb.ts';
import type { DataFile, Wanted } from '../data/dataFile.ts';
import type { Answering } from './answering.ts';
import { indexer, scoredOf, type ResolvedTask } from './task.ts';

/** Whole numbers with more values than this are no classes. */
const mostClasses = 20;

/**
 * Answers that stand in the data.
 * @throws BadInput for columns that are not there, that are no numbers, or that name no class
 */
export async function savedAnswering(
  saved: SavedAnswers,
  data: DataFile,
  meaning: ModelMeaning,
): Promise<Answering> {
  const { prediction } = saved;
  if (prediction === null && saved.scores.length === 0)
    throw new BadInput(
      'no-predictions',
      'Saved predictions need a column: name one of answers or of scores.',
    );
  const asked = [...(prediction === null ? [] : [prediction]), ...saved.scores.map(({ column }) => column)];
  const missing = asked.filter(name => !data.columns.some(column => column.name === name));
  if (missing.length > 0)
    throw new BadInput(
      'missing-column',
      `\`${data.source.path}\` has no column \`${missing[0]!}\`, which is given as saved predictions. ` +
        `It has ${data.columns.map(column => `\`${column.name}\``).join(', ')}.`,
    );
  for (const { column } of saved.scores) await requireNumbers(data, column, 'the scores');
  const task = await taskOf(saved, data, meaning);
  if (task === 'regression' && prediction !== null) await requireNumbers(data, prediction, 'the predictions');
  const scores = saved.scores.map(({ column }): Wanted => ({ name: column, as: 'number' }));
  const features: Wanted[] =
    task === 'regression'
      ? [{ name: prediction!, as: 'number' }]
      : [...scores, ...(prediction === null ? [] : [{ name: prediction, as: 'text' as const }])];
  return {
    features,
    labelAs: task === 'regression' ? 'number' : 'text',
    table: (table, path, offset) =>
      Promise.resolve(
        task === 'regression'
          ? { rows: table.rows, width: 1, scores: interleaved(table, 1), labels: null }
          : {
              rows: table.rows,
              width: scores.length,
              scores: inRange(interleaved(table, scores.length), saved, path, offset),
              labels: prediction === null ? null : wordsOf(table.columns[scores.length] as CategoryColumn),
            },
      ),
    task: (answers, levels) =>
      task === 'regression' ? { task } : classTask(saved, meaning, answers.labels, levels, data.source.path),
    scored: (answers, resolved, labels, path) => {
      const scored = scoredOf(answers, resolved, labels, meaning.unit, path);
      // The log's own decisions, not those that a threshold would make.
      if (scored.kind === 'regression' || answers.labels === null) return scored;
      return { ...scored, predicted: Int32Array.from(answers.labels, indexer(scored.classes)) };
    },
  };
}

async function requireNumbers(data: DataFile, name: string, what: string): Promise<void> {
  const column = data.columns.find(one => one.name === name)!;
  if (column.kind === 'number') return;
  const found = column.kind === 'text' ? await data.firstNotNumber(name) : null;
  if (column.kind === 'text' && found === null) return;
  throw new BadInput(
    'not-a-number',
    `Column \`${name}\` of \`${data.source.path}\` is given as ${what}, and ` +
      (found === null
        ? `holds ${column.type}. Give a column of numbers.`
        : `holds \`${found.value}\` (row ${found.row + 1}). Give a column of numbers.`),
  );
}

async function taskOf(
  { prediction, scores }: SavedAnswers,
  data: DataFile,
  { task, label }: ModelMeaning,
): Promise<'classification' | 'regression'> {
  if (task === 'regression') {
    if (prediction !== null && scores.length === 0) return 'regression';
    throw new BadInput(
      'task',
      'The task is given as regression, which has predictions and no scores: name the column of the predictions only.',
    );
  }
  if (task !== null || scores.length > 0) return 'classification';
  const kind = (name: string | null): string | undefined => data.columns.find(one => one.name === name)?.kind;
  if (kind(prediction) !== 'number' || (label !== null && kind(label) !== 'number')) return 'classification';
  const column = identifier(label ?? prediction!);
  const [row] = await data.query(
    `select count(distinct ${column}), count(*) filter (where ${column} <> round(${column})) from ${data.table}`,
  );
  const [distinct, fractions] = [Number(row?.[0]), Number(row?.[1])];
  if (fractions > 0 || distinct > mostClasses) return 'regression';
  if (distinct === 2) return 'classification';
  throw new BadInput(
    'task',
    `\`${label ?? prediction!}\` holds ${distinct} whole numbers, which may be classes or values. Say the task: binary, multiclass or regression.`,
  );
}

function classTask(
  saved: SavedAnswers,
  meaning: ModelMeaning,
  predicted: readonly string[] | null,
  levels: readonly string[] | null,
  path: string,
): ResolvedTask {
  const known = [...new Set([...(levels ?? []), ...(predicted ?? [])])]
    .filter(word => word !== missingWord)
    .toSorted(byNumberOrWord);
  const classes =
    saved.scores.length > 1 ? namedClasses(saved, known, path) : knownClasses(saved, known, meaning);
  const positive = classes.length === 2 ? positiveOf(classes, saved, meaning) : null;
  const task = {
    task: positive === null ? ('multiclass' as const) : ('binary' as const),
    threshold: meaning.threshold ?? 0.5,
    probabilities: saved.scores.length > 0,
  };
  const own = saved.scores[0]?.class ?? null;
  const scored = own === null ? positive : indexer(classes)(own);
  if (saved.scores.length !== 1 || positive === null || scored === null)
    return { ...task, classes, positive };
  // A single score is the second class's.
  const ordered = [classes[1 - scored]!, classes[scored]!];
  return { ...task, classes: ordered, positive: scored === positive ? 1 : 0 };
}

/** The class of each of several score columns, in their order. */
function namedClasses({ scores }: SavedAnswers, known: readonly string[], path: string): string[] {
  const unnamed: string[] = [];
  const classes = scores.map(one => {
    if (one.class !== null) return one.class;
    const index = indexer(known);
    const exact = index(one.column);
    if (exact >= 0) return known[exact]!;
    const ends = known.filter(name => new RegExp(`[^\\p{L}\\p{N}]${escaped(name)}$`, 'u').test(one.column));
    if (ends.length === 1) return ends[0]!;
    unnamed.push(one.column);
    return '';
  });
  if (unnamed.length > 0)
    throw new BadInput(
      'score-classes',
      `It is not plain which class the scores \`${unnamed[0]!}\` of \`${path}\` are for` +
        `${
          known.length === 0
            ? ''
            : ` (the classes are ${known
                .slice(0, 6)
                .map(name => `\`${name}\``)
                .join(', ')})`
        }. ` +
        'Write each as `class=column`.',
    );
  const twice = classes.find((name, i) => classes.indexOf(name) !== i);
  if (twice !== undefined)
    throw new BadInput(
      'score-classes',
      `Two columns of \`${path}\` are given as the scores of \`${twice}\`. Name one.`,
    );
  return classes;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** Of one score column, or of none. */
function knownClasses(
  saved: SavedAnswers,
  known: readonly string[],
  meaning: ModelMeaning,
): readonly string[] {
  const own = saved.scores[0]?.class ?? meaning.positive;
  const named = own === null || indexer(known)(own) >= 0 ? known : [...known, own];
  if (saved.scores.length === 0 || named.length === 2) return named;
  if (named.length < 2)
    return named.length === 1 && indexer(['0', '1'])(named[0]!) < 0
      ? [`not ${named[0]!}`, named[0]!]
      : ['0', '1'];
  throw new BadInput(
    'score-classes',
    `One column of scores tells two classes apart, and there are ${named.length} (${named
      .slice(0, 6)
      .map(name => `\`${name}\``)
      .join(', ')}). Name one column a class.`,
  );
}

function positiveOf(classes: readonly string[], saved: SavedAnswers, { positive }: ModelMeaning): number {
  const name = positive ?? (saved.scores.length === 1 ? saved.scores[0]!.class : null);
  if (name === null) return classes.length - 1;
  const index = indexer(classes)(name);
  if (index >= 0) return index;
  throw new BadInput(
    'positive-class',
    `The positive class is given as \`${name}\`, but the classes are ${classes.map(one => `\`${one}\``).join(', ')}. Set \`positive\` to one of them.`,
  );
}

function byNumberOrWord(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)];
  if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The first columns of a table as n x width, row by row. */
function interleaved({ rows, columns }: Table, width: number): Float64Array {
  const all = new Float64Array(rows * width);
  for (let c = 0; c < width; c++) {
    const column = columns[c]!;
    if (column.kind === 'number')
      for (let row = 0; row < rows; row++) all[row * width + c] = column.values[row]!;
  }
  return all;
}

function inRange(scores: Float64Array, saved: SavedAnswers, path: string, offset: number): Float64Array {
  const at = scores.findIndex(score => score < 0 || score > 1);
  if (at < 0) return scores;
  const width = saved.scores.length;
  throw new BadInput(
    'score-range',
    `Column \`${saved.scores[at % width]!.column}\` of \`${path}\` holds ${scores[at]!} (row ${offset + Math.floor(at / width) + 1}): ` +
      'scores are probabilities, 0 to 1. Turn them into probabilities, or name only the predictions.',
  );
}

/** A missing prediction is no class. */
const missingWord = '';

function wordsOf({ codes, levels }: CategoryColumn): string[] {
  return Array.from(codes, code => levels[code] ?? missingWord);
}
