import { stat } from 'node:fs/promises';

const lookMs = 1000;
/** A folder that is replaced is away for a moment: so many looks in a row say that it is gone. */
const looks = 3;

/**
 * Tells once that a folder was removed. A look that fails in another way, such as a network share that does not
 * answer, says nothing.
 * @returns stops looking
 */
export function whenFolderGone(folder: string, gone: () => void): () => void {
  let missed = 0;
  const timer = setInterval(() => {
    stat(folder).then(
      () => {
        missed = 0;
      },
      (error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || ++missed < looks) return;
        clearInterval(timer);
        gone();
      },
    );
  }, lookMs);
  return () => clearInterval(timer);
}
