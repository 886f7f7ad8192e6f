import { open, readdir, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../process/alive.ts';
import type { Log } from './log.ts';

/** What the name of a file that is being written ends in. */
export const openEnding = '.part';
const blockBytes = 65_536;
const host = hostname().replace(/[^\w.-]/g, '_');

/** The name of a file that this process closes. @param place tells the processes of one server apart */
export function sampleName(time: Date, place: string): string {
  return `${time.toISOString().replaceAll(':', '-')}-${host}-${process.pid}-${place}.jsonl`;
}

/**
 * Closes what killed processes of this machine left open, as files of this one; a row that was cut off goes.
 * Files of other machines are left alone: whether they are still written is not known here. Asked before this
 * process opens a file of its own. Never throws.
 */
export async function closeLeftSamples(dir: string, place: string, log: Log): Promise<void> {
  for (const name of await readdir(dir).catch(() => [])) {
    const [, time, from, pid] = /^(.+?Z)-(.+)-(\d+)-[^-]+\.jsonl\.part$/.exec(name) ?? [];
    if (from !== host || (Number(pid) !== process.pid && isAlive(Number(pid)))) continue;
    const closed = `${time}-${from}-${pid}-${place}.jsonl`;
    try {
      if (await endAtRow(join(dir, name))) {
        await rename(join(dir, name), join(dir, closed));
        log(`samples that a killed process left open are closed: ${closed}`);
      } else {
        await rm(join(dir, name));
        log(`samples that a killed process left open held no whole row and are deleted: ${name}`);
      }
    } catch (error) {
      // Another process of this server was first.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
      log(`samples that a killed process left open stay so: ${(error as Error).message}`);
    }
  }
}

/** Cuts off what stands behind the last whole line. @returns false when there is none */
async function endAtRow(file: string): Promise<boolean> {
  const handle = await open(file, 'r+');
  try {
    const { size } = await handle.stat();
    const block = Buffer.alloc(blockBytes);
    for (let end = size; end > 0;) {
      const from = Math.max(0, end - blockBytes);
      const { bytesRead } = await handle.read(block, 0, end - from, from);
      const line = block.subarray(0, bytesRead).lastIndexOf('\n');
      if (line >= 0) {
        if (from + line + 1 < size) await handle.truncate(from + line + 1);
        return true;
      }
      end = from;
    }
    return false;
  } finally {
    await handle.close();
  }
}
