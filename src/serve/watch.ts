import { lstatSync, watch, type FSWatcher } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { readServing, type Serving } from './serving.ts';

const pollMs = 1000;

/**
 * Follows serving.json, also when its folder is a link that comes to name another. File events come at once where
 * the system has them; a slow look at the file makes up for where it has none (network folders, some containers).
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
  const folder = dirname(resolve(file));
  // A watched link is the folder it named then: that it names another is an event of the folder around it.
  const linked = lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  const watchers = [file, ...(linked ? [folder] : [])].map(path => watchPath(path, soon, log));
  const poll = setInterval(soon, pollMs);
  return () => {
    for (const watcher of watchers) watcher?.close();
    clearInterval(poll);
  };
}

/** @returns null where the system has no events for it */
function watchPath(path: string, changed: () => void, log: (line: string) => void): FSWatcher | null {
  try {
    const watcher = watch(dirname(path), (_, name) => {
      if (name === null || name === basename(path)) changed();
    });
    return watcher.on('error', error => log(`file events stopped (${error.message}); looking every second`));
  } catch (error) {
    log(`no file events here (${(error as Error).message}); looking every second`);
    return null;
  }
}
