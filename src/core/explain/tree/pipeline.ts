import { BadInput } from '../../failure.ts';
import { isLeaf, type TreeNode } from '../../onnx/ensemble.ts';
import { indexOf, type GraphIndex } from '../../onnx/graphIndex.ts';
import type { onnx } from '../../onnx/onnx.generated.js';
import { inputSpecs } from '../../onnx/specs.ts';
import { additiveScores, type Margin, type Term } from './additive.ts';
import { sourcesOf, Untraceable, type RawColumn } from './encoded.ts';
import type { Link } from './link.ts';

/** How a model's scores come from additive operators, and what stands between these and the raw columns. */
export interface AdditivePlan {
  readonly kind: 'trees' | 'linear';
  /** The value that the operators read, n x features: expose it. */
  readonly input: string;
  /** The output with the scores, n x columns. */
  readonly scoreOutput: string;
  readonly columns: readonly Margin[];
  readonly link: Link;
  /** The raw columns in the order of the model's inputs. */
  readonly raw: readonly RawColumn[];
  /** Each player's raw columns (places in `raw`): one each unless an operator mixes them. */
  readonly players: readonly (readonly number[])[];
  /** Feature (column of `input`) -> player. */
  readonly playerOf: Int32Array;
  /** Feature -> whether any operator's answer can depend on it. */
  readonly used: readonly boolean[];
  /** Which raw columns could not be told apart, in a sentence; null when each is a player of its own. */
  readonly merged: string | null;
}

export type Planned = { readonly plan: AdditivePlan } | { readonly refused: string };

/**
 * Finds the tree ensembles or linear operators that make a model's scores, and the raw column behind each
 * column that they read.
 * @param scoreOutput the output explained, of scores or of the regression value (`answerOf`)
 * @param widths columns of each input, where the file does not say
 * @returns the plan, or why the model is to be explained as a black box
 */
export function planAdditive(
  model: onnx.ModelProto,
  scoreOutput: string,
  widths: ReadonlyMap<string, number> = new Map(),
): Planned {
  if (model.graph === null) return { refused: refusal('the file holds no graph') };
  try {
    return { plan: planned(indexOf(model.graph), scoreOutput, widths) };
  } catch (error) {
    if (error instanceof Untraceable) return { refused: refusal(error.message) };
    if (error instanceof BadInput) return { refused: error.message };
    throw error;
  }
}

function refusal(reason: string): string {
  return `The model has no exact method: ${reason}. Explain it as a black box.`;
}

function planned(index: GraphIndex, scoreOutput: string, widths: ReadonlyMap<string, number>): AdditivePlan {
  const { link, columns } = additiveScores(index, scoreOutput);
  const terms = [...new Set(columns.flatMap(({ parts }) => parts.map(({ term }) => term)))];
  const inputs = new Set(terms.map(({ node }) => node.input[0] ?? ''));
  const kinds = new Set(terms.map(({ kind }) => kind));
  const [input] = inputs;
  const [kind] = kinds;
  if (input === undefined || kind === undefined) throw new Untraceable('its scores are constants');
  if (kinds.size > 1) throw new Untraceable('its scores add trees and linear terms');
  if (inputs.size > 1) throw new Untraceable('its operators read several matrices');
  const raw = rawColumns(index.graph, widths);
  const sources = sourcesOf(index, input, raw);
  const used = usedFeatures(terms);
  const beyond = used.findIndex((isUsed, feature) => isUsed && feature >= sources.length);
  if (beyond >= 0)
    throw new Untraceable(`its operators read column ${beyond} of a matrix of ${sources.length} columns`);
  const groups = grouped(
    raw.length,
    sources.filter((_, feature) => used[feature] === true),
  );
  const byGroup = new Map<number, number[]>();
  groups.forEach((group, column) => byGroup.set(group, [...(byGroup.get(group) ?? []), column]));
  const players = [...byGroup.values()];
  const playerAt = new Map(
    players.flatMap((group, player) => group.map(column => [column, player] as const)),
  );
  // A feature of no source is the same in every row: whose it is does not matter.
  const playerOf = Int32Array.from(sources, ([source = 0]) => playerAt.get(source) ?? 0);
  const mixed = players.filter(group => group.length > 1);
  if (mixed.length > 0 && players.length === 1) throw new Untraceable('its operators mix all its columns');
  return {
    kind,
    input,
    scoreOutput,
    columns,
    link,
    raw,
    players,
    playerOf,
    used: sources.map((_, feature) => used[feature] === true),
    merged: mergedSentence(mixed, raw),
  };
}

function rawColumns(graph: onnx.GraphProto, widths: ReadonlyMap<string, number>): RawColumn[] {
  return inputSpecs(graph).flatMap(({ name, shape }) => {
    const declared = shape
      .slice(1)
      .reduce<number | null>(
        (product, axis) => (typeof axis === 'number' && product !== null ? product * axis : null),
        1,
      );
    const width = widths.get(name) ?? declared;
    if (width === null) throw new Untraceable(`the file does not say how many columns "${name}" has`);
    return Array.from({ length: width }, (_, column) => ({ input: name, column }));
  });
}

/** Feature -> whether any operator's answer can depend on it. */
function usedFeatures(terms: readonly Term[]): boolean[] {
  const used: boolean[] = [];
  const seen = new Set<TreeNode>();
  const visit = (node: TreeNode): void => {
    if (isLeaf(node) || seen.has(node)) return;
    seen.add(node);
    used[node.feature] = true;
    visit(node.whenTrue);
    visit(node.whenFalse);
  };
  for (const term of terms)
    if (term.kind === 'trees') term.ensemble.trees.forEach(visit);
    else {
      const { weights, features, outputs } = term.linear;
      for (let f = 0; f < features; f++)
        if (weights.subarray(f * outputs, (f + 1) * outputs).some(weight => weight !== 0)) used[f] = true;
    }
  return used;
}

/** Raw column -> its group: columns that one feature is computed from are together. */
function grouped(count: number, sources: readonly ReadonlySet<number>[]): Int32Array {
  const parent = Int32Array.from({ length: count }, (_, i) => i);
  const root = (column: number): number => {
    let at = column;
    while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!;
    return at;
  };
  for (const [first, ...rest] of sources) for (const other of rest) parent[root(other)] = root(first!);
  return parent.map((_, column) => root(column));
}

function mergedSentence(mixed: readonly (readonly number[])[], raw: readonly RawColumn[]): string | null {
  if (mixed.length === 0) return null;
  const groups = mixed.map(group => group.map(at => columnName(raw[at]!)).join(', '));
  return `The model mixes these columns before its trees or weights see them, so they are explained together: ${groups.join('; ')}.`;
}

function columnName({ input, column }: RawColumn): string {
  return `${input}[${column}]`;
}
