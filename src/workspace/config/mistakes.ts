import type * as z from 'zod';
import { didYouMean, nearest } from '../../core/nearest.ts';
import type { ConfigIssue } from '../types.ts';
import { child, type ConfigDocument, type Path } from './document.ts';
import { schemaAt } from './navigate.ts';
import { entryName } from './schema.ts';

/** What the schema refuses, in sentences at their places. `root` is the value it was asked about. */
export function explainIssue(
  issue: z.core.$ZodIssue,
  root: unknown,
  document: ConfigDocument,
): ConfigIssue[] {
  const path = issue.path as (string | number)[];
  const given = path.reduce<unknown>(child, root);
  const name = path.length === 0 ? 'The file' : `\`${path.at(-1)!}\``;
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = Object.keys(schemaAt(path, root)?.properties ?? {});
      const where = path.length === 0 ? 'slipway.yaml' : `\`${path.join('.')}\``;
      return issue.keys.map(key => {
        const guess = nearest(key, known);
        const advice =
          guess === null
            ? `It may have ${known.map(word => `\`${word}\``).join(', ')}.`
            : `Did you mean \`${guess}\`?`;
        return document.atKey([...path, key], `${where} has no key \`${key}\`. ${advice}`);
      });
    }
    case 'invalid_type':
      if (given === undefined) return [document.atValue(path, `${name} is missing.${meaning(path, root)}`)];
      return [
        document.atValue(
          path,
          `${name} must be ${words[issue.expected] ?? issue.expected}, not ${describe(given)}.${meaning(path, root)}`,
        ),
      ];
    case 'invalid_value': {
      if (given === undefined) return [document.atValue(path, `${name} is missing.${meaning(path, root)}`)];
      const allowed = issue.values.map(value => `\`${String(value)}\``).join(', ');
      const guess = issue.values.length > 1 ? didYouMean(plain(given), issue.values.map(String)) : '';
      return [
        document.atValue(
          path,
          `${name} must be ${oneOf(issue.values.length)}${allowed}, not ${describe(given)}.${guess}`,
        ),
      ];
    }
    case 'invalid_union': {
      if (issue.discriminator === undefined)
        return [document.atValue(path, `${name} can't be ${describe(given)}.${meaning(path, root)}`)];
      const kinds = (schemaAt(path, root)?.enum ?? []).map(String);
      const list = kinds.map(kind => `\`${kind}\``).join(', ');
      if (given === undefined) return [document.atValue(path, `\`kind\` is missing: one of ${list}.`)];
      return [
        document.atValue(
          path,
          `There is no kind of target ${describe(given)}: it is one of ${list}.${didYouMean(plain(given), kinds)}`,
        ),
      ];
    }
    case 'invalid_key':
      return [document.atKey(path, `The name ${describe(path.at(-1))} won't do. ${entryNameAdvice}`)];
    case 'too_small':
      if (issue.origin === 'string')
        return [document.atValue(path, `${name} is empty.${meaning(path, root)}`)];
      return [
        document.atValue(path, `${name} must be at least ${String(issue.minimum)}, not ${describe(given)}.`),
      ];
    case 'too_big':
      return [
        document.atValue(path, `${name} must be at most ${String(issue.maximum)}, not ${describe(given)}.`),
      ];
    default:
      return [document.atValue(path, `${name}: ${issue.message}.`)];
  }
}

const entryNameAdvice = entryName.safeParse('').error!.issues[0]!.message;

const words: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: '`true` or `false`',
  object: 'a group of keys',
  record: 'a group of keys',
  array: 'a list, such as `[a, b]`',
};

function oneOf(count: number): string {
  return count > 1 ? 'one of ' : '';
}

function describe(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a group of keys';
  return `\`${plain(value)}\``;
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

/** The schema's own words about a key, as a sentence to end with. */
function meaning(path: Path, root: unknown): string {
  const description = schemaAt(path, root)?.description;
  return description === undefined ? '' : ` ${description}`;
}
