import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { root, type Outcome, type Suite } from './steps.ts';
import { exampleCopy } from './example.ts';

/**
 * test/host/ in a real extension host, with dist/ as it is: desktop VS Code where there is a display, else VS Code's
 * server through tools/vscode/code, which takes the same arguments.
 */
export const hostSuite: Suite = { name: 'extension host', run };

async function run(): Promise<Outcome> {
  const tests = path.join(root, '.vscode-test/host/index.js');
  await build({
    entryPoints: [path.join(root, 'test/host/index.ts')],
    outfile: tests,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
  const folder = mkdtempSync(path.join(os.tmpdir(), 'slipway-host-'));
  const report = path.join(folder, 'report.json');
  try {
    const example = exampleCopy('credit-risk', path.join(folder, 'credit-risk'));
    process.env['SLIPWAY_HOST_REPORT'] = report;
    const shim = path.join(root, 'tools/vscode/code');
    const display = process.platform !== 'linux' || process.env['DISPLAY'] !== undefined;
    const code = await runTests({
      ...(display ? {} : { vscodeExecutablePath: shim }),
      extensionDevelopmentPath: root,
      extensionTestsPath: tests,
      launchArgs: [example, '--disable-workspace-trust'],
    }).catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      return 1;
    });
    const counts = JSON.parse(readFileSync(report, 'utf8')) as { passed: number; failed: number };
    return code === 0 || counts.failed > 0 ? counts : { ...counts, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
