import { BadInput } from '../../failure.ts';
import { isEnsemble, readEnsemble, type TreeEnsemble } from '../../onnx/ensemble.ts';
import { isOperator, type GraphIndex } from '../../onnx/graphIndex.ts';
import type { onnx } from '../../onnx/onnx.generated.js';
import { tensorNumbers, textOf } from '../../onnx/tensor.ts';
import { attributeOf, nodeName } from '../../onnx/walk.ts';
import { Untraceable } from './encoded.ts';
import { isScalar, type Link } from './link.ts';

/** A linear operator: margins are x W + bias. */
export interface LinearTerm {
  /** features x outputs, row-major. */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
  readonly features: number;
  readonly outputs: number;
}

/** An operator whose outputs add up over its input's columns or its trees. */
export type Term =
  | { readonly kind: 'trees'; readonly node: onnx.NodeProto; readonly ensemble: TreeEnsemble }
  | { readonly kind: 'linear'; readonly node: onnx.NodeProto; readonly linear: LinearTerm };

/** `sum of weight * (the term's margin of output)` */
interface Part {
  readonly term: Term;
  readonly output: number;
  readonly weight: number;
}

/** One column of scores before its link. */
export interface Margin {
  readonly parts: readonly Part[];
  readonly offset: number;
}

/** Scores as a link of weighted sums of what additive operators give. */
export interface AdditiveScores {
  readonly link: Link;
  readonly columns: readonly Margin[];
}

const transforms: Readonly<Record<TreeEnsemble['postTransform'], Link>> = {
  NONE: 'identity',
  LOGISTIC: 'logistic',
  SOFTMAX: 'softmax',
  SOFTMAX_ZERO: 'softmax-zero',
  PROBIT: 'probit',
};

const KEEPS = new Set([
  'Identity',
  'Cast',
  'Reshape',
  'Squeeze',
  'Unsqueeze',
  'Flatten',
  'Dropout',
  'ZipMap',
]);

/**
 * Follows a value of scores back to the tree ensembles or linear operators that it is made of.
 * @throws Untraceable where something else than a weighted sum and one link stands between
 */
export function additiveScores(index: GraphIndex, name: string): AdditiveScores {
  return new Walk(index).scores(name);
}

class Walk {
  readonly #index: GraphIndex;
  readonly #known = new Map<string, AdditiveScores>();
  readonly #open = new Set<string>();

  constructor(index: GraphIndex) {
    this.#index = index;
  }

  scores(name: string): AdditiveScores {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const node = this.#index.producers.get(name);
    if (node === undefined || this.#open.has(name))
      throw new Untraceable('no tree ensemble or linear operator makes its scores');
    this.#open.add(name);
    const scores = this.#of(node, name);
    this.#open.delete(name);
    this.#known.set(name, scores);
    return scores;
  }

  #of(node: onnx.NodeProto, name: string): AdditiveScores {
    const term = termOf(this.#index, node, name);
    if (term !== null) return term;
    const { op_type: operator } = node;
    const [first = '', second = ''] = node.input;
    if (KEEPS.has(operator)) return this.scores(first);
    switch (operator) {
      case 'Exp':
        return this.#linked(first, 'exp', node);
      case 'Sigmoid':
        return this.#linked(first, 'logistic', node);
      case 'Softmax':
        return this.#linked(first, 'softmax', node);
      case 'Neg':
        return scaled(this.scores(first), () => -1, node);
      case 'Mul':
        return this.#times(node, first, second);
      case 'Div': {
        const factor = this.#constant(second);
        if (factor === null) throw between(node);
        return scaled(this.scores(first), at => 1 / factor(at), node);
      }
      case 'Add':
      case 'Sum':
      case 'Sub':
        return this.#sum(node);
      case 'Concat':
        return this.#concat(node);
      case 'ArrayFeatureExtractor':
      case 'Gather':
        return this.#select(node);
      case 'Normalizer':
        return this.#normalised(node);
      default:
        throw between(node);
    }
  }

  #linked(name: string, link: Link, node: onnx.NodeProto): AdditiveScores {
    const scores = this.scores(name);
    if (scores.link !== 'identity') throw between(node);
    return { ...scores, link };
  }

  /** A constant of one value, or of one a column. */
  #constant(name: string): ((column: number) => number) | null {
    const tensor = this.#index.constants.get(name);
    const values = tensor === undefined ? null : tensorNumbers(tensor);
    if (values === null || values.length === 0) return null;
    return column => values[values.length === 1 ? 0 : column] ?? NaN;
  }

  #times(node: onnx.NodeProto, first: string, second: string): AdditiveScores {
    const right = this.#constant(second);
    const left = this.#constant(first);
    if (right !== null) return scaled(this.scores(first), right, node);
    if (left !== null) return scaled(this.scores(second), left, node);
    throw between(node);
  }

  #sum(node: onnx.NodeProto): AdditiveScores {
    const minus = node.op_type === 'Sub';
    const [head, ...rest] = node.input.map((input, at): AdditiveScores | ((column: number) => number) => {
      const negated = minus && at === 1;
      const constant = this.#constant(input);
      if (constant !== null) return negated ? column => -constant(column) : constant;
      const scores = this.scores(input);
      return negated ? scaled(scores, () => -1, node, true) : scores;
    });
    return rest.reduce<AdditiveScores | ((column: number) => number)>((sum, each) => {
      if (typeof sum === 'function' && typeof each === 'function') throw between(node);
      if (typeof sum === 'function') return shifted(each as AdditiveScores, sum, node);
      return typeof each === 'function' ? shifted(sum, each, node) : added(sum, each, node);
    }, head!) as AdditiveScores;
  }

  #concat(node: onnx.NodeProto): AdditiveScores {
    const parts = node.input.map(input => this.scores(input));
    const axis = attributeOf(node, 'axis')?.i ?? 0;
    const link = parts[0]!.link;
    if ((axis !== 1 && axis !== -1) || !isScalar(link) || parts.some(part => part.link !== link))
      throw between(node);
    return { link, columns: parts.flatMap(({ columns }) => columns) };
  }

  #select(node: onnx.NodeProto): AdditiveScores {
    const scores = this.scores(node.input[0] ?? '');
    const tensor = this.#index.constants.get(node.input[1] ?? '');
    const places = tensor === undefined ? null : tensorNumbers(tensor);
    const axis = node.op_type === 'Gather' ? (attributeOf(node, 'axis')?.i ?? 0) : -1;
    if (places === null || axis === 0 || !isScalar(scores.link)) throw between(node);
    const count = scores.columns.length;
    const columns = Array.from(places, place => scores.columns[place < 0 ? place + count : place]);
    if (!columns.every(column => column !== undefined)) throw between(node);
    return { link: scores.link, columns };
  }

  /** Scores that already add up to 1 stay as they are. */
  #normalised(node: onnx.NodeProto): AdditiveScores {
    const scores = this.scores(node.input[0] ?? '');
    const norm = textOf(attributeOf(node, 'norm')?.s ?? new Uint8Array());
    const [first, second] = scores.columns;
    const mirrored =
      scores.link === 'logistic' &&
      scores.columns.length === 2 &&
      first!.offset === -second!.offset &&
      first!.parts.length === second!.parts.length &&
      first!.parts.every((part, at) => {
        const other = second!.parts[at]!;
        return opposite(part, other);
      });
    if (norm !== 'L1' || !(mirrored || scores.link === 'softmax')) throw between(node);
    return scores;
  }
}

/** Two parts whose margins are each other's negative. */
function opposite(a: Part, b: Part): boolean {
  if (a.term !== b.term) return false;
  if (a.output === b.output) return a.weight === -b.weight;
  if (a.term.kind !== 'linear' || a.weight !== b.weight) return false;
  const { weights, bias, features, outputs } = a.term.linear;
  if (bias[a.output] !== -bias[b.output]!) return false;
  for (let f = 0; f < features; f++)
    if (weights[f * outputs + a.output] !== -weights[f * outputs + b.output]!) return false;
  return true;
}

function between(node: onnx.NodeProto): Untraceable {
  return new Untraceable(`${nodeName(node)} stands between its sums and its scores`);
}

function scaled(
  scores: AdditiveScores,
  factor: (column: number) => number,
  node: onnx.NodeProto,
  complement = false,
): AdditiveScores {
  const { link, columns } = scores;
  if (columns.every((_, at) => factor(at) === 1)) return scores;
  if (link === 'identity')
    return {
      link,
      columns: columns.map(({ parts, offset }, at) => ({
        parts: parts.map(part => ({ ...part, weight: part.weight * factor(at) })),
        offset: offset * factor(at),
      })),
    };
  if (link === 'exp' && columns.every((_, at) => factor(at) > 0))
    return shifted({ link: 'identity', columns }, at => Math.log(factor(at)), node, 'exp');
  // 1 - s of a logistic s is the logistic of minus the margin: `shifted` adds the 1.
  if (link === 'logistic' && complement) return { link, columns: columns.map(negative) };
  throw between(node);
}

function negative({ parts, offset }: Margin): Margin {
  return { parts: parts.map(part => ({ ...part, weight: -part.weight })), offset: -offset };
}

function shifted(
  scores: AdditiveScores,
  by: (column: number) => number,
  node: onnx.NodeProto,
  link: Link = scores.link,
): AdditiveScores {
  if (scores.link === 'logistic' && scores.columns.every((_, at) => by(at) === 1) && node.op_type === 'Sub')
    return scores;
  if (scores.link !== 'identity') throw between(node);
  const columns = scores.columns.map(({ parts, offset }, at) => ({ parts, offset: offset + by(at) }));
  return { link, columns };
}

function added(a: AdditiveScores, b: AdditiveScores, node: onnx.NodeProto): AdditiveScores {
  if (a.link !== 'identity' || b.link !== 'identity' || a.columns.length !== b.columns.length)
    throw between(node);
  const columns = a.columns.map(({ parts, offset }, at) => {
    const other = b.columns[at]!;
    return { parts: [...parts, ...other.parts], offset: offset + other.offset };
  });
  return { link: 'identity', columns };
}

/** The scores of a tree ensemble or a linear operator; null when the value is of another operator. */
function termOf(index: GraphIndex, node: onnx.NodeProto, name: string): AdditiveScores | null {
  if (isOperator(node, 'ai.onnx.ml', 'TreeEnsembleClassifier', 'TreeEnsembleRegressor', 'TreeEnsemble'))
    return ofEnsemble(node, name);
  if (isOperator(node, 'ai.onnx.ml', 'LinearRegressor', 'LinearClassifier')) return ofLinear(node, name);
  if (isOperator(node, '', 'Gemm', 'MatMul')) return ofProduct(index, node);
  return null;
}

function plain(term: Term, outputs: number): Margin[] {
  return Array.from({ length: outputs }, (_, output) => ({
    parts: [{ term, output, weight: 1 }],
    offset: 0,
  }));
}

function ofEnsemble(node: onnx.NodeProto, name: string): AdditiveScores {
  if (!isEnsemble(node)) throw between(node);
  const ensemble = readEnsemble(node);
  if (ensemble.classifier && node.output[1] !== name) throw between(node);
  const term: Term = { kind: 'trees', node, ensemble };
  const link = transforms[ensemble.postTransform];
  const { binaryMargin, outputs } = ensemble;
  if (binaryMargin !== 'none') {
    const margin: Margin = { parts: [{ term, output: 0, weight: 1 }], offset: 0 };
    const opposite = negative(margin);
    // The runtime applies the logistic to either kind, leaves the softmax out, and fails at the probit.
    if (link === 'probit') throw between(node);
    if (link === 'logistic') return { link, columns: [opposite, margin] };
    return {
      link: 'identity',
      columns: [binaryMargin === 'complement' ? { ...opposite, offset: 1 } : opposite, margin],
    };
  }
  const columns = plain(term, outputs);
  // An ensemble of one output knows no post transform but the probit.
  if (outputs === 1 && link !== 'probit') return { link: 'identity', columns };
  return { link, columns };
}

function ofLinear(node: onnx.NodeProto, name: string): AdditiveScores {
  const classifier = node.op_type === 'LinearClassifier';
  if (classifier && node.output[1] !== name) throw between(node);
  const coefficients = attributeOf(node, 'coefficients')?.floats ?? [];
  const intercepts = attributeOf(node, 'intercepts')?.floats ?? [];
  const classes = Math.max(
    attributeOf(node, 'classlabels_strings')?.strings.length ?? 0,
    attributeOf(node, 'classlabels_ints')?.ints.length ?? 0,
  );
  const outputs = classifier ? Math.max(1, intercepts.length) : (attributeOf(node, 'targets')?.i ?? 1);
  const features = coefficients.length / outputs;
  if (!Number.isInteger(features) || features === 0)
    throw new BadInput(
      'damaged-linear',
      `${nodeName(node)} is damaged: ${coefficients.length} coefficients for ${outputs} outputs.`,
    );
  const weights = new Float64Array(coefficients.length);
  for (let o = 0; o < outputs; o++)
    for (let f = 0; f < features; f++) weights[f * outputs + o] = coefficients[o * features + f]!;
  const bias = Float64Array.from({ length: outputs }, (_, o) => intercepts[o] ?? 0);
  const term: Term = { kind: 'linear', node, linear: { weights, bias, features, outputs } };
  const post = textOf(attributeOf(node, 'post_transform')?.s ?? new Uint8Array()) || 'NONE';
  const link = transforms[post as TreeEnsemble['postTransform']] as Link | undefined;
  const columns = plain(term, outputs);
  if (link === undefined || (outputs === 1 && classes === 2)) throw between(node);
  return { link, columns };
}

function ofProduct(index: GraphIndex, node: onnx.NodeProto): AdditiveScores {
  const [, second = '', third = ''] = node.input;
  const matrix = index.constants.get(second);
  const values = matrix === undefined ? null : tensorNumbers(matrix);
  const number = (name: string): number => attributeOf(node, name)?.f ?? 1;
  if (matrix?.dims.length !== 2 || values === null || attributeOf(node, 'transA')?.i) throw between(node);
  const gemm = node.op_type === 'Gemm';
  const transposed = gemm && attributeOf(node, 'transB')?.i === 1;
  const [rows, columns] = matrix.dims as [number, number];
  const [features, outputs] = transposed ? [columns, rows] : [rows, columns];
  const alpha = gemm ? number('alpha') : 1;
  const weights = new Float64Array(features * outputs);
  for (let f = 0; f < features; f++)
    for (let o = 0; o < outputs; o++)
      weights[f * outputs + o] = alpha * values[transposed ? o * features + f : f * outputs + o]!;
  const added = third === '' ? undefined : index.constants.get(third);
  const bias = added === undefined ? [] : tensorNumbers(added);
  if (bias === null || (third !== '' && added === undefined)) throw between(node);
  const beta = gemm ? number('beta') : 1;
  const shift = Float64Array.from(
    { length: outputs },
    (_, o) => beta * (bias[bias.length === 1 ? 0 : o] ?? 0),
  );
  const term: Term = { kind: 'linear', node, linear: { weights, bias: shift, features, outputs } };
  return { link: 'identity', columns: plain(term, outputs) };
}
