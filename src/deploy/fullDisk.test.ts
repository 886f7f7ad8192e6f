import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { builtServer } from '../serve/builtServer.ts';
import { mountSmallDisk, temporaryFolder, writeFiles } from '../workspace/testing.ts';
import { Lease } from './lease.ts';
import { makeDeployer, makeWorkspace } from './testing.ts';

const distDir = builtServer();

// A disk of one page is full after so many records; a longer reason leaves room for fewer.
test.for([
  ['before', 1800, /the disk is full\. .* r-0001 was undone; the next deployment/, 'undone'],
  ['after', 0, /the disk is full\. .* The requests of r-0001 have moved; the next deployment/, 'live'],
] as const)(
  'a journal whose disk is full %s the switch: a sentence, and an end that the next run comes to as well',
  async ([when, length, sentence, end], context) => {
    const root = temporaryFolder();
    await makeWorkspace(root, { name: 'box', settings: `kind: folder, path: ${root}/out` });
    const disk = join(root, '.slipway/releases');
    const why = mountSmallDisk(disk, 4);
    if (why !== null) context.skip(why);
    const { deployer, workspace } = await makeDeployer(root, distDir());
    const version = await workspace.resolve('credit-risk@1.0.0');
    const reason = 'x'.repeat(length + 1);
    await expect(deployer.deploy('box', version, { override: { reason } })).rejects.toMatchObject({
      code: 'cannot-write',
      message: expect.stringMatching(sentence) as string,
    });
    expect(existsSync(join(root, 'out/serving.json'))).toBe(when === 'after');
    expect(await deployer.status('box')).toMatchObject({ healthy: when === 'after', busy: null });
    execFileSync('mount', ['-o', 'remount,size=64k', disk]);
    expect(await deployer.recover('box')).toMatchObject({ release: 'r-0001', state: end });
    expect(await deployer.deploy('box', version)).toMatchObject({ release: 'r-0002', state: 'live' });
  },
);

test.for([
  ['a bundle', 'folder, path: out', 'out', 1000],
  ['a local server', 'local, port: 0', '.slipway/targets', 20],
] as const)(
  '%s whose disk fills up: a sentence, nothing half-done, and live once there is room',
  async ([, settings, at, kilobytes], context) => {
    const root = temporaryFolder();
    await makeWorkspace(root, { name: 'box', settings: `kind: ${settings}` });
    const disk = join(root, at);
    const why = mountSmallDisk(disk, kilobytes);
    if (why !== null) context.skip(why);
    const { deployer, workspace } = await makeDeployer(root, distDir(), { keepRunning: false });
    onTestFinished(() => deployer.dispose());
    const version = await workspace.resolve('credit-risk@1.0.0');
    const release = await deployer.deploy('box', version);
    expect(release).toMatchObject({ state: 'undone' });
    expect(release.plan.map(({ detail }) => detail).join(' ')).toMatch(
      /Could not write `.*`: the disk is full\. Free some space and try again\./,
    );
    expect(readdirSync(disk, { recursive: true }).join()).not.toMatch(/partial|model\.onnx|serving/);
    execFileSync('mount', ['-o', 'remount,size=200m', disk]);
    expect(await deployer.deploy('box', version)).toMatchObject({ state: 'live' });
  },
);

test('a lease that does not fit on the disk is none', async context => {
  const disk = join(temporaryFolder(), 'disk');
  const why = mountSmallDisk(disk, 4);
  if (why !== null) context.skip(why);
  writeFiles(disk, { full: 'x'.repeat(4096) });
  const take = Lease.take(join(disk, 'lease.json'), { by: 'Ada' }, () => undefined);
  await expect(take).rejects.toMatchObject({
    code: 'cannot-write',
    message: expect.stringMatching(/lease\.json`: the disk is full\. Free some space/) as string,
  });
  expect(readdirSync(disk)).toEqual(['full']);
});
