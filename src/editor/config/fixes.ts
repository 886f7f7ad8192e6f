import { CodeAction, CodeActionKind, languages, WorkspaceEdit, type Disposable } from 'vscode';
import { proposed } from '../../core/nearest.ts';
import { configSelector } from './document.ts';

/** Quick fixes of slipway.yaml: a mistake that names what was meant is replaced by it. */
export function fixConfig(): Disposable {
  return languages.registerCodeActionsProvider(
    configSelector,
    {
      provideCodeActions: (document, _, { diagnostics }) =>
        diagnostics.flatMap(diagnostic => {
          const meant = diagnostic.source === 'Slipway' ? proposed(diagnostic.message) : null;
          if (meant === null) return [];
          const action = new CodeAction(`Replace with \`${meant}\``, CodeActionKind.QuickFix);
          action.edit = new WorkspaceEdit();
          action.edit.replace(document.uri, diagnostic.range, meant);
          action.diagnostics = [diagnostic];
          action.isPreferred = true;
          return [action];
        }),
    },
    { providedCodeActionKinds: [CodeActionKind.QuickFix] },
  );
}
