import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boostedTrees, perceptron } from './models.ts';
import { answerPart, measured, seconds, timed, type Measured } from './parts.ts';
import { writeRows } from './rows.ts';
import { inference, job, pass, scan } from './validation.ts';

/**
 * Validation of 1,000,000 rows x 20 columns against what cannot be spared: DuckDB's own scan of the file and the
 * model's own inference. Each is measured in a process of its own; ratios say more than times on a shared machine.
 */
const rows = 1_000_000;
const width = 20;
const parts = {
  scan: (data: string) => timed(() => scan(data)),
  inference: (_: string, model: string) => inference(model, rows, width),
  pass: (data: string, model: string) => timed(() => pass(data, model)),
  job: (data: string, model: string) => timed(() => job(model, data)),
};

if (!(await answerPart(parts))) await main();

async function main(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
  const models = {
    'boosted trees (100 of 32 leaves)': boostedTrees(width, 100),
    perceptron: perceptron(width),
  };
  try {
    const files = ['csv', 'parquet'].map(kind => join(dir, `rows.${kind}`));
    await writeRows([files[1]!, files[0]!], rows, width);
    for (const [name, bytes] of Object.entries(models)) {
      const model = join(dir, 'model.onnx');
      await writeFile(model, bytes);
      for (const data of files) await compare(name, data, model);
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function compare(name: string, data: string, model: string): Promise<void> {
  const measure = async (part: keyof typeof parts): Promise<Measured> =>
    await measured(import.meta.filename, part, [data, model]);
  const [read, asked] = [await measure('scan'), await measure('inference')];
  const [streamed, whole] = [await measure('pass'), await measure('job')];
  const megabytes = Math.round((await stat(data)).size / 1e6);
  const ratio = (part: Measured): string =>
    `${seconds(part.ms)} = ${(part.ms / (read.ms + asked.ms)).toFixed(2)}x ` +
    `(processor ${seconds(part.cpuMs)} = ${(part.cpuMs / (read.cpuMs + asked.cpuMs)).toFixed(2)}x), ` +
    `peak ${Math.round(part.peakMb)} MB`;
  console.log(
    `${name}, ${data.endsWith('csv') ? 'CSV' : 'Parquet'} (${megabytes} MB): ` +
      `scan ${seconds(read.ms)} (processor ${seconds(read.cpuMs)}) + inference ${seconds(asked.ms)} (${seconds(asked.cpuMs)})\n` +
      `  streamed pass ${ratio(streamed)}\n  whole job, 1,000 resamples, cold start ${ratio(whole)}`,
  );
}
