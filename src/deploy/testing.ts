import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { decodeModel } from '../core/onnx/decode.ts';
import { onnx } from '../core/onnx/onnx.generated.js';
import { floats, integer, modelBytes, node } from '../core/onnx/testing.ts';
import { pack } from '../engine/tasks/pack.ts';
import type { Golden } from '../protocol/engine.ts';
import type { Release } from '../protocol/results/release.ts';
import type { Review } from '../protocol/results/review.ts';
import type { ResolvedModel } from '../workspace/types.ts';
import { Workspace } from '../workspace/workspace.ts';
import { Deployer, type DeployerOptions } from './deployer.ts';

/** For tests: workspaces to deploy from, with the example's models and the real runtime's answers. */

export interface TestTarget {
  readonly name: string;
  /** One line of YAML: its settings. */
  readonly settings: string;
}

/** A workspace with three versions of one model and one target. */
export async function makeWorkspace(root: string, target: TestTarget): Promise<void> {
  const example = resolve(import.meta.dirname, '../../examples/credit-risk');
  await mkdir(root, { recursive: true });
  await cp(join(example, 'models'), join(root, 'models'), { recursive: true });
  await cp(join(example, 'data'), join(root, 'data'), { recursive: true });
  await writeFile(
    join(root, 'slipway.yaml'),
    `version: 1
models:
  credit-risk: { path: 'models/credit-risk-*.onnx', task: binary, label: default, positive: bad, data: { background: data/reference.csv } }
targets:
  ${target.name}: { ${target.settings} }
`,
  );
}

/** Ages beyond this, which no row of the data has, make the fragile version fail. */
export const fragileAge = 1000;

/**
 * Adds version 3.0.0: 2.0.0, answering every row of the data as that does, but failing for an age that is not
 * in it. What only shows in production.
 */
export async function addFragile(root: string): Promise<void> {
  const { DataType } = onnx.TensorProto;
  const model = decodeModel(await readFile(join(root, 'models/credit-risk-2.0.0.onnx')));
  const graph = model.graph!;
  const checks = [
    node('Greater', ['age', 'age_limit'], ['age_beyond']),
    node('Cast', ['age_beyond'], ['age_place'], [integer('to', DataType.INT64)]),
    // Place 1 does not exist.
    node('Gather', ['only_one', 'age_place'], ['age_one']),
    node('Mul', ['age', 'age_one'], ['age_checked']),
  ];
  for (const part of graph.node)
    Object.assign(part, { input: part.input.map(name => (name === 'age' ? 'age_checked' : name)) });
  const constants = [floats('age_limit', [], [fragileAge]), floats('only_one', [1], [1])];
  const { name, input, output } = graph;
  const bytes = modelBytes({
    name,
    input,
    output,
    node: [...checks, ...graph.node],
    initializer: [...graph.initializer, ...constants],
  });
  await writeFile(join(root, 'models/credit-risk-3.0.0.onnx'), bytes);
}

export interface TestOptions {
  readonly verdict?: NonNullable<Release['verdict']>;
  /** Changes what the local runtime is said to answer. */
  readonly spoil?: (golden: Golden) => Golden;
  readonly log?: (line: string) => void;
  readonly keepRunning?: boolean;
  readonly by?: string;
  readonly secret?: (name: string) => Promise<string>;
  /** Where the version stands with its reviewers; nothing asks for a review without it. */
  readonly review?: Review;
}

const passed: NonNullable<Release['verdict']> = {
  status: 'pass',
  sentence: 'Passes.',
  failed: [],
  warned: [],
  inconclusive: [],
};

const answers = new Map<string, Promise<Golden>>();

/**
 * What the real runtime answers to the first rows of a data file. Scenes have the same versions and rows, which are
 * asked once; only then are the natives loaded.
 */
export async function goldenOf(model: ResolvedModel, file: string, rows: number): Promise<Golden> {
  const data = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  const key = `${model.ref.digest} ${data} ${rows}`;
  const asked = answers.get(key) ?? askRuntime(model, file, rows);
  answers.set(key, asked);
  return await asked;
}

async function askRuntime(model: ResolvedModel, file: string, rows: number): Promise<Golden> {
  const { golden } = await import('../engine/tasks/golden.ts');
  return await golden({ model: model.source, data: { file, path: file }, rows });
}

export async function makeDeployer(
  root: string,
  distDir: string,
  options: TestOptions = {},
): Promise<{ deployer: Deployer; workspace: Workspace }> {
  const workspace = await Workspace.open(root);
  const {
    spoil = (value: Golden): Golden => value,
    verdict = { ...passed, failed: [], warned: [], inconclusive: [] },
  } = options;
  const deployerOptions: DeployerOptions = {
    root,
    workspace,
    distDir,
    by: options.by ?? 'Ada',
    reviews: { gate: () => Promise.resolve(options.review ?? null) },
    log: options.log ?? ((): void => undefined),
    jobs: {
      validate: () => Promise.resolve({ verdict }),
      golden: async (model, rows) => spoil(await goldenOf(model, join(root, 'data/holdout.csv'), rows)),
      pack,
      inputs: goldenOf,
    },
    ...(options.keepRunning === undefined ? {} : { keepRunning: options.keepRunning }),
    ...(options.secret === undefined ? {} : { secret: options.secret }),
  };
  return { deployer: new Deployer(deployerOptions), workspace };
}
