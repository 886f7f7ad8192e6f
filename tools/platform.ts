import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root } from './steps.ts';

/** The platform a VSIX is for, as vsce names it. */
export function thisPlatform(): string {
  return `${process.platform}-${process.arch}`;
}

/** What of each native package a platform needs at run time. */
function parts(platform: string): readonly { readonly name: string; readonly keep: readonly string[] }[] {
  const [os, cpu] = platform.split('-') as [string, string];
  return [
    { name: 'onnxruntime-node', keep: ['package.json', 'dist', `bin/napi-v6/${os}/${cpu}`] },
    { name: 'onnxruntime-common', keep: ['package.json', 'dist/cjs'] },
    { name: 'detect-libc', keep: ['package.json', 'lib'] },
    { name: '@duckdb/node-bindings', keep: ['package.json', 'duckdb.js'] },
    { name: `@duckdb/node-bindings-${platform}`, keep: ['.'] },
  ];
}

/** Copies the natives to dist/node_modules, filtered to one platform. */
export function copyNatives(platform: string): void {
  const target = path.join(root, 'dist/node_modules');
  rmSync(target, { recursive: true, force: true });
  for (const { name, keep } of parts(platform))
    for (const part of keep) {
      const from = path.join(root, 'node_modules', name, part);
      if (!existsSync(from))
        throw new Error(
          `${name} has no ${part}: there is no Slipway package for ${platform} from this machine.`,
        );
      const to = path.join(target, name, part);
      mkdirSync(path.dirname(to), { recursive: true });
      cpSync(from, to, { recursive: true, filter: file => !/\.(map|d\.ts)$/.test(file) });
    }
}
