import {
  CompletionItem,
  CompletionItemKind,
  Hover,
  languages,
  MarkdownString,
  Range,
  workspace,
  type Disposable,
} from 'vscode';
import type { Host } from '../host.ts';
import { configSelector, isConfig } from './document.ts';
import { fixConfig } from './fixes.ts';

/** Files offered where a path belongs. */
const offeredFiles = 500;
const filePattern = '**/*.{onnx,csv,parquet,jsonl,ndjson,json}';
const noFiles = '**/{node_modules,.git,.slipway}/**';

const kinds = {
  key: CompletionItemKind.Property,
  value: CompletionItemKind.Value,
  file: CompletionItemKind.File,
} as const;

/** Completion, hover and quick fixes of slipway.yaml, from its schema. */
export function assistConfig(host: Host): Disposable[] {
  return [
    fixConfig(),
    languages.registerCompletionItemProvider(
      configSelector,
      {
        provideCompletionItems: async (document, position) => {
          if (!isConfig(host, document)) return [];
          const found = await workspace.findFiles(filePattern, noFiles, offeredFiles);
          const files = found.map(uri => workspace.asRelativePath(uri, false));
          const { config } = await host.services();
          return config.complete(document.getText(), document.offsetAt(position), files).map(choice => {
            const item = new CompletionItem(choice.label, kinds[choice.kind]);
            item.insertText = choice.insert;
            item.range = new Range(document.positionAt(choice.from), document.positionAt(choice.to));
            item.documentation = new MarkdownString(choice.documentation);
            return item;
          });
        },
      },
      ':',
      ' ',
    ),
    languages.registerHoverProvider(configSelector, {
      provideHover: async (document, position) => {
        if (!isConfig(host, document)) return null;
        const { config } = await host.services();
        const said = config.hover(document.getText(), document.offsetAt(position));
        if (said === null) return null;
        const place = new Range(document.positionAt(said.from), document.positionAt(said.to));
        return new Hover(new MarkdownString(said.text), place);
      },
    }),
  ];
}
