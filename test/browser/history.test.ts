import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { root } from '../../tools/steps.ts';
import { commit, git, writeFiles } from '../../src/workspace/testing.ts';
import { Bench, type Slipway } from './slipway.ts';

const config = `version: 1
models:
  risk: { path: models/risk.onnx, versions: git, label: default, positive: bad, data: { holdout: data/holdout.csv } }
  in-lfs: { path: models/in-lfs.onnx }
  in-dvc: { path: models/in-dvc.onnx }
`;

describe('versions from the history of one file', () => {
  let bench: Bench;
  let slipway: Slipway;
  let first: string;

  /** Puts a version of the example where the one model is. */
  const place = (version: string): void => {
    copyFileSync(
      path.join(root, `examples/credit-risk/models/credit-risk-${version}.onnx`),
      path.join(bench.workspace, 'models/risk.onnx'),
    );
  };

  beforeAll(async () => {
    bench = new Bench('credit-risk');
    const pointers = path.join(root, 'test/models');
    mkdirSync(path.join(bench.workspace, 'models'), { recursive: true });
    writeFiles(bench.workspace, { 'slipway.yaml': config });
    copyFileSync(path.join(pointers, 'lfs-pointer.onnx'), path.join(bench.workspace, 'models/in-lfs.onnx'));
    copyFileSync(
      path.join(pointers, 'pointer.onnx.dvc'),
      path.join(bench.workspace, 'models/in-dvc.onnx.dvc'),
    );
    git(bench.workspace, 'init', '-q');
    place('1.0.0');
    first = commit(bench.workspace, 'first').slice(0, 7);
    place('1.1.0');
    commit(bench.workspace, 'second');
    git(bench.workspace, 'tag', 'v1.1');
    place('2.0.0');
    slipway = await bench.open();
    await slipway.openContainer('risk');
  });

  afterAll(async () => {
    await slipway.picture('history-last');
    await slipway.close();
    await bench.remove();
  });

  it('lists the modified working copy, the tag and the commit, newest first', async () => {
    await slipway.row(/working copy.*modified/).waitFor();
    await slipway.row(/v1\.1/).waitFor();
    await slipway.row(first).waitFor();
    await slipway.picture('history-dark');
  });

  it('says what stands in place of bytes that are elsewhere, and how to get them', async () => {
    await slipway.row(/Git LFS pointer/).waitFor();
    await slipway.row(/DVC pointer/).waitFor();
    await slipway.row(/Git LFS pointer/).click();
    await slipway.window.page
      .locator('.notification-toast')
      .getByText(/is a Git LFS pointer.*git lfs pull/)
      .first()
      .waitFor();
  });

  it('opens a version of the history, and validates its bytes', async () => {
    await slipway.row(/v1\.1/).click();
    await slipway.page.getByRole('heading', { name: 'v1.1' }).waitFor();
    await slipway.window.page.locator('.tab').filter({ hasText: 'risk v1.1' }).waitFor();
    await slipway.press('Validate');
    await slipway.page.getByText('ROC AUC', { exact: true }).first().waitFor();
  });

  it('puts the working copy beside a commit', async () => {
    await slipway.press('Compare');
    await slipway.pick('working copy');
    await slipway.page
      .getByText(/negative flips/i)
      .first()
      .waitFor();
    await slipway.page
      .getByText(/is not clearly better or worse overall/)
      .first()
      .waitFor();
  });

  it('follows a commit made elsewhere', async () => {
    const third = commit(bench.workspace, 'third').slice(0, 7);
    await slipway.row(third).waitFor();
    await slipway.row(/working copy.*modified/).waitFor({ state: 'detached' });
  });
});
