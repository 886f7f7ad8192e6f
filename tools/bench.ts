import { globSync } from 'node:fs';
import { command, root } from './steps.ts';

/** Runs bench/*.ts one after the other, or only those whose name is given. */
const wanted = process.argv.slice(2);
await command('node', ['esbuild.js']);
for (const file of globSync('bench/*.bench.ts', { cwd: root }).sort()) {
  if (wanted.length > 0 && !wanted.some(name => file.includes(name))) continue;
  console.log(`\n== ${file}`);
  if ((await command('node', ['--expose-gc', file])) !== 0) process.exitCode = 1;
}
