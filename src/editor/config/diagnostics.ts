import {
  Diagnostic,
  DiagnosticSeverity,
  languages,
  Range,
  workspace,
  Disposable,
  type TextDocument,
} from 'vscode';
import { sentenceOf } from '../failures.ts';
import type { Host } from '../host.ts';
import { isConfig } from './document.ts';

const settleMs = 250;

/** Marks the mistakes of slipway.yaml at their lines: on open, while typing, and when files come and go. */
export function watchConfig(host: Host): Disposable[] {
  const collection = languages.createDiagnosticCollection('slipway');
  const timers = new Map<string, NodeJS.Timeout>();
  const check = async (document: TextDocument): Promise<void> => {
    try {
      const { config } = await host.services();
      const issues = config.check(document.getText());
      collection.set(
        document.uri,
        issues.map(({ line, column, endLine, endColumn, severity, message }) => {
          const place = new Range(line, column, endLine, endColumn);
          const level = severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning;
          const diagnostic = new Diagnostic(place, message, level);
          diagnostic.source = 'Slipway';
          return diagnostic;
        }),
      );
    } catch (error) {
      host.log.error(sentenceOf(error));
    }
  };
  const later = (document: TextDocument): void => {
    if (!isConfig(host, document)) return;
    const key = document.uri.toString();
    clearTimeout(timers.get(key));
    timers.set(
      key,
      setTimeout(() => void check(document), settleMs),
    );
  };
  const now = (document: TextDocument): void => {
    if (isConfig(host, document)) void check(document);
  };
  workspace.textDocuments.forEach(now);
  return [
    new Disposable(() => collection.dispose()),
    workspace.onDidOpenTextDocument(now),
    workspace.onDidSaveTextDocument(now),
    workspace.onDidChangeTextDocument(({ document }) => later(document)),
    workspace.onDidCloseTextDocument(({ uri }) => collection.delete(uri)),
    host.onDidChange(change => {
      if (change === 'models') workspace.textDocuments.forEach(later);
    }),
    new Disposable(() => timers.forEach(timer => clearTimeout(timer))),
  ];
}
