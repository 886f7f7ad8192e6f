import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { skippedFile } from './skippedReporter.ts';
import { command, type Outcome, type Output, type Suite } from './steps.ts';

/** A vitest configuration as a suite, with its real counts. */
export function vitestSuite(name: string, config: string): Suite {
  return { name, run: output => runVitest(config, [], output) };
}

/** @param files only these; without it, all that the configuration includes */
export async function runVitest(
  config: string,
  files: readonly string[] = [],
  output: Output = 'inherit',
): Promise<Outcome> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'slipway-vitest-'));
  const file = path.join(folder, 'report.json');
  const skippedNames = path.join(folder, 'skipped.json');
  try {
    const code = await command(
      'vitest',
      [
        ...['run', '--config', config, ...files],
        ...['--reporter=dot', '--reporter=json', `--outputFile.json=${file}`],
        '--reporter=./tools/skippedReporter.ts',
      ],
      { [skippedFile]: skippedNames },
      output,
    );
    const report = JSON.parse(readFileSync(file, 'utf8')) as {
      numPassedTests: number;
      numFailedTests: number;
    };
    const skipped = JSON.parse(readFileSync(skippedNames, 'utf8')) as readonly string[];
    const failed = report.numFailedTests === 0 && code !== 0 ? 1 : report.numFailedTests;
    return {
      passed: report.numPassedTests,
      failed,
      ...(skipped.length > 0 ? { skipped: skipped.join('; ') } : {}),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
