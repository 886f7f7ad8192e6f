import path from 'node:path';
import { pythonEnv } from '../../../tools/peers/pythonEnv.ts';
import { freePort } from '../../../tools/freePort.ts';
import { root } from '../../../tools/steps.ts';
import { startProgram } from './program.ts';

export interface Moto {
  readonly url: string;
  /** Forgets all, then makes an empty bucket. */
  emptyBucket(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** moto's server: S3 as botocore's models describe it. */
export async function startMoto(): Promise<Moto> {
  const bin = await pythonEnv('requirements-moto.txt');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program = await startProgram(
    path.join(bin, 'python'),
    [path.join(root, 'tools/peers/moto_server.py'), String(port)],
    async () => (await fetch(`${url}/moto-api/`)).ok,
    {},
    // Python reads all its modules anew the first time.
    120_000,
  );
  return {
    url,
    emptyBucket: async name => {
      await fetch(`${url}/moto-api/reset`, { method: 'POST' });
      await fetch(`${url}/${name}`, { method: 'PUT' });
    },
    stop: () => program.stop(),
  };
}
