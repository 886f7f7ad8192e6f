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
 * MLServer, ready.
 * @param bin programs of the environment it is installed in
 * @param dir a folder to be made
 * @param models name -> .onnx file
 * @param workers processes that run the models beside the one that is asked, 1 where MLServer is left as it
 *   comes; 0: the one that is asked runs them
 */
export async function startMlserver(
  bin: string,
  dir: string,
  models: Readonly<Record<string, string>>,
  workers = 0,
): Promise<Mlserver> {
  const [port, grpc, metrics] = [await freePort(), await freePort(), await freePort()];
  const settings = {
    ...{ host: '127.0.0.1', http_port: port, grpc_port: grpc, metrics_port: metrics },
    ...{ parallel_workers: workers, debug: false },
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
    // A group of its own: it starts processes that only it reaches. It leaves folders where it was started.
    ...{ detached: true, cwd: dir },
    env: { ...process.env, PYTHONPATH: import.meta.dirname, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
  const stop = (): void => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, 'SIGKILL');
  };
  const url = `http://127.0.0.1:${port}`;
  for (let look = 0; look < 600 && child.exitCode === null; look++) {
    if ((await fetch(`${url}/v2/health/ready`).catch(() => null))?.ok === true)
      return { url, port, pid: child.pid!, stop };
    await new Promise(resolve => setTimeout(resolve, 200));
  }
  stop();
  throw new Error(`MLServer did not start:\n${said}`);
}
