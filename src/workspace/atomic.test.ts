import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createAtomic, writeAtomic, writeFailure } from './atomic.ts';
import { mountSmallDisk, temporaryFolder, writeFiles } from './testing.ts';

test('replaces a file whole and leaves nothing else', async () => {
  const root = temporaryFolder();
  await writeAtomic(join(root, 'a/b.json'), 'one');
  await writeAtomic(join(root, 'a/b.json'), 'two');
  expect(readFileSync(join(root, 'a/b.json'), 'utf8')).toBe('two');
  expect(readdirSync(join(root, 'a'))).toEqual(['b.json']);
});

test('creating never replaces', async () => {
  const file = join(temporaryFolder(), 'a');
  expect(await createAtomic(file, 'one')).toBe(true);
  expect(await createAtomic(file, 'two')).toBe(false);
  expect(readFileSync(file, 'utf8')).toBe('one');
});

test('a folder that is a file', async () => {
  const root = temporaryFolder();
  writeFiles(root, { a: 'file' });
  await expect(writeAtomic(join(root, 'a/b'), 'x')).rejects.toMatchObject({ code: 'cannot-write' });
});

test.runIf(process.platform === 'linux')('a folder that the system does not let be made', async () => {
  await expect(writeAtomic('/proc/slipway/a/r.json', 'x')).rejects.toMatchObject({
    code: 'cannot-write',
    message:
      'Could not write `/proc/slipway/a/r.json`: its folder is not there and cannot be made. Choose another folder.',
  });
});

test.runIf(process.platform !== 'win32')(
  'a write that runs out of space says so and leaves the old file alone',
  async () => {
    const root = temporaryFolder();
    writeFiles(root, { 'r.json': 'old' });
    // A limit on the size of files stops a write in its middle as a full disk does, without needing one.
    const script = `
      process.on('SIGXFSZ', () => undefined);
      const { writeAtomic } = await import(${JSON.stringify(join(import.meta.dirname, 'atomic.ts'))});
      await writeAtomic(${JSON.stringify(join(root, 'r.json'))}, 'x'.repeat(100_000)).then(
        () => console.log('written'),
        error => console.log(error.name, error.code, error.message),
      );`;
    const { stdout } = await promisify(execFile)('bash', [
      '-c',
      'ulimit -f 20 && exec "$0" --input-type=module -e "$1"',
      process.execPath,
      script,
    ]);
    expect(stdout).toMatch(/^BadInput cannot-write Could not write `.*r\.json`: /);
    expect(readdirSync(root)).toEqual(['r.json']);
    expect(readFileSync(join(root, 'r.json'), 'utf8')).toBe('old');
  },
);

test('a disk that is really full says so and leaves the old file alone', async context => {
  const disk = join(temporaryFolder(), 'disk');
  const why = mountSmallDisk(disk, 64);
  if (why !== null) context.skip(`${why}; the limit on file sizes above stands in`);
  writeFiles(disk, { 'r.json': 'old' });
  await expect(writeAtomic(join(disk, 'r.json'), 'x'.repeat(100_000))).rejects.toMatchObject({
    code: 'cannot-write',
    message: expect.stringMatching(/the disk is full\. Free some space/) as string,
  });
  expect(readdirSync(disk)).toEqual(['r.json']);
  expect(readFileSync(join(disk, 'r.json'), 'utf8')).toBe('old');
});

test.each(['EACCES', 'ENOSPC', 'EROFS'])(
  '%s is told as a sentence; other failures stay as they are',
  code => {
    const failure = Object.assign(new Error(code), { code });
    expect(writeFailure(failure, 'out/a')).toMatchObject({
      code: 'cannot-write',
      message: expect.stringMatching(/^Could not write `out\/a`: .*\. .*\.$/) as string,
    });
    const other = new Error('ours');
    expect(writeFailure(other, 'out/a')).toBe(other);
  },
);
