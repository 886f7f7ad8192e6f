import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '..');

/** What a suite came to. A suite that cannot run here is named with its reason. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped?: string;
}

/** Where the commands of a suite write: what this process shows, or an open file. */
export type Output = 'inherit' | number;

export interface Suite {
  readonly name: string;
  run(output: Output): Promise<Outcome>;
}

/** Runs a command of the project; resolves with the exit code. */
export function command(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  output: Output = 'inherit',
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: root,
      stdio: ['ignore', output, output],
      env: { ...process.env, ...env },
    });
    child.on('error', reject);
    child.on('exit', code => resolve(code ?? 1));
  });
}

/** A suite of one test: the command ends well. */
export function commandSuite(name: string, file: string, args: readonly string[]): Suite {
  return {
    name,
    run: async output =>
      (await command(file, args, {}, output)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 },
  };
}

interface Ended extends Outcome {
  readonly name: string;
  readonly seconds: number;
}

/**
 * Runs the suites, prints a table and `N passed, N failed`; sets the exit code.
 * @param lanes run beside each other, the suites of each in order. Where there are several, what a suite's commands
 * wrote is shown when it has ended.
 * @param rest in any order: a lane that has come to its end takes the next of these
 */
export async function runSuites(
  lanes: readonly (readonly Suite[])[],
  rest: readonly Suite[] = [],
): Promise<void> {
  const waiting = [...rest];
  const runSuite = lanes.length > 1 ? runHeld : runShown;
  const ended = await Promise.all(
    lanes.map(async suites => {
      const outcomes: Ended[] = [];
      const own = [...suites];
      const next = (): Suite | undefined => own.shift() ?? waiting.shift();
      for (let suite = next(); suite !== undefined; suite = next()) {
        const started = Date.now();
        const outcome = await runSuite(suite);
        outcomes.push({ ...outcome, name: suite.name, seconds: Math.round((Date.now() - started) / 1000) });
      }
      return outcomes;
    }),
  );
  const all = ended.flat();
  console.log(`\n${all.map(line).join('\n')}\n`);
  const passed = all.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = all.reduce((sum, outcome) => sum + outcome.failed, 0);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}

async function runShown(suite: Suite, output: Output = 'inherit'): Promise<Outcome> {
  console.log(`\n== ${suite.name}`);
  return await suite.run(output).catch((error: unknown): Outcome => {
    console.error(error);
    return { passed: 0, failed: 1 };
  });
}

async function runHeld(suite: Suite): Promise<Outcome> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'slipway-suite-'));
  const file = path.join(folder, 'output');
  const output = openSync(file, 'w');
  try {
    return await runShown(suite, output);
  } finally {
    closeSync(output);
    console.log(`\n== ${suite.name} ended\n${readFileSync(file, 'utf8')}`);
    rmSync(folder, { recursive: true, force: true });
  }
}

function line({ name, seconds, passed, failed, skipped }: Ended): string {
  const reason = skipped === undefined ? '' : `, skipped: ${skipped}`;
  return `${name.padEnd(24)} ${`${seconds} s`.padStart(6)}  ${passed} passed, ${failed} failed${reason}`;
}
