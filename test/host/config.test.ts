import assert from 'node:assert/strict';
import {
  commands,
  ConfigurationTarget,
  DiagnosticSeverity,
  languages,
  Position,
  Range,
  window,
  WorkspaceEdit,
  workspace,
  type CodeAction,
  type CompletionList,
  type Hover,
  type MarkdownString,
  type TextDocument,
} from 'vscode';
import { exampleFile, slipway, until } from './support.ts';

suite('slipway.yaml', () => {
  let document: TextDocument;

  suiteSetup(async () => {
    // A window in a browser saves by itself: these edits must stay unsaved.
    await workspace.getConfiguration('files').update('autoSave', 'off', ConfigurationTarget.Global);
  });
  setup(async () => {
    await slipway();
    document = await workspace.openTextDocument(exampleFile('slipway.yaml'));
    await window.showTextDocument(document);
  });
  teardown(async () => {
    await commands.executeCommand('workbench.action.files.revert');
    await commands.executeCommand('workbench.action.closeAllEditors');
  });

  /** Replaces the first occurrence of some words, unsaved; returns their line. */
  async function replace(words: string, by: string): Promise<number> {
    const at = document.getText().indexOf(words);
    assert.ok(at >= 0, words);
    const edit = new WorkspaceEdit();
    edit.replace(
      document.uri,
      new Range(document.positionAt(at), document.positionAt(at + words.length)),
      by,
    );
    await workspace.applyEdit(edit);
    return document.positionAt(at).line;
  }

  const errors = (): { readonly line: number; readonly message: string }[] =>
    languages
      .getDiagnostics(document.uri)
      .filter(({ source, severity }) => source === 'Slipway' && severity === DiagnosticSeverity.Error)
      .map(({ range, message }) => ({ line: range.start.line, message }));

  test('of the example has no mistakes', async () => {
    const line = await replace('task: binary', 'task: binry');
    await until('the mistake to be seen', () => (errors().length > 0 ? true : null));
    assert.equal(errors()[0]?.line, line);
    await replace('task: binry', 'task: binary');
    await until('no mistakes', () => (errors().length === 0 ? true : null));
  });

  test('has unknown keys, missing files and unknown metrics marked at their lines', async () => {
    const cases = [
      await replace('label: default', 'lable: default'),
      await replace('data/holdout.csv', 'data/nothing.csv'),
      await replace('roc_auc: { min', 'roc_au: { min'),
    ];
    const marked = await until('three mistakes', () => {
      const lines = languages
        .getDiagnostics(document.uri)
        .filter(({ source }) => source === 'Slipway')
        .map(({ range }) => range.start.line);
      return cases.every(line => lines.includes(line)) ? lines : null;
    });
    assert.ok(marked.length >= 3);
  });

  test('offers to replace a name by the one that was meant', async () => {
    await replace('brier_score:', 'brier_scor:');
    // Those of the text before may still stand: this one is asked for.
    const mistake = await until(
      'the mistake to be seen',
      () =>
        languages.getDiagnostics(document.uri).find(({ message }) => message.includes('brier_scor`')) ?? null,
    );
    const actions = await commands.executeCommand<CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      mistake.range,
    );
    const fix = actions.find(({ title }) => title === 'Replace with `brier_score`');
    assert.ok(fix?.edit !== undefined, actions.map(({ title }) => title).join(', '));
    await workspace.applyEdit(fix.edit);
    await until('the mistake to be gone', () => (errors().length === 0 ? true : null));
  });

  test('completes keys and says what they mean', async () => {
    const at = document.getText().indexOf('    threshold');
    const position = document.positionAt(at);
    const edit = new WorkspaceEdit();
    edit.insert(document.uri, position, '    th\n');
    await workspace.applyEdit(edit);
    const { items } = await commands.executeCommand<CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      new Position(position.line, 6),
    );
    const labels = items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    assert.ok(labels.includes('unit'), labels.slice(0, 20).join(', '));

    const label = document.positionAt(document.getText().indexOf('label:') + 2);
    const hovers = await commands.executeCommand<Hover[]>('vscode.executeHoverProvider', document.uri, label);
    const words = hovers.flatMap(({ contents }) =>
      contents.map(content => (content as MarkdownString).value),
    );
    assert.ok(
      words.some(text => text.includes('**label**')),
      words.join('\n'),
    );
  });
});
