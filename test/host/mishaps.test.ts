import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import path from 'node:path';
import { commands, window, type QuickPickItem } from 'vscode';
import type { ListedTarget } from '../../src/editor/catalog.ts';
import { exampleFile, slipway, until, versionNode } from './support.ts';

interface Said {
  readonly what: string;
  readonly detail: string;
}

/** Answers the messages and boxes of `window` with what is given, in order; restores them. */
async function answering(
  answers: readonly (string | undefined)[],
  act: () => Promise<unknown>,
): Promise<readonly Said[]> {
  const left = [...answers];
  const said: Said[] = [];
  const message = (what: string, options?: { detail?: string } | string): Promise<string | undefined> => {
    said.push({ what, detail: typeof options === 'object' ? (options.detail ?? '') : '' });
    return Promise.resolve(left.shift());
  };
  const names = ['showInformationMessage', 'showWarningMessage', 'showErrorMessage'] as const;
  const kept = Object.fromEntries([...names, 'showInputBox' as const].map(name => [name, window[name]]));
  Object.assign(window, Object.fromEntries(names.map(name => [name, message])), {
    showInputBox: (options: { title?: string; prompt?: string }) =>
      message(options.prompt ?? options.title ?? ''),
  });
  try {
    await act();
  } finally {
    Object.assign(window, kept);
  }
  return said;
}

async function target(name: string): Promise<ListedTarget> {
  const { host } = await slipway();
  const found = (await host.catalog.targets()).find(one => one.target.name === name);
  assert.ok(found !== undefined);
  return found;
}

suite('when something is in the way', () => {
  const file = (): string => exampleFile('slipway.yaml').fsPath;
  let original: string;

  suiteSetup(() => {
    original = readFileSync(file(), 'utf8');
  });
  teardown(async () => {
    await configure(original);
    await commands.executeCommand('workbench.action.closeAllEditors');
  });

  async function configure(text: string): Promise<void> {
    writeFileSync(file(), text);
    const { host } = await slipway();
    await host.reload();
  }

  const deploy = (version: string, to: string): Promise<unknown> =>
    Promise.resolve(
      commands.executeCommand('slipway.deploy', { reference: `credit-risk@${version}`, target: to }),
    );

  test('a version that fails its policy is not deployed, unless a reason is recorded', async () => {
    await configure(original.replace(/port: \d+/, 'port: 0').replace('min: 0.65', 'min: 0.99'));
    const before = (await target('staging')).releases.length;
    const refused = await answering([undefined], () => deploy('1.0.0', 'staging'));
    assert.equal(refused[0]?.what, 'credit-risk 1.0.0 does not meet its policy.');
    assert.match(refused[0].detail, /^Fails: ROC AUC.*\n\nDeploying anyway needs a reason/s);
    assert.equal((await target('staging')).releases.length, before);

    const noReason = await answering(['Deploy Anyway...', undefined], () => deploy('1.0.0', 'staging'));
    assert.equal(noReason.length, 2);
    assert.equal((await target('staging')).releases.length, before);

    const asked = await answering(
      ['Deploy Anyway...', 'The pilot ends on Friday', '30d', 'Deploy 1.0.0 to staging'],
      () => deploy('1.0.0', 'staging'),
    );
    assert.match(asked[3]?.detail ?? '', /Fails: ROC AUC.* The policy stops it, unless a reason/);
    const [release] = (await target('staging')).releases;
    assert.equal(release?.state, 'live', JSON.stringify(release?.plan));
    assert.equal(release.override?.reason, 'The pilot ends on Friday');
    await answering(['Remove everything from staging'], async () =>
      commands.executeCommand('slipway.removeFromTarget', { target: 'staging' }),
    );
  });

  test('Check Target tells a port in use, with its mend; a deployment there changes nothing', async () => {
    const taken = createServer();
    taken.listen(0, '127.0.0.1');
    await once(taken, 'listening');
    try {
      const { port } = taken.address() as AddressInfo;
      await configure(original.replace(/port: \d+/, `port: ${port}`));
      const found = await doctor('staging');
      assert.match(
        found[0]?.label ?? '',
        new RegExp(`^\\$\\(error\\) Port ${port} on 127\\.0\\.0\\.1 is in use`),
      );
      assert.equal(found[0]?.detail, 'Set another `port` for staging in slipway.yaml.');
      const before = (await target('staging')).releases.length;
      const said = await answering(['Deploy 1.1.0 to staging'], () => deploy('1.1.0', 'staging'));
      assert.match(said.at(-1)?.what ?? '', new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 is in use`));
      assert.equal((await target('staging')).releases.length, before);
    } finally {
      await closed(taken);
    }
    const free = await doctor('staging');
    assert.match(free[0]?.label ?? '', /^\$\(pass\) Port \d+ can be had\.$/);
  });

  test('a folder that cannot be written is told by Check Target and refuses a deployment', async () => {
    const place = exampleFile('locked').fsPath;
    const unlock = lock(place);
    try {
      await configure(original.replace('path: out/credit-risk', 'path: locked/bundle'));
      const found = await doctor('bundle');
      assert.match(found.map(({ label }) => label).join('\n'), /^\$\(error\) .*locked/m);
      const said = await answering(['Deploy 1.1.0 to bundle'], () => deploy('1.1.0', 'bundle'));
      assert.match(said.at(-1)?.what ?? '', /locked/);
      assert.deepEqual((await target('bundle')).releases, []);
      assert.deepEqual(readdirSync(place), []);
    } finally {
      unlock();
    }
  });

  test('an engine that is killed in the middle loses its job and nothing else', async () => {
    const { host } = await slipway();
    const node = await versionNode('2.0.0');
    const { digest } = node.row;
    assert.ok(digest !== null);
    const results = exampleFile('.slipway', 'results', 'validate', digest).fsPath;
    rmSync(results, { recursive: true, force: true });
    host.changed('results');
    const running = commands.executeCommand('slipway.validate', node);
    await until('the job to be in its middle', () =>
      (host.work.running('validate', digest)?.progress.done ?? 0) > 0 ? true : null,
    );
    for (const pid of engines()) process.kill(pid, 'SIGKILL');
    await running;
    assert.match(host.work.failure('validate', digest) ?? '', /engine ended|SIGKILL/);
    assert.throws(() => readdirSync(results));
    await commands.executeCommand('slipway.validate', await versionNode('2.0.0'));
    assert.equal(host.work.failure('validate', digest), null);
    assert.equal(readdirSync(results).length, 1);
  });
});

async function doctor(name: string): Promise<readonly QuickPickItem[]> {
  const ask = window.showQuickPick;
  let found: readonly QuickPickItem[] = [];
  Object.assign(window, {
    showQuickPick: (items: readonly QuickPickItem[]) => {
      found = items;
      return Promise.resolve(undefined);
    },
  });
  try {
    await commands.executeCommand('slipway.doctor', { target: name });
  } finally {
    Object.assign(window, { showQuickPick: ask });
  }
  return found;
}

/** A folder that may not be written: root may write anywhere but to a file system that is mounted read-only. */
function lock(folder: string): () => void {
  mkdirSync(folder);
  if (process.getuid?.() === 0) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', folder]);
    return () => {
      execFileSync('umount', [folder]);
      rmSync(folder, { recursive: true });
    };
  }
  execFileSync('chmod', ['555', folder]);
  return () => rmSync(folder, { recursive: true });
}

/** Engine processes of this extension host. */
function engines(): readonly number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      try {
        const command = readFileSync(path.join('/proc', pid, 'cmdline'), 'utf8');
        const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(path.join('/proc', pid, 'status'), 'utf8'))?.[1];
        return command.includes('engine.js') && parent === String(process.pid);
      } catch {
        return false;
      }
    })
    .map(Number);
}

function closed(server: Server): Promise<unknown> {
  return new Promise(resolve => server.close(resolve));
}
