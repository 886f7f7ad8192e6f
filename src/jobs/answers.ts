import { BadInput } from '../core/failure.ts';
import type { DataSource, ModelSource, SavedSource } from '../protocol/engine.ts';
import { dataSource } from '../workspace/config/load.ts';
import type { ResolvedModel } from '../workspace/types.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** What answers in a job: a model, or columns that hold its answers. */
export function answersOf({ entry, ref, source }: ResolvedModel): ModelSource | SavedSource {
  return entry.saved === undefined ? source : { ref, saved: entry.saved };
}

/** Saved answers are read in the data that a caller gives: another digest. @param path undefined: where they are */
export async function answeredIn<M extends readonly ResolvedModel[]>(
  workspace: Workspace,
  models: M,
  path: string | undefined,
): Promise<{ readonly [K in keyof M]: ResolvedModel }> {
  const data = path === undefined ? null : dataSource(workspace.root, path);
  const found = await Promise.all(
    models.map(async model => {
      const { entry, source } = model;
      if (entry.saved === undefined || data === null || data.file === source.file) return model;
      return await workspace.saved(entry, entry.saved, data);
    }),
  );
  return found as { readonly [K in keyof M]: ResolvedModel };
}

/**
 * The data that saved answers are in; null: all are models.
 * @throws BadInput `other-data` when they are in different files
 */
export function dataOfAnswers(models: readonly ResolvedModel[]): DataSource | null {
  const [first, ...others] = models.filter(({ entry }) => entry.saved !== undefined);
  if (first === undefined) return null;
  const apart = others.find(({ source }) => source.file !== first.source.file);
  if (apart !== undefined)
    throw new BadInput(
      'other-data',
      `Saved predictions of \`${first.ref.path}\` and of \`${apart.ref.path}\` are of other rows each. Put the columns into one file, and name it (\`--data F\`).`,
    );
  return { file: first.source.file, path: first.ref.path };
}
