import assert from 'node:assert/strict';
import { commands, ConfigurationTarget, workspace } from 'vscode';
import { slipway, until, versionNode } from './support.ts';

suite('work on a version', () => {
  suiteSetup(async () => {
    // Small jobs: what is tried here is the way from a command to the page, not the numbers.
    const settings = workspace.getConfiguration('slipway');
    await settings.update('explain.rows', 4, ConfigurationTarget.Global);
    await settings.update('explain.budget', 64, ConfigurationTarget.Global);
    await settings.update('explain.backgroundRows', 10, ConfigurationTarget.Global);
  });
  teardown(async () => {
    await commands.executeCommand('workbench.action.closeAllEditors');
  });

  test('validates it: page, store and tree say the same verdict', async () => {
    const { host, models, pages } = await slipway();
    await commands.executeCommand('slipway.validate', await versionNode('1.0.0'));
    const node = await versionNode('1.0.0');
    assert.ok(node.row.digest !== null);
    assert.equal(host.work.failure('validate', node.row.digest), null);
    assert.notEqual(node.row.verdict, 'not-run');
    assert.notEqual(node.row.verdict, 'stale');
    assert.ok(node.row.metric !== null);
    const page = await until('the page', () => pages.front);
    const state = await page.state();
    assert.ok(state.page === 'version' && state.validation.state === 'done');
    assert.equal(state.validation.stored.result.verdict.status, node.row.verdict);
    assert.equal(state.validation.stored.result.model?.digest, node.row.digest);
    assert.equal(state.show?.tab, 'validation');
    const item = await models.getTreeItem(node);
    assert.match(item.accessibilityInformation?.label ?? '', /passes|fails|inconclusive/);
  });

  test('explains it', async () => {
    const { pages } = await slipway();
    await commands.executeCommand('slipway.explain', await versionNode('1.0.0'));
    const page = await until('the page', () => pages.front);
    const state = await page.state();
    assert.ok(state.page === 'version' && state.explanation.state === 'done', JSON.stringify(state.page));
    assert.ok(state.explanation.stored.result.global.length > 0);
  });

  test('compares two, the older with the newer', async () => {
    const { pages } = await slipway();
    const [newer, older] = [await versionNode('1.1.0'), await versionNode('1.0.0')];
    await commands.executeCommand('slipway.compare', newer, [newer, older]);
    const page = await until('the page', () => pages.front);
    const state = await page.state();
    assert.ok(state.page === 'compare' && state.comparison.state === 'done');
    assert.deepEqual([state.a.version, state.b.version], ['1.0.0', '1.1.0']);
    assert.equal(state.comparison.stored.result.a.digest, state.a.digest);
  });

  test('is cancelled without a message, and nothing else is lost', async () => {
    const { host } = await slipway();
    const node = await versionNode('2.0.0');
    const digest = node.row.digest;
    assert.ok(digest !== null);
    const running = commands.executeCommand('slipway.validate', node);
    await until('the work to begin', () => host.work.running('validate', digest));
    host.work.cancel('validate', digest);
    await running;
    assert.equal(host.work.failure('validate', digest), null);
    assert.equal((await versionNode('2.0.0')).row.verdict, 'not-run');
    await commands.executeCommand('slipway.validate', await versionNode('2.0.0'));
    assert.notEqual((await versionNode('2.0.0')).row.verdict, 'not-run');
  });
});
