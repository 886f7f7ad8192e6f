import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format } from 'oxfmt';
import * as z from 'zod';
import { catalogue } from '../../src/core/checks/catalogue.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { serving } from '../../src/serve/serving.ts';
import { configJsonSchema } from '../../src/workspace/config/schema.ts';
import { checksPage } from './checks.ts';
import { cliPage } from './cli.ts';
import { configPage } from './config.ts';
import { resultsPage, resultSchemas } from './results.ts';

/**
 * Writes docs/reference/ from the code: `node tools/docs/generate.ts`. With `--check` nothing is written, and
 * the exit code is 1 when a page is not what the code says.
 */
const folder = join(import.meta.dirname, '../../docs/reference');
const { printWidth } = JSON.parse(readFileSync(join(import.meta.dirname, '../../.oxfmtrc.json'), 'utf8')) as {
  printWidth: number;
};

async function pages(): Promise<Map<string, string>> {
  const schemas = resultSchemas();
  const all: [string, string][] = [
    ['slipway-yaml.md', configPage(configJsonSchema())],
    ['schemas/slipway-yaml.json', JSON.stringify(configJsonSchema())],
    ['schemas/serving.json', JSON.stringify(z.toJSONSchema(serving, { io: 'input' }))],
    ['cli.md', cliPage(buildProgram(() => Promise.resolve()))],
    ['checks.md', checksPage(catalogue)],
    ['results.md', resultsPage(schemas)],
    ...schemas.map(({ name, schema }): [string, string] => [`schemas/${name}.json`, JSON.stringify(schema)]),
  ];
  const made = new Map<string, string>();
  for (const [name, text] of all) {
    const file = join(folder, name);
    made.set(file, (await format(name, text, { printWidth })).code);
  }
  return made;
}

const stale: string[] = [];
for (const [file, text] of await pages()) {
  if (!process.argv.includes('--check')) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  } else if (read(file) !== text) stale.push(file);
}
if (stale.length > 0) {
  console.error(`Not what the code says: ${stale.join(', ')}. Run \`node tools/docs/generate.ts\`.`);
  process.exitCode = 1;
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
