// Makes src/core/onnx/onnx.generated.{js,d.ts} from onnx.proto with protobufjs-cli: node tools/proto.mjs
// Static code, since reflection builds its decoders with `Function`. int64 values are numbers.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, URL } from 'node:url';
import { promisify } from 'node:util';

const pbjs = createRequire(import.meta.url)('protobufjs-cli/pbjs');
const run = promisify(pbjs.main);
const folder = fileURLToPath(new URL('../src/core/onnx/', import.meta.url));
const proto = `${folder}onnx.proto`;
const header = '// Made from onnx.proto by tools/proto.mjs. Do not edit.\n';

const leaveOut = ['verify', 'convert', 'delimited', 'typeurl', 'service', 'comments'].map(f => `--no-${f}`);
const code = await run([
  ...['-t', 'static-module', '-w', 'esm', '--dependency', 'protobufjs/minimal.js'],
  ...['--keep-case', '--force-number', ...leaveOut, proto],
]);
// The default of an absent int64 is the number 0, whether or not `long` is installed.
const js = code
  .replaceAll(/\$util\.Long \? \$util\.Long\.fromBits\(0,0,(?:false|true)\) : 0/g, '0')
  .replaceAll(/^( {4})+/gm, spaces => ' '.repeat(spaces.length / 4));
writeFileSync(`${folder}onnx.generated.js`, header + js);

const scalars = { string: 'string', bytes: 'Uint8Array', bool: 'boolean' };
const { nested } = JSON.parse(await run(['-t', 'json', '--keep-case', proto])).nested.onnx;

/** The TypeScript declaration of one message or enum and of what is nested in it. */
function declaration(name, type, path, indent) {
  if (type.values) {
    const values = Object.entries(type.values).map(([key, value]) => `${indent}  const ${key}: ${value};\n`);
    return `${indent}namespace ${name} {\n${values.join('')}${indent}}\n`;
  }
  const alternatives = new Set(Object.values(type.oneofs ?? {}).flatMap(one => one.oneof));
  const fields = Object.entries(type.fields).map(([key, field]) => {
    const inner = type.nested?.[field.type];
    const isEnum = (inner ?? nested[field.type])?.values !== undefined;
    const message = inner ? `onnx.${path}${name}.${field.type}` : `onnx.${field.type}`;
    const isMessage = !isEnum && (inner ?? nested[field.type]) !== undefined;
    const base = isMessage ? message : (scalars[field.type] ?? 'number');
    const optional = isMessage || alternatives.has(key) ? ' | null' : '';
    return `${indent}  ${key}: ${field.rule === 'repeated' ? `${base}[]` : base + optional};\n`;
  });
  const self = `onnx.${path}${name}`;
  const statics =
    `${indent}  constructor(properties?: Init<${self}>);\n` +
    `${indent}  static decode(reader: Reader | Uint8Array, length?: number): ${self};\n` +
    `${indent}  static encode(message: Init<${self}>, writer?: Writer): Writer;\n`;
  const inside = Object.entries(type.nested ?? {}).map(([key, value]) =>
    declaration(key, value, `${path}${name}.`, `${indent}  `),
  );
  const space = inside.length === 0 ? '' : `${indent}namespace ${name} {\n${inside.join('')}${indent}}\n`;
  return `${indent}class ${name} {\n${fields.join('')}${statics}${indent}}\n${space}`;
}

const declarations = Object.entries(nested).map(([name, type]) => declaration(name, type, '', '  '));
writeFileSync(
  `${folder}onnx.generated.d.ts`,
  `${header}import type { Reader, Writer } from 'protobufjs/minimal.js';

/** What a message is made from: any of its fields; enums and int64 are numbers. */
export type Init<T> = T extends Uint8Array
  ? Uint8Array
  : T extends readonly (infer Item)[]
    ? readonly Init<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]?: Init<T[Key]> }
      : T;

/** Decoded messages: absent fields read as their default ('' or 0 or [] or null). */
export namespace onnx {
${declarations.join('')}}
`,
);
