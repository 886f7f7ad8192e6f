import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mountSmallDisk } from '../workspace/testing.ts';
import { buildSlipway, copyExample, runSlipway } from './testProgram.ts';

let folder: string;
let dist: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-cli-'));
  dist = await buildSlipway(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a disk that is full when the result is written: a sentence, and nothing half-written', async context => {
  const example = join(folder, 'credit-risk');
  copyExample('credit-risk', example);
  const disk = join(example, '.slipway');
  const why = mountSmallDisk(disk, 16);
  if (why !== null) context.skip(why);
  const { code, stdout } = await runSlipway(dist, example, ['validate', 'credit-risk@1.0.0', '--json']);
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    schema: 'slipway/error@1',
    code: 'cannot-write',
    message: expect.stringMatching(
      /^Could not write `.*\.json`: the disk is full\. Free some space/,
    ) as string,
  });
  const left = readdirSync(disk, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  expect(left.map(({ name }) => name)).toEqual(['.gitignore']);
});
