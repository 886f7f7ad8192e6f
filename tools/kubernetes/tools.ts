import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { NoTool } from '../cachedTools.ts';
import { root } from '../steps.ts';

const run = promisify(execFile);

const version = '1.34.1';
const dir = path.join(root, '.tools', `kubernetes-${version}`);
const programs = ['kube-apiserver', 'kube-controller-manager'] as const;

export interface KubernetesTools {
  readonly etcd: string;
  readonly apiserver: string;
  readonly controllers: string;
}

/** @throws NoTool with the reason: building takes minutes, so that it is asked for by `tools/kubernetes/install.ts` */
export async function kubernetesTools(): Promise<KubernetesTools> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new NoTool('only root on Linux can give pods addresses of their own');
  if (!programs.every(program => existsSync(path.join(dir, program))))
    throw new NoTool('Kubernetes is not built: node tools/kubernetes/install.ts');
  const etcd = await run('which', ['etcd']).catch(() => {
    throw new NoTool('it needs etcd: apt-get install etcd-server');
  });
  await run('which', ['ip']).catch(() => {
    throw new NoTool('it needs ip: apt-get install iproute2');
  });
  return {
    etcd: etcd.stdout.trim(),
    apiserver: path.join(dir, programs[0]),
    controllers: path.join(dir, programs[1]),
  };
}

/**
 * Builds Kubernetes' own programs with Go into .tools/. The module k8s.io/kubernetes cannot be installed by
 * itself: its parts are published at the same version under other names, which a module of ours puts in place.
 */
export async function buildKubernetes(): Promise<void> {
  if (programs.every(program => existsSync(path.join(dir, program)))) return;
  const partial = `${dir}.partial-${process.pid}`;
  const go = async (...args: readonly string[]): Promise<string> =>
    (await run('go', args, { cwd: partial, maxBuffer: 1 << 26 })).stdout;
  try {
    await mkdir(partial, { recursive: true });
    await writeFile(path.join(partial, 'go.mod'), 'module slipway/kubernetes\n');
    const found = await go('mod', 'download', '-json', `k8s.io/kubernetes@v${version}`);
    const { GoMod: modFile } = JSON.parse(found) as { readonly GoMod: string };
    const { Require: required, Go: language } = JSON.parse(await go('mod', 'edit', '-json', modFile)) as {
      readonly Go: string;
      readonly Require: readonly { readonly Path: string; readonly Version: string }[];
    };
    const parts = required.filter(part => part.Version === 'v0.0.0').map(part => part.Path);
    const replacements = parts.map(part => `\t${part} => ${part} v0.${version.slice(2)}`);
    await writeFile(
      path.join(partial, 'go.mod'),
      `module slipway/kubernetes\n\ngo ${language}\n\nrequire k8s.io/kubernetes v${version}\n\nreplace (\n${replacements.join('\n')}\n)\n`,
    );
    const imports = programs.map(program => `import _ "k8s.io/kubernetes/cmd/${program}"`);
    await writeFile(
      path.join(partial, 'tools.go'),
      `//go:build tools\n\npackage tools\n\n${imports.join('\n')}\n`,
    );
    await go('mod', 'tidy');
    for (const program of programs) {
      console.log(`Building ${program} ${version} ...`);
      await go('build', '-o', program, `k8s.io/kubernetes/cmd/${program}`);
    }
    await rename(partial, dir);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}
