import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pythonEnv } from '../../../tools/peers/pythonEnv.ts';
import { freePort } from '../../../tools/freePort.ts';
import { startProgram } from './program.ts';

export interface TestMlflow {
  readonly url: string;
  /** Its Python, to ask it as MLflow's own users do. */
  readonly python: string;
  stop(): Promise<void>;
}

/** `mlflow server` with a database and artifacts of its own. */
export async function startMlflow(): Promise<TestMlflow> {
  const bin = await pythonEnv('requirements-mlflow.txt');
  const dir = await mkdtemp(path.join(tmpdir(), 'slipway-mlflow-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program = await startProgram(
    path.join(bin, 'mlflow'),
    [
      ...['server', '--host', '127.0.0.1', '--port', String(port), '--workers', '1'],
      ...['--backend-store-uri', `sqlite:///${path.join(dir, 'mlflow.db')}`],
      ...['--artifacts-destination', path.join(dir, 'artifacts')],
    ],
    async () => (await fetch(`${url}/health`)).ok,
    // Its programs start Python by name.
    { PATH: `${bin}:${process.env.PATH ?? ''}`, MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false' },
    240_000,
  );
  return {
    url,
    python: path.join(bin, 'python'),
    stop: async () => {
      await program.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
