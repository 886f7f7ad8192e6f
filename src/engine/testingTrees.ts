import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { integer, integers, modelBytes, node, numbers, texts, value } from '../core/onnx/testing.ts';
import { seeded } from '../core/random.ts';
import type { ModelSource } from '../protocol/engine.ts';
import { scratch } from './testing.ts';

/** Tree models of odd sizes, made by hand for tests. */

interface Nodes {
  readonly features: number[];
  readonly values: number[];
  readonly modes: string[];
  readonly yes: number[];
  readonly no: number[];
  readonly trees: number[];
  readonly ids: number[];
  readonly leaves: { readonly tree: number; readonly id: number; readonly weight: number }[];
}

/** Trees of one test each. */
export async function stumps(columns: number, trees: number): Promise<ModelSource> {
  const random = seeded(3);
  const nodes = noNodes();
  for (let tree = 0; tree < trees; tree++) {
    branch(nodes, tree, 0, tree % columns, random() * (columns > 4 ? 1 : 5), 1, 2);
    leaf(nodes, tree, 1, random() - 0.5);
    leaf(nodes, tree, 2, random() - 0.5);
  }
  return await saved(nodes, columns);
}

/** One tree whose every test has a leaf on one side and the next test on the other. */
export async function staircase(depth: number): Promise<ModelSource> {
  const random = seeded(4);
  const nodes = noNodes();
  for (let level = 0; level < depth; level++) {
    const last = level === depth - 1;
    branch(nodes, 0, 2 * level, level, 0.04, 2 * level + 1, last ? 2 * depth : 2 * level + 2);
    leaf(nodes, 0, 2 * level + 1, random());
  }
  leaf(nodes, 0, 2 * depth, 1);
  return await saved(nodes, depth);
}

function noNodes(): Nodes {
  return { features: [], values: [], modes: [], yes: [], no: [], trees: [], ids: [], leaves: [] };
}

function branch(
  nodes: Nodes,
  tree: number,
  id: number,
  feature: number,
  threshold: number,
  yes: number,
  no: number,
): void {
  nodes.trees.push(tree);
  nodes.ids.push(id);
  nodes.features.push(feature);
  nodes.values.push(threshold);
  nodes.modes.push('BRANCH_LEQ');
  nodes.yes.push(yes);
  nodes.no.push(no);
}

function leaf(nodes: Nodes, tree: number, id: number, weight: number): void {
  branch(nodes, tree, id, 0, 0, 0, 0);
  nodes.modes[nodes.modes.length - 1] = 'LEAF';
  nodes.leaves.push({ tree, id, weight });
}

async function saved(nodes: Nodes, columns: number): Promise<ModelSource> {
  const zeros = nodes.leaves.map(() => 0);
  const bytes = modelBytes({
    name: 'g',
    node: [
      node(
        'ai.onnx.ml.TreeEnsembleRegressor',
        ['x'],
        ['y'],
        [
          integer('n_targets', 1),
          integers('nodes_treeids', nodes.trees),
          integers('nodes_nodeids', nodes.ids),
          integers('nodes_featureids', nodes.features),
          numbers('nodes_values', nodes.values),
          texts('nodes_modes', nodes.modes),
          integers('nodes_truenodeids', nodes.yes),
          integers('nodes_falsenodeids', nodes.no),
          integers(
            'target_treeids',
            nodes.leaves.map(({ tree }) => tree),
          ),
          integers(
            'target_nodeids',
            nodes.leaves.map(({ id }) => id),
          ),
          integers('target_ids', zeros),
          numbers(
            'target_weights',
            nodes.leaves.map(({ weight }) => weight),
          ),
        ],
      ),
    ],
    input: [value('x', ['n', columns])],
    output: [value('y', ['n', 1])],
  });
  const file = join(await scratch(), 'model.onnx');
  await writeFile(file, bytes);
  return { file, ref: { digest: '', name: null, version: null, path: 'model.onnx', size: 0 } };
}
