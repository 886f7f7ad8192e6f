import assert from 'node:assert/strict';
import { commands, TabInputCustom, window } from 'vscode';
import { onnxEditorType } from '../../src/editor/contributions/names.ts';
import { contentSecurityPolicy } from '../../src/editor/panels/html.ts';
import { exampleFile, slipway, until } from './support.ts';

suite('.onnx editor', () => {
  const file = exampleFile('models', 'credit-risk-1.0.0.onnx');

  setup(async () => {
    await commands.executeCommand('vscode.open', file);
  });
  teardown(async () => {
    await commands.executeCommand('workbench.action.closeAllEditors');
  });

  test('opens as the page of its version', async () => {
    const { pages } = await slipway();
    const input = window.tabGroups.activeTabGroup.activeTab?.input;
    assert.ok(input instanceof TabInputCustom);
    assert.equal(input.viewType, onnxEditorType);
    const subject = await until('the page', () => pages.active);
    assert.deepEqual(subject, { page: 'version', reference: file.fsPath });
  });

  test('says what the file is', async () => {
    const { pages } = await slipway();
    const page = await until('the page', () => pages.front);
    const state = await until('the facts', async () => {
      const now = await page.state();
      assert.ok(now.page === 'version');
      return now.facts === null ? null : now;
    });
    assert.equal(state.model, 'credit-risk');
    assert.equal(state.version.version, '1.0.0');
    assert.ok(state.facts !== null && !('failure' in state.facts), JSON.stringify(state.facts));
    assert.equal(state.facts.answer.task, 'binary');
    assert.equal(state.facts.digest, state.version.digest);
    assert.deepEqual(state.targets, ['staging', 'bundle']);
  });

  test('allows no script but its own, by nonce', async () => {
    const { pages } = await slipway();
    const page = await until('the page', () => pages.front);
    const html = await until('its frame', () =>
      page.panel.webview.html === '' ? null : page.panel.webview.html,
    );
    const nonce = /nonce="([^"]+)"/.exec(html)?.[1] ?? '';
    assert.ok(nonce.length >= 20);
    const policy = contentSecurityPolicy(page.panel.webview.cspSource, nonce);
    assert.ok(policy.startsWith("default-src 'none'"));
    assert.ok(html.includes(policy));
    for (const script of html.match(/<script[^>]*>/g) ?? []) assert.ok(script.includes(nonce));
    assert.equal(/\son\w+=|<style|style=/.test(html), false);
  });

  test('comes up and asks for its state', async () => {
    const { pages } = await slipway();
    const page = await until('the page', () => pages.front);
    await until('the page to ask', () => (page.asked ? true : null));
  });
});
