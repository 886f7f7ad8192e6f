import { spawn } from 'node:child_process';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '..');

/** What a suite came to. A suite that cannot run here is named with its reason. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped?: string;
}

export interface Suite {
  readonly name: string;
  run(): Promise<Outcome>;
}

/** Runs a command of the project with its output shown; resolves with the exit code. */
export function command(file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
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
    run: async () =>
      (await command(file, args)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 },
  };
}

/** Runs the suites in order, prints a table and `N passed, N failed`; sets the exit code. */
export async function runSuites(suites: readonly Suite[]): Promise<void> {
  const lines: string[] = [];
  let passed = 0;
  let failed = 0;
  for (const suite of suites) {
    console.log(`\n== ${suite.name}`);
    const started = Date.now();
    const outcome = await suite.run().catch((error: unknown): Outcome => {
      console.error(error);
      return { passed: 0, failed: 1 };
    });
    passed += outcome.passed;
    failed += outcome.failed;
    const seconds = `${Math.round((Date.now() - started) / 1000)} s`;
    const counts = `${outcome.passed} passed, ${outcome.failed} failed`;
    const skipped = outcome.skipped === undefined ? '' : `, skipped: ${outcome.skipped}`;
    lines.push(`${suite.name.padEnd(24)} ${seconds.padStart(6)}  ${counts}${skipped}`);
  }
  console.log(`\n${lines.join('\n')}\n`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}
