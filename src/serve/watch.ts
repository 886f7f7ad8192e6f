import { watch, type FSWatcher } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { readServing, type Serving } from './serving.ts';

const pollMs = 1000;

/**
 * Follows serving.json. File events come at once where the system has them; a slow look at the file makes up
 * for where it has none (network folders, some containers).
 * @returns stops watching
 */
export function watchServing(
  file: string,
  changed: (serving: Serving) => void,
  log: (line: string) => void,
): () => void {
  let seen = '';
  const look = async (): Promise<void> => {
    try {
      const { ino, mtimeMs, ctimeMs, size } = await stat(file);
      // Archives put files in place with times in whole seconds: only the last change of the inode is always new.
      const mark = `${ino} ${mtimeMs} ${ctimeMs} ${size}`;
      if (mark === seen) return;
      seen = mark;
      const serving = await readServing(file);
      if (serving !== null) changed(serving);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      log(`serving.json is left aside: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  // The first look is not passed over: the file may have changed since it was read to start with.
  let looking = look();
  const soon = (): void => {
    looking = looking.then(look);
  };
  let watcher: FSWatcher | null = null;
  try {
    watcher = watch(dirname(file), (_, name) => {
      if (name === null || name === basename(file)) soon();
    });
    watcher.on('error', error => log(`file events stopped (${error.message}); looking every second`));
  } catch (error) {
    log(`no file events here (${(error as Error).message}); looking every second`);
  }
  const poll = setInterval(soon, pollMs);
  return () => {
    watcher?.close();
    clearInterval(poll);
  };
}
