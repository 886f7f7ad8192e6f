import { readFileSync } from 'node:fs';
import path from 'node:path';
import { command, root } from './steps.ts';
import { copyNatives, thisPlatform } from './platform.ts';

/** Makes slipway-PLATFORM-VERSION.vsix in the project's folder. */
const platform = process.argv[2] ?? thisPlatform();
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };

if ((await command('node', ['esbuild.js', '--release'])) !== 0) process.exit(1);
copyNatives(platform);
const notices = [
  '--input',
  'package.json',
  '--output',
  'dist/THIRD-PARTY-NOTICES.txt',
  '--overwrite',
  '--ci',
];
if ((await command('generate-license-file', notices)) !== 0) process.exit(1);
process.exitCode = await command('vsce', [
  ...[
    'package',
    '--target',
    platform,
    '--no-dependencies',
    '--skip-license',
    '--allow-missing-repository',
    '--no-rewrite-relative-links',
  ],
  ...['--out', `slipway-${platform}-${version}.vsix`],
]);
