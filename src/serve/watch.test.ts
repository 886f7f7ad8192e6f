import { mkdir, mkdtemp, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { writeServing } from './serving.ts';
import { watchServing } from './watch.ts';

// Making a link needs a right of its own on Windows.
test.skipIf(process.platform === 'win32')(
  'a link that comes to name another folder is followed at once, without the slow look',
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'slipway-watch-'));
    vi.useFakeTimers({ toFake: ['setInterval'] });
    const models: string[] = [];
    for (const model of ['a', 'b', 'c']) {
      await mkdir(join(dir, model));
      await writeServing(join(dir, model, 'serving.json'), {
        schema: 'slipway/serving@1',
        model,
        versions: [],
      });
    }
    const current = join(dir, 'current');
    await symlink('a', current);
    const stop = watchServing(
      join(current, 'serving.json'),
      ({ model }) => models.push(model),
      () => undefined,
    );
    onTestFinished(async () => {
      stop();
      vi.useRealTimers();
      await rm(dir, { recursive: true });
    });
    await expect.poll(() => models, { timeout: 10_000 }).toEqual(['a']);
    for (const [next, seen] of [
      ['b', ['a', 'b']],
      ['c', ['a', 'b', 'c']],
    ] as const) {
      await symlink(next, `${current}.next`);
      await rename(`${current}.next`, current);
      await expect.poll(() => models, { timeout: 10_000 }).toEqual(seen);
    }
  },
);
