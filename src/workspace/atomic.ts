import { randomBytes } from 'node:crypto';
import { link, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { BadInput } from '../core/failure.ts';

/** What a file is written with; a stream is read to its end. */
type Written = string | Uint8Array | AsyncIterable<Uint8Array>;

/**
 * Writes a file whole or not at all: to a temporary name beside it, fsync, rename, fsync of the folder.
 * @throws BadInput `cannot-write` when the disk is full or the folder can't be written; nothing is left behind.
 */
export async function writeAtomic(file: string, content: Written): Promise<void> {
  await replace(file, content, rename);
}

/**
 * As `writeAtomic`, but never over a file that is there.
 * @returns false when there is one already.
 */
export async function createAtomic(file: string, content: string | Uint8Array): Promise<boolean> {
  let created = true;
  await replace(file, content, async (temporary, final) => {
    created = await link(temporary, final).then(
      () => true,
      (error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
        throw error;
      },
    );
    await rm(temporary);
  });
  return created;
}

async function replace(
  file: string,
  content: Written,
  settle: (temporary: string, final: string) => Promise<void>,
): Promise<void> {
  const folder = dirname(file);
  const temporary = join(folder, `.${basename(file)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await makeAll(folder);
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await settle(temporary, file);
    await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw writeFailure(error, file);
  }
}

/** Makes a folder and those above it. @throws BadInput `cannot-write` */
export async function makeFolder(dir: string): Promise<void> {
  await makeAll(dir).catch((error: unknown) => {
    throw writeFailure(error, dir);
  });
}

/**
 * Node's own way tries for ever where the system says of a folder that may not be made that the one above it is
 * not there, as it does under /proc.
 */
async function makeAll(dir: string): Promise<void> {
  const failure = await tryFolder(dir);
  if (failure === null) return;
  if (failure.code !== 'ENOENT' || dirname(dir) === dir) throw failure;
  await makeAll(dirname(dir));
  const second = await tryFolder(dir);
  if (second !== null) throw second;
}

/** @returns null when it is there */
async function tryFolder(dir: string): Promise<NodeJS.ErrnoException | null> {
  try {
    await mkdir(dir);
    return null;
  } catch (error) {
    const found = await stat(dir).catch(() => null);
    return found?.isDirectory() === true ? null : (error as NodeJS.ErrnoException);
  }
}

/** A rename lasts through a power cut only once its folder is on disk. Windows can't open folders. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full. Free some space and try again.',
  EDQUOT: 'your disk quota is used up. Free some space and try again.',
  EFBIG: 'it is larger than a file may be here. Free some space or raise the limit.',
  EACCES: 'you may not write there. Change the permissions of the folder or choose another one.',
  EPERM: 'you may not write there. Change the permissions of the folder or choose another one.',
  ENOENT: 'its folder is not there and cannot be made. Choose another folder.',
  EROFS: 'the file system is read-only. Choose another folder.',
  EEXIST: 'part of its path is a file, not a folder. Move that file or choose another folder.',
  ENOTDIR: 'part of its path is a file, not a folder. Move that file or choose another folder.',
};

/** A failed write as the sentence for the person; what is no fault of theirs comes back unchanged. */
export function writeFailure(error: unknown, file: string): unknown {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  const reason = code === undefined ? undefined : reasons[code];
  if (reason === undefined) return error;
  return new BadInput('cannot-write', `Could not write \`${file}\`: ${reason}`);
}
