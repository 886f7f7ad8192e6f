import { execFile } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildProgram } from '../serve/testBuild.ts';
import { buildServer } from '../serve/testServer.ts';

/** For tests: the real program over the real engine and server, as a user runs it. */

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param folder where it is built @returns the folder with cli.js */
export async function buildSlipway(folder: string): Promise<string> {
  const dist = await buildServer(folder);
  await buildProgram('src/cli.ts', join(dist, 'cli.js'));
  await buildProgram('src/engine/main.ts', join(dist, 'engine.js'));
  return dist;
}

/** A copy of an example without what was made in it. */
export function copyExample(name: string, to: string): void {
  cpSync(resolve(import.meta.dirname, '../../examples', name), to, {
    recursive: true,
    filter: path => !path.includes('.slipway'),
  });
}

export function runSlipway(dist: string, cwd: string, args: readonly string[]): Promise<Ended> {
  return new Promise(done => {
    execFile(
      process.execPath,
      [join(dist, 'cli.js'), ...args],
      { cwd, maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        done({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      },
    );
  });
}
