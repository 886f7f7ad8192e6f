import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { intoFile } from './outFile.ts';

async function scratch(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'slipway-out-test-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

it('appears when it is whole', async () => {
  const dir = await scratch();
  const out = join(dir, 'rows.parquet');
  await writeFile(out, 'before');
  const result = await intoFile(out, async file => {
    await writeFile(file, 'half');
    expect(await readFile(out, 'utf8')).toBe('before');
    await writeFile(file, 'whole');
    return 7;
  });
  expect(result).toBe(7);
  expect(await readFile(out, 'utf8')).toBe('whole');
  expect(await readdir(dir)).toEqual(['rows.parquet']);
});

it('leaves what was there, and nothing else, when the work fails or is cancelled', async () => {
  const dir = await scratch();
  const out = join(dir, 'rows.parquet');
  await writeFile(out, 'before');
  const failing = intoFile(out, async file => {
    await writeFile(file, 'half');
    throw new Error('cancelled');
  });
  await expect(failing).rejects.toThrow('cancelled');
  expect(await readFile(out, 'utf8')).toBe('before');
  expect(await readdir(dir)).toEqual(['rows.parquet']);
});

it.each([
  ['another ending', 'rows.csv', /end its name in `.parquet`/],
  ['a folder that is not there', 'none/rows.parquet', /Could not write .*: its folder is not there/],
])('is refused for %s', async (_, name, sentence) => {
  await expect(intoFile(join(await scratch(), name), async () => await Promise.resolve())).rejects.toThrow(
    sentence,
  );
});
