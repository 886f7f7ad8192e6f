import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { cp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BadInput } from '../../core/failure.ts';
import { makeFolder, writeAtomic } from '../../workspace/atomic.ts';
import type { Serving } from '../../serve/serving.ts';

/** Says that a folder is a bundle of ours, and of what it is made. */
const markFile = '.slipway-bundle.json';
const packages = ['onnxruntime-node', 'onnxruntime-common'];
/** All that a bundle may hold. */
const bundleParts = [
  'server.js',
  'package.json',
  'README.md',
  'serving.json',
  'models',
  'node_modules',
  markFile,
];

/** Where the runtime comes from, and what of it a platform needs. */
export interface BundleSource {
  readonly distDir: string;
  /** Such as linux-x64. */
  readonly platform: string;
}

/** What identifies the program part of a bundle: equal marks need no new copy. */
export async function programMark({ distDir, platform }: BundleSource): Promise<string> {
  const server = await readFile(join(distDir, 'server.js'));
  const { version } = JSON.parse(
    await readFile(join(packageDir(distDir, packages[0]!), 'package.json'), 'utf8'),
  ) as {
    version: string;
  };
  const digest = createHash('sha256').update(server).digest('hex');
  return JSON.stringify({ platform, runtime: version, server: digest });
}

/** The mark of a bundle that is there; null when there is none, or it was cut off while it was made. */
export async function foundMark(dir: string): Promise<string | null> {
  return await readFile(join(dir, markFile), 'utf8').catch(() => null);
}

/** @throws BadInput when this installation does not carry the runtime for the platform */
export async function requireBinaries({ distDir, platform }: BundleSource): Promise<void> {
  const binaries = join(packageDir(distDir, packages[0]!), binariesOf(platform));
  const there = await stat(binaries).catch(() => null);
  if (there === null)
    throw new BadInput(
      'no-binaries',
      `This installation carries no ONNX Runtime for ${platform}. Make the bundle on such a machine, or set \`platform\`.`,
    );
}

/** Copies ONNX Runtime for one platform into a node_modules folder. @throws BadInput */
export async function copyRuntime(nodeModules: string, source: BundleSource): Promise<void> {
  const { distDir, platform } = source;
  await requireBinaries(source);
  for (const name of packages) {
    const from = packageDir(distDir, name);
    await cp(join(from, 'package.json'), join(nodeModules, name, 'package.json'));
    await cp(join(from, 'dist'), join(nodeModules, name, 'dist'), {
      recursive: true,
      filter: path => !path.endsWith('.map') && !path.endsWith('.d.ts'),
    });
    if (name === packages[0])
      await cp(join(from, binariesOf(platform)), join(nodeModules, name, binariesOf(platform)), {
        recursive: true,
      });
  }
}

/** Puts the server and its runtime in a folder; what is being replaced goes only when the new is complete. */
export async function writeProgram(dir: string, source: BundleSource, mark: string): Promise<void> {
  const { distDir } = source;
  await requireBinaries(source);
  await makeFolder(dir);
  const partial = join(dir, '.node_modules.partial');
  await rm(partial, { recursive: true, force: true });
  await copyRuntime(partial, source);
  await rm(join(dir, 'node_modules'), { recursive: true, force: true });
  await rename(partial, join(dir, 'node_modules'));
  await writeAtomic(join(dir, 'server.js'), await readFile(join(distDir, 'server.js')));
  await writeAtomic(
    join(dir, 'package.json'),
    `${JSON.stringify({ private: true, scripts: { start: 'node server.js' }, engines: { node: '>=20' } }, null, 2)}\n`,
  );
  await writeAtomic(join(dir, markFile), mark);
}

/** Takes away what `writeProgram` and a release made, and the folder when nothing else is in it. */
export async function removeBundle(dir: string, keepFolder: boolean): Promise<void> {
  for (const part of [...bundleParts, '.node_modules.partial', '.serving.next.json'])
    await rm(join(dir, part), { recursive: true, force: true });
  const left = await readdir(dir).catch(() => null);
  if (left?.length === 0 && !keepFolder) await rm(dir, { recursive: true, force: true });
}

export function readme({ model, versions }: Serving, platform: string): string {
  const live = versions.filter(({ weight }) => weight > 0);
  const lines = live.map(({ name, digest }) => `- ${name ?? 'unnamed'}: \`${digest}\``);
  return `# ${model}

A self-contained server for the model \`${model}\`, made for ${platform}. It needs Node 20 or newer, nothing else:

\`\`\`sh
node server.js
\`\`\`

It answers the Open Inference Protocol v2 on http://127.0.0.1:8700. Choose another port with \`--port\`; let other
machines ask with \`--host 0.0.0.0\`. \`/v2/health/ready\` says whether it is ready, \`/metrics\` counts.

\`\`\`sh
curl http://127.0.0.1:8700/v2/models/${encodeURIComponent(model)}
\`\`\`

Live (SHA-256 of the model):

${lines.join('\n')}

The folder is written by a deployment; a server that runs from it takes a new version over by itself.
`;
}

function packageDir(distDir: string, name: string): string {
  const require = createRequire(join(distDir, 'server.js'));
  for (const place of require.resolve.paths(name) ?? []) {
    try {
      return dirname(require.resolve(join(place, name, 'package.json')));
    } catch {
      // Not here: the next place up.
    }
  }
  throw new BadInput('no-runtime', `${name} does not lie beside ${distDir}. Install the extension again.`);
}

function binariesOf(platform: string): string {
  return join('bin', 'napi-v6', ...platform.split('-'));
}
