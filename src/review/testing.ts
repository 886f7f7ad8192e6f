import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Validation } from '../protocol/results/validation.ts';
import { renderHtml } from '../report/html.ts';
import { ResultStore } from '../workspace/store.ts';
import { commit, git, validationOf, writeFiles } from '../workspace/testing.ts';
import type { ResolvedModel } from '../workspace/types.ts';
import { Workspace } from '../workspace/workspace.ts';
import type { Draft } from './draft.ts';
import { publicKeyOf } from './signingKey.ts';
import { Reviews, type ReviewJobs } from './reviews.ts';

/** For tests: a git repository with models, signers on `main` and a branch under review; real keys. */

const models = resolve(import.meta.dirname, '../../test/models');

/** A new key without a passphrase. @returns the private key's path */
export function newKey(folder: string, name: string): string {
  const file = join(folder, name);
  mkdirSync(folder, { recursive: true });
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file]);
  return file;
}

export async function signerLine(principal: string, key: string): Promise<string> {
  return `${principal} namespaces="slipway-review" ${(await publicKeyOf(key)).line}\n`;
}

export function copyModel(root: string, from: string, to: string): void {
  mkdirSync(dirname(join(root, to)), { recursive: true });
  copyFileSync(join(models, from), join(root, to));
}

export interface Scene {
  readonly root: string;
  /** Private keys by name. */
  readonly keys: { readonly bob: string; readonly eve: string; readonly mallory: string };
  readonly workspace: Workspace;
  readonly reviews: Reviews;
  readonly model: (version?: string) => Promise<ResolvedModel>;
  /** Signs as Bob, with everything opened, unless said otherwise. */
  readonly decide: (draft?: Partial<Draft>, version?: string) => ReturnType<Reviews['decide']>;
  /** Reads slipway.yaml again. */
  readonly reload: () => Promise<void>;
}

export interface SceneOptions {
  readonly review?: string;
  readonly policy?: string;
  readonly versions?: 'files' | 'git';
  readonly spoil?: (validation: Validation) => Validation;
  readonly now?: () => Date;
}

/** Ada (ada@example.org) commits the models; Bob and Eve are allowed signers on `main`, Mallory is not. */
export async function makeScene(
  root: string,
  keysFolder: string,
  options: SceneOptions = {},
): Promise<Scene> {
  const keys = {
    bob: newKey(keysFolder, 'bob'),
    eve: newKey(keysFolder, 'eve'),
    mallory: newKey(keysFolder, 'mallory'),
  };
  const byGit = options.versions === 'git';
  const path = byGit ? 'models/m.onnx' : 'models/m-*.onnx';
  writeFiles(root, {
    'slipway.yaml': `version: 1
models:
  m: { path: '${path}', versions: ${options.versions ?? 'files'}, task: regression, label: y, data: { holdout: data/h.csv } }
policy:
  review: ${options.policy ?? '{ approvals: 1 }'}
  metrics: { r2: { min: 0.5 } }
review: ${options.review ?? '{ signers: .slipway/allowed_signers, revision: main, roles: { risk: [eve@example.org] } }'}
targets:
  staging: { kind: folder, path: out }
  live: { kind: folder, path: live }
`,
    'data/h.csv': 'x,y\n1,2\n3,4\n',
    '.gitignore': '.slipway/results\n',
    '.slipway/allowed_signers':
      (await signerLine('bob@example.org', keys.bob)) + (await signerLine('eve@example.org', keys.eve)),
  });
  copyModel(root, 'linear.onnx', byGit ? 'models/m.onnx' : 'models/m-1.onnx');
  git(root, 'init', '-qb', 'main');
  commit(root, 'models');
  if (byGit) git(root, 'tag', 'v1');
  git(root, 'switch', '-qc', 'candidate');
  const workspace = await Workspace.open(root);
  const store = new ResultStore(root);
  const jobs: ReviewJobs = {
    validate: async model => {
      const plain = validationOf('a'.repeat(64), await workspace.fileDigest(join(root, 'data/h.csv')));
      const result = (options.spoil ?? ((one: Validation): Validation => one))({
        ...plain,
        model: model.ref,
      });
      await store.put('validate', [model.ref.digest], result);
      return result;
    },
    latestExplanation: () => Promise.resolve(null),
    latestComparison: () => Promise.resolve(null),
  };
  const reviews = new Reviews({
    workspace,
    jobs,
    report: renderHtml,
    ...(options.now === undefined ? {} : { now: options.now }),
  });
  const model = async (version?: string): Promise<ResolvedModel> =>
    await workspace.resolve(version === undefined ? 'm' : `m@${version}`);
  return {
    root,
    keys,
    workspace,
    reviews,
    model,
    reload: () => workspace.reload(),
    decide: async (draft = {}, version) => {
      const resolved = await model(version);
      const evidence = await reviews.evidence(resolved, null);
      const whole: Draft = {
        decision: 'approve',
        comment: null,
        conditions: [],
        scope: null,
        expires: null,
        overrides: [],
        opened: reviews.toOpen(evidence).map(({ id }) => id),
        principal: 'bob@example.org',
        key: keys.bob,
        ...draft,
      };
      return await reviews.decide(resolved, whole, evidence);
    },
  };
}
