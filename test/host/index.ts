import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/** The entry that the extension host runs: all suites, with their counts written for the caller. */
export async function run(): Promise<void> {
  const only = process.env['SLIPWAY_HOST_GREP'];
  const mocha = new Mocha({ ui: 'tdd', timeout: 60_000, reporter: 'spec', color: false });
  if (only !== undefined) mocha.grep(only);
  mocha.suite.emit('pre-require', globalThis as never, 'slipway', mocha);
  await import('./activation.test.ts');
  await import('./tree.test.ts');
  await import('./onnxEditor.test.ts');
  await import('./config.test.ts');
  await import('./work.test.ts');
  await import('./deploy.test.ts');
  await import('./canary.test.ts');
  await import('./mishaps.test.ts');
  await import('./checkTests.test.ts');
  await import('./policy.test.ts');
  await import('./review.test.ts');
  await import('./data.test.ts');
  const counts = { passed: 0, failed: 0 };
  await new Promise<void>(resolve => {
    mocha
      .run(() => resolve())
      .on('pass', () => counts.passed++)
      .on('fail', () => counts.failed++);
  });
  const report = process.env['SLIPWAY_HOST_REPORT'];
  if (report !== undefined) writeFileSync(report, JSON.stringify(counts));
  if (counts.failed > 0) throw new Error(`${counts.failed} tests failed in the extension host.`);
}
