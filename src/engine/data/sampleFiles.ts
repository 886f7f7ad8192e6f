import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The files of a server's sample log, oldest first; the one being written is among them. */
export async function sampleFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names
    .filter(name => /\.jsonl(\.part)?$/.test(name))
    .sort()
    .map(name => join(folder, name));
}
