import { build, type BuildOptions } from 'esbuild';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const kept = join(root, 'node_modules/.cache/slipway-tests');

let ofSources: Promise<string> | null = null;

/**
 * For tests: a program bundled from source, built by the first test that asks for it since the sources changed;
 * dist/ may be missing or old.
 * @param entry relative to the project's root
 */
export async function buildProgram(entry: string, outfile: string): Promise<void> {
  ofSources ??= folderOfSources();
  const folder = await ofSources;
  const built = join(folder, entry.replaceAll('/', '-').replace(/\.ts$/, '.js'));
  const isThere = await copyFile(built, outfile).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  await bundle(entry, outfile);
  await mkdir(folder, { recursive: true });
  // Another process may read it, or build it, at the same time.
  const whole = `${built}.${process.pid}`;
  await copyFile(outfile, whole);
  await rename(whole, built);
}

/** Named by all that a bundle is made of; those of other sources are deleted. */
async function folderOfSources(): Promise<string> {
  const sources = await readdir(join(root, 'src'), { recursive: true, withFileTypes: true });
  const files = sources
    .filter(entry => entry.isFile() && !/\.test\.ts$/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
  const others = ['package.json', 'node_modules/.package-lock.json', 'esbuild.targets.js'];
  const hash = createHash('sha256');
  for (const file of [...files, ...others.map(name => join(root, name))])
    hash.update(`${file}\0`).update(await readFile(file));
  const folder = join(kept, hash.digest('hex').slice(0, 16));
  for (const old of await readdir(kept).catch(() => []))
    if (old !== basename(folder)) await rm(join(kept, old), { recursive: true, force: true });
  return folder;
}

async function bundle(entry: string, outfile: string): Promise<void> {
  const { targetsApart } = createRequire(import.meta.url)(join(root, 'esbuild.targets.js')) as {
    targetsApart: BuildOptions;
  };
  await build({
    ...targetsApart,
    entryPoints: [join(root, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['onnxruntime-node', '@duckdb/node-bindings', 'cpu-features', '*.node'],
    logLevel: 'error',
  });
}
