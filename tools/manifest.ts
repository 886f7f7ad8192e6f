import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { commandIds } from '../src/editor/contributions/commands.ts';
import { manifest } from '../src/editor/contributions/manifest.ts';

/**
 * Manifest against code. `--write` puts what src/editor/contributions/ defines into package.json;
 * without it, any difference is an error. Menus, `when` clauses and settings are typed there, and
 * src/editor/commands/register.ts does not compile unless every command has its handler.
 */

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const file = path.join(root, 'package.json');
const read = (): Record<string, unknown> => JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
const text = JSON.stringify(manifest());
const wanted = JSON.parse(text) as Record<string, unknown>;

if (process.argv.includes('--write')) {
  writeFileSync(file, `${JSON.stringify({ ...read(), ...wanted }, null, 2)}\n`);
}

const stored = read();
const problems = Object.keys(wanted)
  .filter(key => !isDeepStrictEqual(stored[key], wanted[key]))
  .map(key => `package.json: "${key}" differs from src/editor/contributions/`);

const known = new Set<string>(commandIds);
for (const [, id = ''] of text.matchAll(/(?:command:|onCommand:)(slipway\.[\w.]+)/g)) {
  if (!known.has(id) && !id.endsWith('.focus')) problems.push(`No command is called ${id}`);
}
for (const [, media = ''] of text.matchAll(/"(media\/[^"]+)"/g)) {
  if (!existsSync(path.join(root, media))) problems.push(`${media} is missing`);
}

if (problems.length > 0) {
  console.error(`${problems.join('\n')}\nRun: node tools/manifest.ts --write`);
  process.exit(1);
}
console.log(`Manifest and code agree: ${commandIds.length} commands.`);
