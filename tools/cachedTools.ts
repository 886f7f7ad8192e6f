import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { root } from './steps.ts';

const run = promisify(execFile);

/** Programs that only tests need, in .tools/ (git-ignored): each is made once a version. */
const cache = path.join(root, '.tools');

/** Why a suite that needs a program cannot run on this machine. */
export class NoTool extends Error {
  override readonly name = 'NoTool';
}

/**
 * A program of an npm package that is too large to be a dependency. No script of a package is run.
 * @returns the folder of its programs
 * @throws NoTool with the reason
 */
export async function npmTool(name: string, version: string): Promise<string> {
  const dir = path.join(cache, `${name}-${version}`);
  if (!existsSync(dir)) {
    console.log(`Installing ${name} ${version} ...`);
    const partial = `${dir}.partial-${process.pid}`;
    const how = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
    await make(partial, dir, 'npm', ['install', ...how, '--prefix', partial, `${name}@${version}`]);
  }
  return path.join(dir, 'node_modules/.bin');
}

/**
 * A program built from a Go module.
 * @param module with its path, such as `github.com/fsouza/fake-gcs-server`
 * @returns its file
 * @throws NoTool with the reason
 */
export async function goTool(module: string, version: string): Promise<string> {
  const name = path.basename(module);
  const dir = path.join(cache, `${name}-${version}`);
  if (!existsSync(dir)) {
    console.log(`Building ${name} ${version} ...`);
    const partial = `${dir}.partial-${process.pid}`;
    await make(partial, dir, 'go', ['install', `${module}@${version}`], { GOBIN: partial });
  }
  return path.join(dir, name);
}

/** Puts a folder in place once the command that fills it has ended well. */
export async function make(
  partial: string,
  dir: string,
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<void> {
  await mkdir(partial, { recursive: true });
  try {
    await run(command, args, { env: { ...process.env, ...env }, maxBuffer: 1 << 24 });
    // Another suite may have been first; what it made is the same.
    await rename(partial, dir).catch((error: unknown) => {
      if (!existsSync(dir)) throw error;
    });
  } catch (error) {
    const { code, stderr = '' } = error as { readonly code?: unknown; readonly stderr?: string };
    const said = stderr.trim().split('\n').at(-1);
    throw new NoTool(code === 'ENOENT' ? `it needs ${command}` : `${command}: ${said ?? String(error)}`);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}
