import { build } from 'esbuild';
import { mkdir, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/**
 * For tests: a dist folder with server.js bundled from source, with the runtime beside it. dist/ itself may
 * be missing or old.
 * @returns the folder
 */
export async function buildServer(dir: string): Promise<string> {
  const root = resolve(import.meta.dirname, '../..');
  const dist = join(dir, 'dist');
  await mkdir(dist, { recursive: true });
  await symlink(join(root, 'node_modules'), join(dir, 'node_modules'), 'junction');
  await build({
    entryPoints: [join(root, 'src/serve/main.ts')],
    outfile: join(dist, 'server.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['onnxruntime-node'],
    logLevel: 'error',
  });
  return dist;
}
