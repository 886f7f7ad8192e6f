import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Predictor, type Card, type Row } from './predictor.ts';

/** The edge bundle's program: a module for Node, and a command that answers rows on its standard input. */

/** @param dir the bundle's folder */
export async function load(dir: string = __dirname): Promise<Predictor> {
  // Its binding cannot hand over the Float16Array that newer Node has: half precision travels as Uint16Array.
  delete (globalThis as { Float16Array?: unknown }).Float16Array;
  const runtime = await import('onnxruntime-node');
  const card = JSON.parse(await readFile(join(dir, 'card.json'), 'utf8')) as Card;
  return await Predictor.open(runtime, await readFile(join(dir, 'model.onnx')), card);
}

async function main(): Promise<void> {
  const predictor = await load();
  if (process.argv.includes('--check')) {
    const { passed, sentence } = await predictor.check();
    process.stdout.write(`${passed ? 'passed' : 'failed'}: ${sentence}\n`);
    process.exitCode = passed ? 0 : 1;
    return;
  }
  const rows = JSON.parse(await text(process.stdin)) as readonly Row[];
  process.stdout.write(`${JSON.stringify(await predictor.predict(rows))}\n`);
}

if (require.main === module)
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  });
