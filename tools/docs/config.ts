import type { JsonSchema } from '../../src/workspace/config/schema.ts';

/** docs/reference/slipway-yaml.md: every key of slipway.yaml, in the order of the schema. */
export function configPage(schema: JsonSchema): string {
  return [
    '# slipway.yaml',
    '',
    generated('src/workspace/config/schema.ts'),
    '',
    `${schema.description ?? ''} It lies at the top of the folder. Paths are relative to it.`,
    '',
    '```yaml',
    example,
    '```',
    '',
    ...section('The file', schema, ''),
  ].join('\n');
}

export function generated(source: string): string {
  return `<!-- Made from ${source} by tools/docs/generate.ts. -->`;
}

const example = `version: 1
models:
  credit-risk:
    path: models/credit-risk-*.onnx
    task: binary
    label: default
    positive: bad
    data: { holdout: data/holdout.csv, reference: data/reference.csv }
    policy:
      metrics: { roc_auc: { min: 0.7 } }
      checks: { latency-p99: { max: 50, severity: warn } }
      groups: [purpose]
targets:
  staging: { kind: local, port: 8701, model: credit-risk }`;

function section(title: string, schema: JsonSchema, path: string): string[] {
  const properties = Object.entries(schema.properties ?? {});
  const lines = [`## ${title}`, ''];
  if (path !== '') lines.push(schema.description ?? '', '');
  lines.push('| key | value | meaning |', '| --- | --- | --- |');
  for (const [key, value] of properties) {
    const needed = schema.required?.includes(key) === true ? ' **Needed.**' : '';
    lines.push(
      `| \`${key}\` | ${cell(valueWords(value))} | ${cell(`${value.description ?? ''}${needed}`)} |`,
    );
  }
  lines.push('');
  for (const [key, value] of properties) lines.push(...inner(key, value, path));
  return lines;
}

/** The sections below a key: of its own keys, of what its names hold, of each kind of it. */
function inner(key: string, value: JsonSchema, path: string): string[] {
  const place = path === '' ? key : `${path}.${key}`;
  if (value.properties !== undefined) {
    // The policy of one model has the keys of the policy for all.
    return place.endsWith('>.policy') ? [] : section(`\`${place}\``, value, place);
  }
  const entry = value.additionalProperties;
  if (typeof entry !== 'object') return [];
  const name = `${place}.<name>`;
  if (entry.oneOf !== undefined)
    return entry.oneOf.flatMap(kind =>
      section(`\`${name}\` of kind \`${String(kind.properties?.['kind']?.const)}\``, kind, name),
    );
  return entry.properties === undefined ? [] : section(`\`${name}\``, entry, name);
}

export function valueWords(schema: JsonSchema): string {
  const fallback = schema.default === undefined ? '' : `, default \`${JSON.stringify(schema.default)}\``;
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum !== undefined)
    return `${schema.enum.map(word => `\`${String(word)}\``).join(', ')}${fallback}`;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return [...new Set(choices.map(valueWords))].join(' or ');
  if (schema.type === 'array') return `list of ${valueWords(schema.items ?? {})}`;
  if (schema.type === 'object')
    return schema.properties === undefined && typeof schema.additionalProperties === 'object'
      ? `names, each with ${article(valueWords(schema.additionalProperties))}`
      : 'group of keys';
  const names: Readonly<Record<string, string>> = {
    string: 'text',
    number: 'number',
    integer: 'whole number',
    boolean: '`true` or `false`',
    null: '`null`',
  };
  const safe = Number.MAX_SAFE_INTEGER;
  const low = schema.minimum !== undefined && schema.minimum > -safe ? ` from ${schema.minimum}` : '';
  const high = schema.maximum !== undefined && schema.maximum < safe ? ` to ${schema.maximum}` : '';
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  const type = types.map(name => names[name] ?? name).join(' or ') || 'anything';
  return `${type}${low}${high}${fallback}`;
}

function article(words: string): string {
  return words === 'group of keys' || words === 'number' ? `a ${words}` : words;
}

export function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
