import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FuzzReport } from './fuzzWorker.ts';
import type { Outcome, Suite } from './steps.ts';

/** 100,000 damaged models: none may crash the reader, hold it for a second, or take more memory than this. */
const files = 100_000;
const slowestMs = 1000;
const memoryMb = 512;

export const fuzzSuite: Suite = { name: 'fuzz of the reader', run };

async function run(): Promise<Outcome> {
  const workers = Math.max(1, Math.min(4, os.availableParallelism()));
  const count = Math.ceil(files / workers);
  const reports = await Promise.all(
    Array.from({ length: workers }, (_, i) => worker(1 + i * count, Math.min(count, files - i * count))),
  );
  const total = (of: (report: FuzzReport) => number): number =>
    reports.reduce((sum, report) => sum + of(report), 0);
  const slowest = Math.max(...reports.map(report => report.slowest));
  const failures = reports.flatMap(report => report.failures);
  const peak = process.resourceUsage().maxRSS / 1024;
  const says = (value: number): string => Math.round(value).toLocaleString('en-US');
  console.log(
    `${says(total(r => r.sound))} sound and ${says(total(r => r.refused))} refused of ${says(files)} damaged models; ` +
      `the slowest took ${says(slowest)} ms; the process peaked at ${says(peak)} MB`,
  );
  failures.slice(0, 20).forEach(failure => console.error(failure));
  const rules = [failures.length === 0, slowest <= slowestMs, peak <= workers * memoryMb];
  const passed = rules.filter(Boolean).length;
  return { passed, failed: rules.length - passed };
}

/** A worker that ends by itself (no memory left) is a failure of its own. */
function worker(first: number, count: number): Promise<FuzzReport> {
  return new Promise(resolve => {
    const thread = new Worker(path.join(import.meta.dirname, 'fuzzWorker.ts'), {
      workerData: { first, count },
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    });
    const failed = (how: string): void =>
      resolve({
        sound: 0,
        refused: 0,
        slowest: 0,
        failures: [`files ${first} to ${first + count - 1}: ${how}`],
      });
    thread.on('message', (report: FuzzReport) => resolve(report));
    thread.on('error', (error: Error) => failed(error.message));
    thread.on('exit', code => failed(`the worker ended with ${code}`));
  });
}
