import { Hover, languages, MarkdownString, Range, type Disposable } from 'vscode';
import { checksOfRule, isOfRule, readingOf, statusWords } from '../../core/policy/readings.ts';
import { escapeMarkdown } from '../format.ts';
import type { Host } from '../host.ts';
import { configSelector, isConfig } from './document.ts';

const mostVersions = 8;

/** Over the name of a rule: what it said of each version that was validated, and what the unsaved text would. */
export function hoverPolicy(host: Host): Disposable {
  return languages.registerHoverProvider(configSelector, {
    provideHover: async (document, position) => {
      if (!isConfig(host, document)) return null;
      const { policy, workspace } = await host.services();
      const text = document.getText();
      const place = policy
        .places(text)
        .find(
          ({ line, column, endColumn }) =>
            line === position.line && column <= position.character && position.character <= endColumn,
        );
      if (place === undefined || place.section === 'margins') return null;
      const { section, name } = place;
      const previews = document.isDirty ? await policy.book.previewText(text) : [];
      const models = workspace
        .models()
        .filter(entry => entry.configured && (place.model === null || place.model === entry.name));
      const parts = await Promise.all(
        models.map(async entry => {
          const preview = previews.find(({ model }) => model === entry.name);
          const isChanged = preview?.changed.includes(`${section}.${name}`) === true;
          const rows = (await policy.book.judged(entry.name))
            .slice(0, mostVersions)
            .map(({ version, checks }) => {
              const then = preview?.versions
                .find(one => one.version === version.version)
                ?.checks.find(({ id }) => isOfRule(id, section, name));
              const readings = checksOfRule(checks, section, name).map(readingOf).join('; ');
              const after =
                then === undefined ? 'as now' : then.after === null ? '-' : statusWords[then.after];
              return [version.version, readings === '' ? '-' : readings, ...(isChanged ? [after] : [])];
            });
          return rows.length === 0
            ? []
            : [table([entry.name, 'as saved', ...(isChanged ? ['not saved yet'] : [])], rows)];
        }),
      );
      const tables = parts.flat();
      if (tables.length === 0) return null;
      const range = new Range(place.line, place.column, place.endLine, place.endColumn);
      return new Hover(new MarkdownString(tables.join('\n\n')), range);
    },
  });
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  return [line(head), `|${head.map(() => ':--').join('|')}|`, ...rows.map(line)].join('\n');
}
