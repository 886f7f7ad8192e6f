import { chmod, cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pythonEnv } from '../../../tools/peers/pythonEnv.ts';
import { freePort } from '../../../tools/freePort.ts';
import { startProgram } from './program.ts';

export interface Triton {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * NVIDIA's Triton as the package nvidia-pytriton carries it: its own reading of repositories and configs, its
 * load API and index. Its ONNX Runtime backend is in containers only; a Python backend of that name answers.
 * @param repository absolute
 * @param mode of control: `explicit`, `poll` or `none`
 */
export async function startTriton(repository: string, mode: 'explicit' | 'poll' | 'none'): Promise<Triton> {
  const bin = await pythonEnv('requirements-triton.txt');
  const packages = await sitePackages(bin);
  const triton = path.join(packages, 'pytriton/tritonserver');
  const dir = await mkdtemp(path.join(tmpdir(), 'slipway-triton-'));
  const backends = path.join(dir, 'backends');
  const version = path.basename(path.dirname(packages)).replace('python', '');
  const stub = path.join(backends, 'python/triton_python_backend_stub');
  await cp(path.join(triton, 'backends/python'), path.join(backends, 'python'), { recursive: true });
  await cp(path.join(triton, 'python_backend_stubs', version, path.basename(stub)), stub);
  await cp(path.join(import.meta.dirname, 'tritonBackend'), path.join(backends, 'onnxruntime'), {
    recursive: true,
  });
  const server = path.join(triton, 'bin/tritonserver');
  // Wheels carry no permission to run.
  await chmod(stub, 0o755);
  await chmod(server, 0o755);
  await mkdir(repository, { recursive: true });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program = await startProgram(
    server,
    [
      ...[
        `--model-repository=${repository}`,
        `--backend-directory=${backends}`,
        `--model-control-mode=${mode}`,
      ],
      ...['--http-address=127.0.0.1', `--http-port=${port}`, '--allow-grpc=false', '--allow-metrics=false'],
      ...['--exit-timeout-secs=2', '--repository-poll-secs=1', '--disable-auto-complete-config'],
    ],
    async () => (await fetch(`${url}/v2/health/live`)).ok,
    {
      PATH: `${bin}:${process.env.PATH ?? ''}`,
      LD_LIBRARY_PATH: path.join(packages, 'nvidia_pytriton.libs'),
    },
  );
  return {
    url,
    stop: async () => {
      await program.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function sitePackages(bin: string): Promise<string> {
  const lib = path.join(bin, '../lib');
  const [python] = (await readdir(lib)).filter(name => name.startsWith('python'));
  return path.join(lib, python!, 'site-packages');
}
