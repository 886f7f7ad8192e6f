import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../../tools/steps.ts';

it('what is packaged is what runs: bundles, natives of this platform, pictures and licences', () => {
  const vsce = path.join(root, 'node_modules/.bin/vsce');
  const files = execFileSync(vsce, ['ls', '--no-dependencies'], { cwd: root, encoding: 'utf8' })
    .trim()
    .split('\n');
  const tops = new Set(files.map(file => file.split('/', 1)[0]));
  expect([...tops].sort()).toEqual([
    ...['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'media', 'package.json'],
  ]);
  const bundles = ['extension', 'services', 'engine', 'server', 'cli', 'targets', 'edge', 'shapWorker'];
  expect(files).toEqual(expect.arrayContaining(bundles.map(name => `dist/${name}.js`)));
  expect(files).toEqual(expect.arrayContaining(['dist/webview/version.js', 'dist/browser/index.html']));
  expect(files.filter(file => /\.(map|tsx?|py|test\.js)$|meta\.json$|\.part$/.test(file))).toEqual([]);
  const natives = files.filter(file => file.endsWith('.node'));
  expect(natives.length).toBeGreaterThan(1);
  const platform = /(linux|darwin|win32)[/-](x64|arm64)/;
  expect(
    natives.filter(
      file => platform.exec(file)?.[0].replace('/', '-') !== `${process.platform}-${process.arch}`,
    ),
  ).toEqual([]);
});
