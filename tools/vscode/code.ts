import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { requireChromium, vscodeHome } from './home.ts';
import { VsCodeWindow } from './window.ts';

const { values, positionals } = parseArgs({
  strict: false,
  allowPositionals: true,
  options: { extensionDevelopmentPath: { type: 'string' }, extensionTestsPath: { type: 'string' } },
});
const extension = values.extensionDevelopmentPath;
const tests = values.extensionTestsPath;
if (typeof extension !== 'string' || typeof tests !== 'string') {
  console.error('Give --extensionDevelopmentPath=DIR, --extensionTestsPath=FILE and a folder.');
  process.exit(2);
}

requireChromium();
const window = await VsCodeWindow.open({
  home: vscodeHome(),
  folder: path.resolve(positionals[0] ?? mkdtempSync(path.join(os.tmpdir(), 'slipway-empty-'))),
  development: { extension: path.resolve(extension), tests: path.resolve(tests) },
  // The suite's own lines are indented; the workbench's chatter is not.
  onLog: line => {
    if (/^(\s|$)/.test(line)) console.log(line);
  },
});
const code = await window.exit;
await window.close();
await new Promise<void>(resolve => process.stdout.write('', () => resolve()));
process.exit(code);
