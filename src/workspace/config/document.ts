import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import type { ConfigIssue, Place } from '../types.ts';

export type Path = readonly (string | number)[];

/** A YAML text with its positions. */
export class ConfigDocument {
  readonly yaml: Document;
  readonly #lines = new LineCounter();
  readonly #length: number;

  constructor(text: string) {
    this.yaml = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    this.#length = text.length;
  }

  /** Mistakes of the YAML itself. */
  syntaxIssues(): ConfigIssue[] {
    return [...this.yaml.errors, ...this.yaml.warnings].map(error =>
      this.#issue(error.pos, `${error.message.replace(/\.$/, '')}.`, 'error'),
    );
  }

  /** The plain value; null when it can't be had (an alias that leads nowhere, a bomb of aliases). */
  value(): unknown {
    try {
      return this.yaml.toJS({ maxAliasCount: 100 }) as unknown;
    } catch {
      return null;
    }
  }

  /** Where the key of a path stands; the value itself where it has no key. */
  keyPlace(path: Path): Place {
    return this.#place(this.#keyRange(path));
  }

  /** An issue at the value of a path, or at its nearest parent that is there. */
  atValue(path: Path, message: string, severity: ConfigIssue['severity'] = 'error'): ConfigIssue {
    return this.#issue(this.#valueRange(path), message, severity);
  }

  /** An issue at the key of a path. */
  atKey(path: Path, message: string, severity: ConfigIssue['severity'] = 'error'): ConfigIssue {
    return this.#issue(this.#keyRange(path), message, severity);
  }

  #keyRange(path: Path): readonly [number, number] {
    const parent = this.yaml.getIn(path.slice(0, -1), true);
    const pair = isMap(parent) ? parent.items.find(item => keyOf(item.key) === path.at(-1)) : undefined;
    const range = pair === undefined ? null : rangeOf(pair.key);
    return range ?? this.#valueRange(path);
  }

  #valueRange(path: Path): readonly [number, number] {
    for (let depth = path.length; depth >= 0; depth--) {
      const node: unknown = depth === 0 ? this.yaml.contents : this.yaml.getIn(path.slice(0, depth), true);
      const range = rangeOf(node);
      if (range === null) continue;
      // A whole map or list underlined says less than its key.
      if ((isMap(node) || isSeq(node)) && depth > 0) {
        const parent: unknown = this.yaml.getIn(path.slice(0, depth - 1), true);
        const pair = isMap(parent)
          ? parent.items.find(item => keyOf(item.key) === path[depth - 1])
          : undefined;
        return rangeOf(pair?.key) ?? range;
      }
      return isMap(node) ? (rangeOf(node.items[0]?.key) ?? range) : range;
    }
    return [0, 0];
  }

  #issue(range: readonly [number, number], message: string, severity: ConfigIssue['severity']): ConfigIssue {
    return { ...this.#place(range), severity, message };
  }

  #place([from, to]: readonly [number, number]): Place {
    const start = this.#lines.linePos(Math.min(from, this.#length));
    const end = this.#lines.linePos(Math.min(Math.max(to, from), this.#length));
    return {
      line: Math.max(0, start.line - 1),
      column: Math.max(0, start.col - 1),
      endLine: Math.max(0, end.line - 1),
      endColumn: Math.max(0, end.col - 1),
    };
  }
}

/** A key as text, whatever scalar it is. */
export function keyOf(node: unknown): string | null {
  return isScalar(node) ? String(node.value) : null;
}

function rangeOf(node: unknown): readonly [number, number] | null {
  if (isPair(node)) return rangeOf(node.key);
  const range = (node as Node | null | undefined)?.range;
  return range === null || range === undefined ? null : [range[0], range[1]];
}

/** The member of a plain value; undefined where there is none. */
export function child(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string | number, unknown>)[key]
    : undefined;
}
