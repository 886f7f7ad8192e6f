import { dirname, join } from 'node:path';

/** A worker's bundle beside the engine's. @param entry null: not bundled, and then there are no workers */
export function workerFile(entry: string | null, bundle: string): string | null {
  return entry === null || entry.endsWith('.ts') ? null : join(dirname(entry), bundle);
}
