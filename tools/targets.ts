import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { goTool, NoTool, npmTool } from './cachedTools.ts';
import { kubernetesTools } from './kubernetes/tools.ts';
import { NoPython, pythonEnv } from './peers/pythonEnv.ts';
import { root, type Suite } from './steps.ts';
import { runVitest } from './vitest.ts';

const run = promisify(execFile);

interface TargetSuite {
  /** The kind of target; test/targets/<kind>.test.ts holds its tests. */
  readonly kind: string;
  /** Makes the real server available. @returns why it cannot be; null when it can */
  readonly prepare: () => Promise<string | null>;
}

/** Each kind of target against the real thing; one that cannot run here is named with its reason. */
const kinds: readonly TargetSuite[] = [
  { kind: 'docker', prepare: () => asRoot('podman', 'runc') },
  { kind: 'oci', prepare: () => debian('docker-registry') },
  { kind: 'ssh', prepare: () => debian('openssh-server', 'openssh-client') },
  { kind: 'triton', prepare: () => available(pythonEnv('requirements-triton.txt')) },
  { kind: 's3', prepare: () => available(pythonEnv('requirements-moto.txt')) },
  { kind: 'azureBlob', prepare: () => available(npmTool('azurite', '3.37.0')) },
  { kind: 'gcs', prepare: () => available(goTool('github.com/fsouza/fake-gcs-server', 'v1.55.1')) },
  { kind: 'mlflow', prepare: () => available(pythonEnv('requirements-mlflow.txt')) },
  { kind: 'kubernetes', prepare: () => available(kubernetesTools()) },
  { kind: 'kserve', prepare: () => available(kubernetesTools()) },
];

export const targetSuites: readonly Suite[] = kinds.map(({ kind, prepare }) => ({
  name: `targets: ${kind}`,
  run: async output => {
    const reason = await prepare();
    if (reason !== null) return { passed: 0, failed: 0, skipped: reason };
    return await runVitest('test/targets/vitest.config.mts', [`test/targets/${kind}.test.ts`], output);
  },
}));

/** Installs what is missing of Debian packages. */
async function debian(...packages: readonly string[]): Promise<string | null> {
  if (process.platform !== 'linux') return 'its server is a Debian package';
  try {
    await run(path.join(root, 'tools/vscode/debian.sh'), packages);
    return null;
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    return stderr?.trim().split('\n').at(-1) ?? String(error);
  }
}

/** Waits until a program is there. */
async function available(program: Promise<unknown>): Promise<string | null> {
  try {
    await program;
    return null;
  } catch (error) {
    if (error instanceof NoPython || error instanceof NoTool) return error.message;
    throw error;
  }
}

/** As `debian`, for servers that only root can run. */
async function asRoot(...packages: readonly string[]): Promise<string | null> {
  return process.getuid?.() === 0 ? await debian(...packages) : 'its server is started by root only';
}
