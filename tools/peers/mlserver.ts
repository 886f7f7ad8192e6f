import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { freePort } from '../freePort.ts';

export interface Mlserver {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly stop: () => void;
}

/**
 * MLServer with one process, ready.
 * @param bin programs of the environment it is installed in
 * @param dir a folder to be made
 * @param models name -> .onnx file
 */
export async function startMlserver(
  bin: string,
  dir: string,
  models: Readonly<Record<string, string>>,
): Promise<Mlserver> {
  const [port, grpc, metrics] = [await freePort(), await freePort(), await freePort()];
  const settings = {
    ...{ host: '127.0.0.1', http_port: port, grpc_port: grpc, metrics_port: metrics },
    ...{ parallel_workers: 0, debug: false },
  };
  await mkdir(dir, { recursive: true });
  await writeFile(path.join(dir, 'settings.json'), JSON.stringify(settings));
  for (const [name, uri] of Object.entries(models)) {
    await mkdir(path.join(dir, name));
    await writeFile(
      path.join(dir, name, 'model-settings.json'),
      JSON.stringify({ name, implementation: 'onnx_model.OnnxModel', parameters: { uri, version: '1.0.0' } }),
    );
  }
  const child = spawn(path.join(bin, 'mlserver'), ['start', dir], {
    env: { ...process.env, PYTHONPATH: import.meta.dirname, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
  const stop = (): void => void child.kill('SIGKILL');
  const url = `http://127.0.0.1:${port}`;
  for (let look = 0; look < 600 && child.exitCode === null; look++) {
    if ((await fetch(`${url}/v2/health/ready`).catch(() => null))?.ok === true)
      return { url, port, pid: child.pid!, stop };
    await new Promise(resolve => setTimeout(resolve, 200));
  }
  stop();
  throw new Error(`MLServer did not start:\n${said}`);
}
