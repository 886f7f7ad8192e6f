import { child, type Path } from './document.ts';
import { configJsonSchema, type JsonSchema } from './schema.ts';

let whole: JsonSchema | null = null;

/**
 * The schema of the value at a path; null where the path leads nowhere.
 * @param root the document's value: a target's `kind` chooses among the schemas of targets
 */
export function schemaAt(path: Path, root: unknown): JsonSchema | null {
  whole ??= configJsonSchema();
  let schema: JsonSchema | null = choose(whole, root);
  let value = root;
  for (const key of path) {
    value = child(value, key);
    schema = schema === null ? null : step(schema, key);
    schema = schema === null ? null : choose(schema, value);
  }
  return schema;
}

function step(schema: JsonSchema, key: string | number): JsonSchema | null {
  if (typeof key === 'number') return schema.items ?? null;
  const property = schema.properties?.[key];
  if (property !== undefined) return property;
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : null;
}

/** Of alternatives told apart by a constant `kind`, the one the value names; else all of them at once. */
function choose(schema: JsonSchema, value: unknown): JsonSchema {
  if (schema.oneOf === undefined) return schema;
  const kind = child(value, 'kind');
  const named = schema.oneOf.find(option => option.properties?.['kind']?.const === kind);
  if (named !== undefined) return named;
  const properties = Object.assign({}, ...schema.oneOf.map(option => option.properties ?? {})) as Record<
    string,
    JsonSchema
  >;
  const kinds = schema.oneOf.flatMap(option => option.properties?.['kind']?.const ?? []);
  return {
    ...schema,
    properties: {
      ...properties,
      kind: { type: 'string', enum: kinds, description: 'What kind of place it is.' },
    },
  };
}
