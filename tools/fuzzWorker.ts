import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { decodeModel } from '../src/core/onnx/decode.ts';
import { mutated, readDamaged, seedFiles } from '../src/core/onnx/fuzzing.ts';
import { seeded } from '../src/core/random.ts';

/** What a worker of the fuzzer came to. */
export interface FuzzReport {
  readonly sound: number;
  readonly refused: number;
  /** Milliseconds that the slowest file took. */
  readonly slowest: number;
  /** Seeds of the files that ended otherwise, and how. */
  readonly failures: readonly string[];
}

const { first, count } = workerData as { readonly first: number; readonly count: number };
const models = seedFiles.map(
  name => new Uint8Array(readFileSync(path.join(import.meta.dirname, `../test/models/${name}.onnx`))),
);
const whole = decodeModel(models[0]!);
const report = { sound: 0, refused: 0, slowest: 0, failures: [] as string[] };
for (let seed = first; seed < first + count; seed++) {
  const bytes = mutated(models, seeded(seed));
  const timed = (): number => {
    const before = performance.now();
    readDamaged(bytes, whole);
    return performance.now() - before;
  };
  try {
    const before = performance.now();
    report[readDamaged(bytes, whole) ? 'sound' : 'refused']++;
    let took = performance.now() - before;
    // A pause of the machine is no hang: what is slow is read again.
    for (let again = 0; again < 3 && took > 500; again++) took = Math.min(took, timed());
    report.slowest = Math.max(report.slowest, took);
  } catch (error) {
    report.failures.push(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
parentPort?.postMessage(report satisfies FuzzReport);
