import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { boostedTrees } from './models.ts';
import { answerPart, measured, seconds, timed } from './parts.ts';
import { writeRows } from './rows.ts';
import { job } from './validation.ts';

/**
 * The whole catalogue on 100,000 rows x 50 columns with a reference of the same size and a group column, beside
 * scikit-learn and SciPy, and evidently, on the same files and model. Processor time of each process: the machine is
 * shared.
 */
const rows = 100_000;
const width = 50;
const resamples = 1000;
/** Resamples that the peer is timed on: all of them would take it minutes. */
const timedResamples = 20;
const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
const python = join(cache, 'slipway', 'fixtures-venv', 'bin', 'python');
/** A virtual environment with bench/requirements-evidently.txt. */
const evidentlyPython = join(cache, 'slipway', 'evidently-venv', 'bin', 'python');
const parts = {
  job: (model: string, holdout: string, reference: string) =>
    timed(() => job(model, holdout, { reference, groups: ['g'] })),
};

interface Peer {
  readonly point: number;
  readonly resample: number;
  readonly auc: number;
  readonly log_loss: number;
}

if (!(await answerPart(parts))) {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
  try {
    const [model, holdout, reference] = ['model.onnx', 'holdout.parquet', 'reference.parquet'].map(name =>
      join(dir, name),
    ) as [string, string, string];
    await writeFile(model, boostedTrees(width, 100));
    const group = "(['a', 'b', 'c'])[1 + floor(random() * 3)::int] as g";
    await writeRows([reference], rows, width, [group], 0.25);
    await writeRows([holdout], rows, width, [group]);
    const own = await measured(import.meta.filename, 'job', [model, holdout, reference]);
    console.log(
      `the whole catalogue on ${rows} rows x ${width} columns and as many of reference, ${resamples} resamples: ` +
        `${seconds(own.ms)} (processor ${seconds(own.cpuMs)}), peak ${Math.round(own.peakMb)} MB, budget 60 s`,
    );
    if (existsSync(python)) await besidePeer(own.cpuMs, model, holdout, reference);
    else console.log(`no peer: ${python} is missing; tools/fixtures/make.sh makes it`);
    if (existsSync(evidentlyPython)) besideEvidently(own.cpuMs, model, holdout, reference);
    else console.log(`no evidently: make ${evidentlyPython} with bench/requirements-evidently.txt`);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function besidePeer(cpuMs: number, model: string, holdout: string, reference: string): Promise<void> {
  const script = join(import.meta.dirname, 'catalogue_peer.py');
  const args = [script, model, holdout, reference, String(timedResamples)];
  const peer = JSON.parse(execFileSync(python, args, { encoding: 'utf8' })) as Peer;
  const result = await job(model, holdout);
  const own = (name: string): number => result.metrics.find(metric => metric.name === name)?.value ?? NaN;
  const apart = Math.max(Math.abs(own('roc_auc') - peer.auc), Math.abs(own('log_loss') - peer.log_loss));
  const all = peer.point * 1000 + peer.resample * 1000 * resamples;
  console.log(
    `scikit-learn and SciPy, processor: ${seconds(peer.point * 1000)} without intervals, ` +
      `${seconds(peer.resample * 1000)} a resample (${timedResamples} timed), so ${seconds(all)} for the same; ` +
      `that is ${(all / cpuMs).toFixed(1)}x ours (without its intervals ${((peer.point * 1000) / cpuMs).toFixed(2)}x); ` +
      `AUC and log loss are ${apart.toExponential(1)} apart`,
  );
}

/** evidently's presets for a classifier, drift and data summary: aggregates without intervals. */
function besideEvidently(cpuMs: number, model: string, holdout: string, reference: string): void {
  const script = join(import.meta.dirname, 'catalogue_evidently.py');
  const args = [script, model, holdout, reference];
  const { point, metrics } = JSON.parse(execFileSync(evidentlyPython, args, { encoding: 'utf8' })) as {
    readonly point: number;
    readonly metrics: number;
  };
  console.log(
    `evidently, processor: ${seconds(point * 1000)} for ${metrics} metrics of quality, drift and summary, ` +
      `without intervals: ${((point * 1000) / cpuMs).toFixed(2)}x ours with them`,
  );
}
