import { build, type BuildOptions } from 'esbuild';
import { mkdir, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { buildProgram } from './testBuild.ts';

const root = resolve(import.meta.dirname, '../..');

/**
 * For tests: a dist folder with server.js bundled from source, with the runtime beside it. dist/ itself may
 * be missing or old.
 * @returns the folder
 */
export async function buildServer(dir: string): Promise<string> {
  const dist = join(dir, 'dist');
  await mkdir(dist, { recursive: true });
  await symlink(join(root, 'node_modules'), join(dir, 'node_modules'), 'junction');
  await buildProgram('src/serve/main.ts', join(dist, 'server.js'));
  return dist;
}

/** Puts the bundles that carry a model without a server in a dist folder that `buildServer` made. */
export async function buildPortable(dist: string): Promise<void> {
  const { portableBundles, copyPage } = createRequire(import.meta.url)(join(root, 'esbuild.portable.js')) as {
    portableBundles: (outdir: string) => readonly BuildOptions[];
    copyPage: (outdir: string) => void;
  };
  await Promise.all(portableBundles(dist).map(options => build(options)));
  copyPage(dist);
}
