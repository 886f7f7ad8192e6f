import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { perceptron } from './models.ts';
import { answerPart, measured, seconds, timed } from './parts.ts';
import { writeRows } from './rows.ts';
import { job, scan } from './validation.ts';

/** The whole job on 10,000,000 rows x 20 columns of Parquet: what it needs of memory. */

const rows = 10_000_000;
const width = 20;
const parts = {
  scan: (data: string) => timed(() => scan(data)),
  job: (data: string, model: string) => timed(() => job(model, data)),
};

if (!(await answerPart(parts))) {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
  try {
    const [data, model] = [join(dir, 'rows.parquet'), join(dir, 'model.onnx')];
    await writeFile(model, perceptron(width));
    await writeRows([data], rows, width);
    const read = await measured(import.meta.filename, 'scan', [data, model], 1);
    const whole = await measured(import.meta.filename, 'job', [data, model], 1);
    console.log(
      `${rows} rows x ${width} columns of Parquet (${Math.round((await stat(data)).size / 1e6)} MB): ` +
        `scan ${seconds(read.ms)}, whole job ${seconds(whole.ms)} (processor ${seconds(whole.cpuMs)}), ` +
        `peak ${Math.round(whole.peakMb)} MB, budget 2,000 MB`,
    );
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
