import type { CategoryColumn, Column } from '../../core/data/table.ts';
import { BadInput } from '../../core/failure.ts';
import type { ClassScores, Scored } from '../../core/metrics/scored.ts';
import type { Answer } from '../../core/onnx/facts.ts';
import type { ModelMeaning } from '../../protocol/engine.ts';
import type { Answers } from './scorer.ts';

/** What the model's answers mean, from the model, slipway.yaml and the labels together. */
export type ResolvedTask =
  | {
      readonly task: 'binary' | 'multiclass';
      readonly classes: readonly string[];
      /** Index of the positive class of a binary task, else null. */
      readonly positive: number | null;
      readonly threshold: number;
      readonly probabilities: boolean;
    }
  | {
      readonly task: 'regression';
      /** Which of several values a row is meant; absent: there is one. */
      readonly column?: number;
    };

/** How the label column is to be read. */
export function labelKind(answer: Answer, meaning: ModelMeaning): 'number' | 'text' {
  return (meaning.task ?? answer.task) === 'regression' ? 'number' : 'text';
}

/**
 * @param width columns of the score output, 0 without one
 * @param levels the label column's values; null without labels
 * @throws BadInput when the configured meaning and the model contradict each other
 */
export function resolveTask(
  answer: Answer,
  meaning: ModelMeaning,
  width: number,
  levels: readonly string[] | null,
): ResolvedTask {
  const task = meaning.task ?? (answer.task === 'unknown' ? guess(width, levels) : answer.task);
  if (task === 'regression') {
    if (answer.classes.length > 0)
      throw new BadInput(
        'task',
        `The task is given as regression, but the model has the classes ${listed(answer.classes.map(String))}. ` +
          'Set `task: binary` or `task: multiclass`.',
      );
    return { task };
  }
  if (answer.task === 'regression')
    throw new BadInput(
      'task',
      `The task is given as ${task}, but the model predicts a value. Set \`task: regression\`.`,
    );
  const classes = classesOf(answer, meaning, width, levels);
  const positive = classes.length === 2 ? positiveOf(classes, meaning) : null;
  return {
    task: positive === null ? 'multiclass' : 'binary',
    classes,
    positive,
    threshold: meaning.threshold ?? (answer.probabilities || width !== 1 ? 0.5 : 0),
    probabilities: answer.probabilities && width > 0,
  };
}

function guess(width: number, levels: readonly string[] | null): 'binary' | 'multiclass' | 'regression' {
  if (width > 2) return 'multiclass';
  return width === 2 || (levels !== null && levels.length <= 2) ? 'binary' : 'regression';
}

function classesOf(
  answer: Answer,
  meaning: ModelMeaning,
  width: number,
  levels: readonly string[] | null,
): readonly string[] {
  if (answer.classes.length > 0) return answer.classes.map(String);
  if (width === 0) return (levels ?? []).toSorted();
  const count = Math.max(2, width);
  const numbered = Array.from({ length: count }, (_, i) => String(i));
  if (count !== 2 || levels?.length !== 2 || meaning.positive === null) return numbered;
  if (indexer(numbered)(levels[0]!) >= 0) return numbered;
  // The model names no classes; with two labels, the configured positive one is its second.
  const other = levels.find(level => key(level) !== key(meaning.positive!));
  return other === undefined ? numbered : [other, meaning.positive];
}

function positiveOf(classes: readonly string[], { positive }: ModelMeaning): number {
  if (positive === null) return classes.length - 1;
  const index = indexer(classes)(positive);
  if (index >= 0) return index;
  throw new BadInput(
    'positive-class',
    `The positive class is given as \`${positive}\`, but the model's classes are ${listed(classes)}. ` +
      'Set `positive` to one of them.',
  );
}

/** The value that a regression is about, of each row. */
export function valuesOf(
  { rows, width, scores }: Answers,
  { column }: Extract<ResolvedTask, { task: 'regression' }>,
): Float64Array {
  if (column === undefined) return scores;
  return Float64Array.from({ length: rows }, (_, row) => scores[row * width + column]!);
}

/**
 * The model's answers and the labels as the metrics take them.
 * @param labels words for classification, numbers for regression; null: unlabelled
 * @throws BadInput when the labels are not the model's classes, or it is not said which of several values is meant
 */
export function scoredOf(
  answers: Answers,
  task: ResolvedTask,
  labels: Column | null,
  unit: string | null,
  path: string,
): Scored {
  const n = answers.rows;
  if (task.task === 'regression') {
    if (answers.width > 1 && task.column === undefined) throw severalValues(answers.width);
    const values = labels === null ? new Float64Array(n).fill(Number.NaN) : numbers(labels);
    return { kind: 'regression', labels: values, predictions: valuesOf(answers, task), unit, n };
  }
  return classScored(answers, task, labels, path);
}

/** A model of several values a row, where one is compared with a label. */
export function severalValues(width: number): BadInput {
  return new BadInput(
    'output-shape',
    `The model predicts ${width} values a row; one is compared with a label here. Export one output.`,
  );
}

/** `scoredOf` of a classifier. */
export function classScored(
  answers: Answers,
  task: Exclude<ResolvedTask, { task: 'regression' }>,
  labels: Column | null,
  path: string,
): ClassScores {
  const n = answers.rows;
  const { classes, positive, threshold } = task;
  const scores = classScores(answers, classes, task.probabilities);
  return {
    kind: 'classification',
    classes,
    labels: labels === null ? new Int32Array(n).fill(-1) : classCodes(labels, classes, path),
    scores,
    predicted: predictedOf(answers, task, scores),
    probabilities: task.probabilities,
    positive,
    threshold: positive !== null ? threshold : 0.5,
    n,
  };
}

/** One column a class. A single column is the second class's probability or margin. */
export function classScores(
  answers: Answers,
  classes: readonly string[],
  probabilities: boolean,
): Float64Array {
  const { rows, width } = answers;
  const k = classes.length;
  if (width === k) return answers.scores;
  const scores = new Float64Array(rows * k);
  if (width === 0) {
    const index = indexer(classes);
    answers.labels?.forEach((label, row) => {
      const at = index(label);
      if (at >= 0) scores[row * k + at] = 1;
    });
    return scores;
  }
  if (width !== 1 || k !== 2)
    throw new BadInput(
      'output-shape',
      `The model gives ${width} scores a row and has ${k} classes (${listed(classes)}). ` +
        'Export it with one score a class.',
    );
  for (let row = 0; row < rows; row++) {
    const score = answers.scores[row]!;
    scores[row * 2] = probabilities ? 1 - score : -score;
    scores[row * 2 + 1] = score;
  }
  return scores;
}

function predictedOf(
  answers: Answers,
  task: Exclude<ResolvedTask, { task: 'regression' }>,
  scores: Float64Array,
): Int32Array {
  if (answers.labels !== null && !(task.positive !== null && task.probabilities)) {
    return Int32Array.from(answers.labels, indexer(task.classes));
  }
  return predictedBy({ ...task, n: answers.rows, margin: answers.width === 1 }, scores);
}

/** The predicted classes of scores: at the threshold for a binary task, else the highest, the first of equals. */
export function predictedBy(
  task: {
    readonly classes: readonly string[];
    readonly positive: number | null;
    readonly threshold: number;
    readonly probabilities: boolean;
    readonly n: number;
    /** One score a row: the threshold is on it. */
    readonly margin?: boolean;
  },
  scores: Float64Array,
): Int32Array {
  const k = task.classes.length;
  const predicted = new Int32Array(task.n);
  const { positive } = task;
  const atThreshold = positive !== null && (task.probabilities || task.margin === true);
  for (let row = 0; row < task.n; row++) {
    if (atThreshold) {
      predicted[row] = scores[row * 2 + positive]! >= task.threshold ? positive : 1 - positive;
      continue;
    }
    let best = 0;
    for (let c = 1; c < k; c++) if (scores[row * k + c]! > scores[row * k + best]!) best = c;
    predicted[row] = best;
  }
  return predicted;
}

function classCodes(labels: Column, classes: readonly string[], path: string): Int32Array {
  const column = asWords(labels);
  const index = indexer(classes);
  const codes = column.levels.map(index);
  const strange = column.levels.filter((_, i) => codes[i] === -1);
  if (strange.length > 0)
    throw new BadInput(
      'label-classes',
      `The label \`${column.name}\` of \`${path}\` holds ${listed(strange)}, but the model's classes are ` +
        `${listed(classes)}. Choose the label column the model was trained on, or write its values alike.`,
    );
  return column.codes.map(code => codes[code] ?? -1);
}

function asWords(column: Column): CategoryColumn {
  if (column.kind === 'category') return column;
  const levels = [...new Set(column.values)].filter(value => !Number.isNaN(value));
  const codes = new Map(levels.map((value, i) => [value, i]));
  return {
    kind: 'category',
    name: column.name,
    codes: Int32Array.from(column.values, value => codes.get(value) ?? -1),
    levels: levels.map(String),
  };
}

function numbers(column: Column): Float64Array {
  if (column.kind === 'number') return column.values;
  const values = column.levels.map(Number);
  return Float64Array.from(column.codes, code => values[code] ?? Number.NaN);
}

/** Finds a value among classes by its text: `1`, 1 and `1.0` are one value, and so are `True` and `true`. */
export function indexer(classes: readonly string[]): (value: string) => number {
  const codes = new Map(classes.map((name, i) => [key(name), i]));
  const binary = codes.size === 2 && codes.has('0') && codes.has('1');
  return value => {
    const text = key(value);
    const found = codes.get(text);
    if (found !== undefined) return found;
    if (!binary) return -1;
    return text === 'true' ? codes.get('1')! : text === 'false' ? codes.get('0')! : -1;
  };
}

function key(text: string): string {
  const trimmed = text.trim();
  if (trimmed !== '' && Number.isFinite(Number(trimmed))) return String(Number(trimmed));
  return /^(true|false)$/i.test(trimmed) ? trimmed.toLowerCase() : text;
}

function listed(values: readonly string[]): string {
  const shown = values.slice(0, 6).map(value => `\`${value}\``);
  return values.length > 6 ? `${shown.join(', ')} and ${values.length - 6} more` : shown.join(', ');
}
