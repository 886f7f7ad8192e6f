import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
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

it('the licence of every package that a bundle has parts of is in the notices', () => {
  const read = (file: string): string => readFileSync(path.join(root, 'dist', file), 'utf8');
  const { inputs } = JSON.parse(read('meta.json')) as { readonly inputs: Readonly<Record<string, unknown>> };
  const packages = new Set(
    Object.keys(inputs).flatMap(file => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []),
  );
  expect(packages.size).toBeGreaterThan(20);
  const notices = read('THIRD-PARTY-NOTICES.txt');
  expect([...packages].filter(name => !notices.includes(` - ${name}@`))).toEqual([]);
});
