import assert from 'node:assert/strict';
import { copyFileSync, rmSync } from 'node:fs';
import { MarkdownString } from 'vscode';
import { exampleFile, slipway, until, versionNode } from './support.ts';

suite('trees', () => {
  test('list the models and their versions, newest first', async () => {
    const { models } = await slipway();
    const [model, ...others] = await models.getChildren();
    assert.ok(model?.kind === 'model');
    assert.equal(model.entry.name, 'credit-risk');
    assert.deepEqual(others, []);
    const versions = await models.getChildren(model);
    assert.deepEqual(
      versions.map(node => (node.kind === 'version' ? node.version.version : node.kind)),
      ['2.0.0', '1.1.0', '1.0.0'],
    );
  });

  test('show a version with digest, verdict and card', async () => {
    const { models } = await slipway();
    const node = await versionNode('1.0.0');
    const item = await models.getTreeItem(node);
    assert.equal(item.label, '1.0.0');
    assert.match(String(item.description), /^[0-9a-f]{7} · /);
    assert.equal(item.contextValue, 'version');
    assert.ok(item.tooltip instanceof MarkdownString);
    assert.match(item.tooltip.value, /credit\\-risk 1\\\.0\\\.0/);
    assert.equal(item.command?.command, 'slipway.openVersion');
  });

  test('list the targets of slipway.yaml', async () => {
    const { targets } = await slipway();
    const nodes = await targets.getChildren();
    assert.deepEqual(
      nodes.map(node => (node.kind === 'target' ? node.target.name : node.kind)),
      ['staging', 'bundle'],
    );
  });

  test('follow files that come and go', async () => {
    const added = exampleFile('models', 'credit-risk-3.0.0.onnx').fsPath;
    copyFileSync(exampleFile('models', 'credit-risk-1.0.0.onnx').fsPath, added);
    try {
      await until('the new version', async () => await versionNode('3.0.0').catch(() => null));
    } finally {
      rmSync(added);
    }
    await until(
      'the version to go',
      async () =>
        await versionNode('3.0.0')
          .then(() => null)
          .catch(() => true),
    );
  });
});
