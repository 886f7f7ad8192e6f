import { resolve } from 'node:path';
import { EngineClient } from '../src/jobs/engineClient.ts';
import type { Cell } from '../src/core/data/table.ts';

/**
 * What-if: one value of a row is changed, and the prediction with its reasons comes back from the engine's
 * process (less than 100 ms is asked for, for tree models). The first question loads, proves and prepares.
 */
const questions = 60;
const root = resolve(import.meta.dirname, '..');

for (const [example, version, label, column] of [
  ['credit-risk', '1.1.0', 'default', 'credit_amount'],
  ['credit-risk', '2.0.0', 'default', 'credit_amount'],
  ['bike-demand', '1.1.0', 'bikers', 'temperature'],
  ['bike-demand', '2.0.0', 'bikers', 'temperature'],
] as const)
  await measure(example, version, label, column);

async function measure(example: string, version: string, label: string, column: string): Promise<void> {
  const folder = `${root}/examples/${example}`;
  const client = new EngineClient({
    engineFile: `${root}/dist/engine.js`,
    memoryLimitMb: 4096,
    log: () => undefined,
  });
  try {
    const data = { file: `${folder}/data/holdout.csv`, path: 'data/holdout.csv' };
    const page = await client.call('rows', { data, offset: 3, limit: 1, orderBy: null, filter: null });
    const row = Object.fromEntries(
      page.columns.map(({ name }, j): [string, Cell] => [name, page.rows[0]![j]!]),
    );
    const path = `models/${example}-${version}.onnx`;
    const ask = async (value: number): Promise<{ readonly ms: number; readonly method: string }> => {
      const start = performance.now();
      const { method } = await client.call('attribute', {
        model: { file: `${folder}/${path}`, ref: { digest: '', name: null, version: null, path, size: 0 } },
        meaning: {
          task: null,
          label,
          positive: example === 'credit-risk' ? 'bad' : null,
          threshold: null,
          unit: null,
        },
        data,
        background: { file: `${folder}/data/reference.csv`, path: 'data/reference.csv' },
        backgroundRows: 50,
        method: 'auto',
        output: null,
        space: null,
        budget: 256,
        seed: 1,
        rows: [{ ...row, [column]: value }],
      });
      return { ms: performance.now() - start, method };
    };
    const first = await ask(Number(row[column]));
    const times: number[] = [];
    for (let i = 0; i < questions; i++)
      times.push((await ask((Number(row[column]) * (i + 1)) / questions)).ms);
    times.sort((a, b) => a - b);
    const at = (share: number): string => times[Math.floor(share * (questions - 1))]!.toFixed(1);
    console.log(
      `${example} ${version} (${first.method}): first ${first.ms.toFixed(0)} ms, then median ${at(0.5)} ms, 95 % within ${at(0.95)} ms`,
    );
  } finally {
    client.dispose();
  }
}
