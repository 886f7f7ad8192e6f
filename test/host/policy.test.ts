import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import {
  commands,
  ConfigurationTarget,
  DiagnosticSeverity,
  languages,
  Range,
  window,
  workspace,
  WorkspaceEdit,
  type CodeLens,
  type Diagnostic,
  type Hover,
  type MarkdownString,
  type QuickPickItem,
  type TextDocument,
} from 'vscode';
import { validate } from '../../src/editor/tasks.ts';
import { exampleFile, slipway, until } from './support.ts';

suite('the policy in slipway.yaml', () => {
  let document: TextDocument;
  const file = (): string => exampleFile('slipway.yaml').fsPath;
  const lineOf = (words: string): number => document.positionAt(document.getText().indexOf(words)).line;

  suiteSetup(async function () {
    this.timeout(180_000);
    await workspace.getConfiguration('files').update('autoSave', 'off', ConfigurationTarget.Global);
    const { host } = await slipway();
    const { workspace: folder } = await host.services();
    // What the suites before have stored is taken.
    for (const version of ['1.0.0', '1.1.0', '2.0.0'])
      await validate(host, await folder.resolve(`credit-risk@${version}`), false);
  });
  setup(async () => {
    document = await workspace.openTextDocument(exampleFile('slipway.yaml'));
    await window.showTextDocument(document);
  });
  teardown(async () => {
    await window.showTextDocument(document);
    await commands.executeCommand('workbench.action.files.revert');
    await commands.executeCommand('workbench.action.closeAllEditors');
  });

  const lenses = async (words: string): Promise<readonly CodeLens[]> =>
    (await commands.executeCommand<CodeLens[]>('vscode.executeCodeLensProvider', document.uri)).filter(
      ({ range }) => range.start.line === lineOf(words),
    );
  const titles = (list: readonly CodeLens[]): readonly string[] =>
    list.map(({ command }) => command?.title ?? '');
  const problems = (): readonly Diagnostic[] =>
    languages.getDiagnostics(document.uri).filter(({ source }) => source === 'Slipway policy');

  async function replace(words: string, by: string): Promise<void> {
    const at = document.getText().indexOf(words);
    assert.ok(at >= 0, words);
    const edit = new WorkspaceEdit();
    edit.replace(
      document.uri,
      new Range(document.positionAt(at), document.positionAt(at + words.length)),
      by,
    );
    await workspace.applyEdit(edit);
  }

  test('has the last value above each rule, its change, and what can be done', async () => {
    const [value, ...acts] = titles(await lenses('roc_auc: { min'));
    assert.match(
      value ?? '',
      /^\$\([\w-]+\)\s2\.0\.0: 0\.\d+ \(0\.\d+ to 0\.\d+\), passes; [+-]0\.\d+.* against 1\.1\.0$/,
    );
    assert.deepEqual(acts, ['Run', 'Explain']);
    assert.match(titles(await lenses('latency-p99'))[0] ?? '', /2\.0\.0: .* ms, passes/);
    assert.match(
      titles(await lenses('        roc_auc: 0.01'))[0] ?? '',
      /^2\.0\.0: not compared against 1\.1\.0$/,
    );
    const margin = (await lenses('        roc_auc: 0.01'))[1]?.command;
    assert.deepEqual(
      [margin?.title, margin?.arguments],
      ['Compare', [{ reference: 'credit-risk@2.0.0', other: 'credit-risk@1.1.0' }]],
    );
    const opened = (await lenses('roc_auc: { min'))[0]?.command;
    assert.deepEqual(
      [opened?.command, opened?.arguments],
      ['slipway.openValidation', [{ reference: 'credit-risk@2.0.0' }]],
    );
    const { pages } = await slipway();
    await commands.executeCommand(opened!.command, ...(opened!.arguments as unknown[]));
    const state = await (await until('the page', () => pages.front)).state();
    assert.ok(state.page === 'version' && state.show?.tab === 'validation');
  });

  test('marks the rule that warns at its line, with the value', async () => {
    const recall = await until('the problem', () => problems().find(({ code }) => code === 'recall') ?? null);
    assert.equal(recall.severity, DiagnosticSeverity.Warning);
    assert.equal(recall.range.start.line, lineOf('recall: {'));
    assert.match(
      recall.message,
      /^credit-risk 2\.0\.0: Recall is 0\.\d+ \(.*\) over \d+ rows; the policy asks for at least 0\.7\./,
    );
  });

  test('says before it is saved what a changed limit would have decided', async () => {
    await replace('roc_auc: { min: 0.65 }', 'roc_auc: { min: 0.95 }');
    const shown = titles(await lenses('roc_auc: { min'));
    assert.match(
      shown[1] ?? '',
      /^\$\(eye\)\sNot saved yet: then 2\.0\.0 fails \(passes now\), and 2 more of 3 change$/,
    );
    assert.deepEqual(titles(await lenses('brier_score')).length, 3);

    const at = document.positionAt(document.getText().indexOf('roc_auc: { min') + 2);
    const hovers = await commands.executeCommand<Hover[]>('vscode.executeHoverProvider', document.uri, at);
    const words = hovers
      .flatMap(({ contents }) => contents.map(content => (content as MarkdownString).value))
      .join('\n');
    assert.match(words, /\| credit\\-risk \| as saved \| not saved yet \|/);
    assert.match(words, /\| 1\\\.0\\\.0 \| .*passes \| fails \|/);

    const ask = window.showQuickPick;
    let offered: readonly QuickPickItem[] = [];
    Object.assign(window, {
      showQuickPick: (items: readonly QuickPickItem[]) => {
        offered = items;
        return Promise.resolve(undefined);
      },
    });
    try {
      await commands.executeCommand('slipway.previewPolicy', { name: 'credit-risk' });
    } finally {
      Object.assign(window, { showQuickPick: ask });
    }
    assert.deepEqual(
      offered.map(({ label }) => label.replace(/^\$\(\w+\) credit-risk (\S+) would (\w+).*/, '$1 $2')),
      ['2.0.0 fail', '1.1.0 fail', '1.0.0 fail'],
    );
  });

  test('says while it is typed how many rows a limit would need', async () => {
    const [value] = titles(await lenses('roc_auc: { min'));
    const low = Number(/\((0\.\d+) to/.exec(value ?? '')?.[1]);
    await replace('roc_auc: { min: 0.65 }', `roc_auc: { min: ${low + 0.01} }`);
    const auc = await until('the problem', () => problems().find(({ code }) => code === 'roc_auc') ?? null);
    assert.equal(auc.severity, DiagnosticSeverity.Information);
    assert.match(
      auc.message,
      /The interval straddles the limit: about [\d,]+ labelled rows would decide it\.$/,
    );
    await commands.executeCommand('workbench.action.files.revert');
    await until('the problem to go', () => (problems().some(({ code }) => code === 'roc_auc') ? null : true));
  });

  test('marks a rule that fails as an error, once it is saved', async () => {
    const before = readFileSync(file(), 'utf8');
    try {
      writeFileSync(file(), before.replace('roc_auc: { min: 0.65 }', 'roc_auc: { min: 0.95 }'));
      const auc = await until('the failure', () => problems().find(({ code }) => code === 'roc_auc') ?? null);
      assert.equal(auc.severity, DiagnosticSeverity.Error);
      assert.match(auc.message, /^credit-risk 2\.0\.0: ROC AUC .* the policy asks for at least 0\.95\./);
    } finally {
      writeFileSync(file(), before);
    }
    await until('the failure to go', () => (problems().some(({ code }) => code === 'roc_auc') ? null : true));
  });
});
