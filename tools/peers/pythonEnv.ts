import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { root } from '../steps.ts';

/** Why a suite that needs Python cannot run on this machine. */
export class NoPython extends Error {
  override readonly name = 'NoPython';
}

const cache = path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'slipway');

/**
 * A virtual environment with exactly what a file of requirements pins, outside the checkout, made when the file
 * is new and used again after.
 * @param requirements file beside this one
 * @returns the folder of its programs
 * @throws NoPython with the reason
 */
export async function pythonEnv(requirements: string): Promise<string> {
  const file = path.join(import.meta.dirname, requirements);
  const python = await findPython();
  const digest = createHash('sha256')
    .update(await readFile(file))
    .update(python.version)
    .digest('hex')
    .slice(0, 16);
  const dir = path.join(cache, `peers-${digest}`);
  const bin = path.join(dir, process.platform === 'win32' ? 'Scripts' : 'bin');
  const complete = path.join(dir, 'complete');
  if (existsSync(complete)) return bin;
  console.log(`Installing ${requirements} ...`);
  await rm(dir, { recursive: true, force: true });
  await mkdir(cache, { recursive: true });
  await makeEnv(python.file, dir);
  // The files pin whole environments: nothing is to be resolved.
  const install = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--no-compile'];
  await run(path.join(bin, 'python'), [...install, '--disable-pip-version-check', '-r', file]);
  await writeFile(complete, '');
  return bin;
}

async function makeEnv(python: string, dir: string): Promise<void> {
  try {
    await run(python, ['-m', 'venv', dir]);
  } catch (error) {
    // Debian keeps it in a package of its own.
    if (!existsSync('/etc/debian_version')) throw error;
    await run(path.join(root, 'tools/vscode/debian.sh'), ['python3-venv']);
    await run(python, ['-m', 'venv', '--clear', dir]);
  }
}

async function findPython(): Promise<{ readonly file: string; readonly version: string }> {
  const script = 'import sys; print("%d.%d" % sys.version_info[:2])';
  for (const file of ['python3', 'python3.13', 'python3.12', 'python3.11', 'python']) {
    const version = (await run(file, ['-c', script]).catch(() => '')).trim();
    if (/^3\.1[1-3]$/.test(version)) return { file, version };
  }
  throw new NoPython('it needs Python 3.11, 3.12 or 3.13');
}

/** @returns stdout. @throws NoPython with the command's last line */
function run(file: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, said] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.on('error', error => reject(new NoPython(error.message)));
    child.on('close', code => {
      if (code === 0) resolve(out);
      else
        reject(
          new NoPython(`${path.basename(file)} ${args[1]!}: ${(said || out).trim().split('\n').at(-1)!}`),
        );
    });
  });
}
