import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

/** Checkouts of a project with one package, which npm takes from a file. */
let folder: string;
let checkout: string;

function npm(cwd: string, command: string): void {
  const { status, stderr } = spawnSync(`npm ${command} --silent`, { cwd, encoding: 'utf8', shell: true });
  expect([status, stderr]).toEqual([0, '']);
}

/** The lock file asks for this version of the package from now on. */
function lock(version: string): void {
  const one = path.join(folder, 'one');
  mkdirSync(one, { recursive: true });
  writeFileSync(path.join(one, 'package.json'), JSON.stringify({ name: 'one', version }));
  npm(one, 'pack --pack-destination ../checkout');
  const dependencies = { one: `file:one-${version}.tgz` };
  writeFileSync(path.join(checkout, 'package.json'), JSON.stringify({ name: 'project', dependencies }));
  npm(checkout, 'install --package-lock-only');
}

/** Runs a tool that prints the version it finds. */
function ran(root = checkout): { installs: boolean; version: string } {
  const { stdout, stderr } = spawnSync(process.execPath, [path.join(root, 'tools/run.mjs'), 'version'], {
    encoding: 'utf8',
  });
  return { installs: stderr.startsWith('Installing'), version: stdout.trim().split('\n').at(-1)! };
}

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-run-'));
  checkout = path.join(folder, 'checkout');
  mkdirSync(path.join(checkout, 'tools'), { recursive: true });
  cpSync(path.join(import.meta.dirname, 'run.mjs'), path.join(checkout, 'tools/run.mjs'));
  const tool = `import one from 'one/package.json' with { type: 'json' }; console.log(one.version);`;
  writeFileSync(path.join(checkout, 'tools/version.ts'), tool);
  lock('1.0.0');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('installs in a fresh checkout, then no more, and not in a copy', () => {
  expect(ran()).toEqual({ installs: true, version: '1.0.0' });
  expect(ran()).toEqual({ installs: false, version: '1.0.0' });
  const copy = path.join(folder, 'copy');
  cpSync(checkout, copy, { recursive: true });
  expect(ran(copy)).toEqual({ installs: false, version: '1.0.0' });
});

it('installs when the lock file has changed', () => {
  lock('2.0.0');
  expect(ran()).toEqual({ installs: true, version: '2.0.0' });
});

it('installs what an install that was interrupted left out', () => {
  const record = path.join(checkout, 'node_modules/.package-lock.json');
  writeFileSync(record, readFileSync(record, 'utf8').slice(0, 40));
  expect(ran()).toEqual({ installs: true, version: '2.0.0' });
  rmSync(path.join(checkout, 'node_modules/one'), { recursive: true });
  expect(ran()).toEqual({ installs: true, version: '2.0.0' });
});
