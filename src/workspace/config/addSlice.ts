import { isDeepStrictEqual } from 'node:util';
import {
  isCollection,
  isMap,
  isPair,
  isScalar,
  parseDocument,
  stringify,
  type Node,
  type YAMLMap,
} from 'yaml';
import { BadInput } from '../../core/failure.ts';

/**
 * The text of a slipway.yaml with a slice in the policy of a model; what else it holds stays as it is.
 * @throws BadInput where the text cannot be read, has no such model, or has the slice already
 */
export function withSlice(text: string, model: string, name: string, where: string): string {
  const document = parseDocument(text);
  const mistaken = new BadInput('config', 'slipway.yaml has mistakes. Mend them, and save the slice again.');
  if (document.errors.length > 0) throw mistaken;
  if (!isMap(document.getIn(['models', model], true)))
    throw new BadInput('config', `slipway.yaml names no model \`${model}\`. Add it under \`models\`.`);
  const path = ['models', model, 'policy', 'slices', name];
  if (document.hasIn(path) || document.hasIn(['policy', 'slices', name]))
    throw new BadInput('config', `There is a slice \`${name}\` already. Choose another name.`);
  for (const depth of [3, 4]) {
    const node: unknown = document.getIn(path.slice(0, depth), true);
    if (node === undefined || isMap(node)) continue;
    // `policy:` with nothing below it yet.
    if (isScalar(node) && node.value === null) document.deleteIn(path.slice(0, depth));
    else throw mistaken;
  }
  const inserted = insertedIn(text, document.contents, path, { where });
  document.setIn(path, { where });
  // Where the text is written in a way that has no place for it, it is written anew.
  return inserted !== null && isDeepStrictEqual(parseDocument(inserted).toJS(), document.toJS())
    ? inserted
    : document.toString({ lineWidth: 0, flowCollectionPadding: text.includes('{ ') });
}

/** The text with the value put into the innermost map of the path that is there; null where that has no end. */
function insertedIn(text: string, root: unknown, path: readonly string[], value: object): string | null {
  let map = root;
  let depth = 0;
  for (; isMap(map); depth++) {
    const inner: unknown = map.get(path[depth], true);
    if (!isMap(inner)) break;
    map = inner;
  }
  if (!isMap(map)) return null;
  const added = path.slice(depth).reduceRight<object>((inner, key) => ({ [key]: inner }), value);
  return map.flow === true ? inFlow(text, map, added) : inBlock(text, map, added);
}

/** Before the closing brace. */
function inFlow(text: string, map: YAMLMap, added: object): string | null {
  const end = map.range?.[1];
  if (end === undefined || text[end - 1] !== '}') return null;
  const before = text.slice(0, end - 1).trimEnd();
  const written = stringify(added, { collectionStyle: 'flow', lineWidth: 0 }).trim().slice(1, -1).trim();
  return `${before}${/[{,]$/.test(before) ? '' : ','} ${written} ${text.slice(end - 1)}`;
}

/** On lines of its own after the last key. */
function inBlock(text: string, map: YAMLMap, added: object): string | null {
  const [first, last] = [map.items[0]?.key as Node | undefined, endOf(map)];
  if (first?.range == null || last === null) return null;
  const indent = ' '.repeat(first.range[0] - (text.lastIndexOf('\n', first.range[0] - 1) + 1));
  const lineEnd = text[last - 1] === '\n' ? last - 1 : text.indexOf('\n', last);
  const at = lineEnd < 0 ? text.length : lineEnd;
  const lines = stringify(added, { lineWidth: 0 }).trimEnd().split('\n');
  return `${text.slice(0, at)}${lines.map(line => `\n${indent}${line}`).join('')}${text.slice(at)}`;
}

/** Where the last value in it ends, without the comments after it. */
function endOf(node: unknown): number | null {
  if (isPair(node)) return endOf(node.value) ?? endOf(node.key);
  if (isCollection(node) && node.flow !== true) return endOf(node.items.at(-1));
  return (isScalar(node) || isCollection(node)) && node.range != null ? node.range[1] : null;
}
