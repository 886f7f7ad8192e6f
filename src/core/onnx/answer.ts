import { type Labels, labelAttributes, labelsOf } from './classes.ts';
import type { Answer, TensorSpec } from './facts.ts';
import { columnsOf, type GraphIndex, indexOf, isOperator, originOf } from './graphIndex.ts';
import type { onnx } from './onnx.generated.js';
import { isProbability } from './probability.ts';
import { isRegression } from './regression.ts';
import { outputSpecs } from './specs.ts';

const FLOATS: ReadonlySet<string> = new Set(['float32', 'float64', 'float16', 'bfloat16']);

const UNKNOWN: Answer = {
  task: 'unknown',
  classes: [],
  scoreOutput: null,
  labelOutput: null,
  columns: null,
  probabilities: false,
};

/**
 * What the model answers: task, classes, score and label outputs, worked out from its operators.
 * One real value a row that is no probability counts as regression (it may be the logit of a binary classifier:
 * nothing in the file tells); several such values a row do where regressors or neighbours make them, else they are of an
 * unknown task.
 * A ZipMap output counts as the scores it is made of (see `tensorOutputs`).
 */
export function answerOf(model: onnx.ModelProto): Answer {
  if (model.graph === null) return UNKNOWN;
  const index = indexOf(model.graph);
  const outputs = outputSpecs(model.graph);
  const zipMap = zipMapOf(index, outputs);
  const label = labelOutputOf(index, outputs, zipMap !== null);
  const named = label?.labels?.encoded ? label.labels.classes : (zipMap?.classes ?? label?.labels?.classes);
  const score = zipMap?.output ?? scoreOutputOf(index, outputs, label?.labels ?? null, named ?? null);
  if (label === null && zipMap === null) return score === null ? UNKNOWN : withoutLabels(index, score);
  const columns = score === null ? null : columnsOf(index, zipMap?.scores ?? score);
  const classes = named ?? (columns === null ? [] : numbered(columns));
  const probabilities = score !== null && isProbability(index, zipMap?.scores ?? score);
  const task = classes.length === 2 ? 'binary' : classes.length > 2 ? 'multiclass' : 'unknown';
  return { task, classes, scoreOutput: score, labelOutput: label?.output ?? null, columns, probabilities };
}

function numbered(width: number): number[] {
  // One column is the probability of the class 1.
  return Array.from({ length: Math.max(width, 2) }, (_, i) => i);
}

function zipMapOf(
  index: GraphIndex,
  outputs: readonly TensorSpec[],
): { output: string; scores: string; classes: readonly (string | number)[] | null } | null {
  for (const { name, kind } of outputs) {
    const node = kind === 'tensor' ? undefined : index.producers.get(originOf(index, name));
    if (node === undefined || !isOperator(node, 'ai.onnx.ml', 'ZipMap')) continue;
    return { output: name, scores: node.input[0] ?? '', classes: labelAttributes(node) };
  }
  return null;
}

/** The output that holds labels: by its operators, or, beside a ZipMap, by its type. */
function labelOutputOf(
  index: GraphIndex,
  outputs: readonly TensorSpec[],
  zipMap: boolean,
): { output: string; labels: Labels | null } | null {
  for (const { name, kind } of outputs) {
    const labels = kind === 'tensor' ? labelsOf(index, name) : null;
    if (labels !== null) return { output: name, labels };
  }
  const typed = outputs.find(({ kind, type }) => kind === 'tensor' && !FLOATS.has(type));
  return zipMap && typed !== undefined ? { output: typed.name, labels: null } : null;
}

function scoreOutputOf(
  index: GraphIndex,
  outputs: readonly TensorSpec[],
  labels: Labels | null,
  classes: readonly (string | number)[] | null,
): string | null {
  const floats = outputs.filter(({ kind, type }) => kind === 'tensor' && FLOATS.has(type));
  const columns = columnOutputs(index, floats);
  // One output a class (zipmap='columns'): the last one stands for the positive class of two.
  if (columns.length > 1 && columns.length === classes?.length) {
    return columns.length === 2 ? columns[1]!.name : null;
  }
  const origin = labels?.scores == null ? null : originOf(index, labels.scores);
  const best =
    floats.find(({ name }) => origin !== null && originOf(index, name) === origin) ??
    floats.find(({ name }) => isProbability(index, name)) ??
    floats.find(({ name }) => classes !== null && columnsOf(index, name) === classes.length) ??
    floats[0];
  return best?.name ?? null;
}

/** Outputs that are slices of one common value. */
function columnOutputs(index: GraphIndex, floats: readonly TensorSpec[]): TensorSpec[] {
  const slices = floats.map(({ name }) => index.producers.get(originOf(index, name)));
  const whole = slices[0]?.op_type === 'Slice' ? slices[0].input[0] : undefined;
  if (whole === undefined) return [];
  return floats.filter((_, i) => slices[i]?.op_type === 'Slice' && slices[i].input[0] === whole);
}

function withoutLabels(index: GraphIndex, score: string): Answer {
  const columns = columnsOf(index, score);
  const found = { ...UNKNOWN, scoreOutput: score, columns };
  if (!isProbability(index, score))
    return columns === 1 || isRegression(index, score) ? { ...found, task: 'regression' } : found;
  if (columns === null) return { ...found, probabilities: true };
  const classes = numbered(columns);
  return { ...found, task: classes.length === 2 ? 'binary' : 'multiclass', classes, probabilities: true };
}
