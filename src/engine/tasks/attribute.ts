import { stat } from 'node:fs/promises';
import { canonicalJson } from '../../protocol/job.ts';
import type { AttributedRows, AttributeRequest } from '../../protocol/attribute.ts';
import { LiveExplainer } from '../explain/liveExplainer.ts';

/** Models kept ready, the last used last. */
const mostKept = 3;
const kept = new Map<string, Promise<LiveExplainer>>();

/**
 * Explains rows that are given as values. The first request for a model, background and settings loads, proves
 * and prepares (up to seconds); the next find that done. Another model file, data file or setting is another
 * entry; a changed file is noticed by its time and size.
 */
export async function attribute({ rows, ...setting }: AttributeRequest): Promise<AttributedRows> {
  const key = canonicalJson([setting, await stampsOf(setting)]);
  const known = kept.get(key);
  const opening = known ?? LiveExplainer.open(setting);
  kept.delete(key);
  kept.set(key, opening);
  try {
    const live = await opening;
    return await live.explain(rows);
  } catch (error) {
    if (known === undefined) await opening.catch(() => kept.delete(key));
    throw error;
  } finally {
    await letGo();
  }
}

/** Lets go of all that is kept, for tests and for memory. */
export async function forgetModels(): Promise<void> {
  await letGo(0);
}

async function letGo(most = mostKept): Promise<void> {
  for (const [key, opening] of kept) {
    if (kept.size <= most) return;
    kept.delete(key);
    const live = await opening.catch(() => null);
    await live?.release();
  }
}

async function stampsOf({
  model,
  data,
  background,
}: Pick<AttributeRequest, 'model' | 'data' | 'background'>): Promise<string[]> {
  const files = [model.file, data.file, ...(background === null ? [] : [background.file])];
  return await Promise.all(
    files.map(async file => {
      const found = await stat(file).catch(() => null);
      return found === null ? '' : `${found.mtimeMs} ${found.size}`;
    }),
  );
}
