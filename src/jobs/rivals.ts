import type { ModelSource, SavedAnswers } from '../protocol/engine.ts';
import type { ModelEntry } from '../workspace/types.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { ResolvedRivals, ValidateOverrides } from './build.ts';

/**
 * What a validation holds the answers against: what the caller says, else what slipway.yaml says. A model is
 * not held against itself.
 * @param digest of the model that is judged; null: saved predictions
 * @throws BadInput for a version that is not there
 */
export async function resolveRivals(
  workspace: Workspace,
  entry: ModelEntry,
  digest: string | null,
  overrides: ValidateOverrides,
): Promise<ResolvedRivals> {
  const resolved = async (
    rival: string | SavedAnswers | undefined,
  ): Promise<ModelSource | SavedAnswers | null> => {
    if (rival === undefined) return null;
    if (typeof rival !== 'string') return rival;
    const { ref, source, entry: other } = await workspace.resolve(reference(workspace, entry, rival));
    if (ref.digest === digest) return null;
    return other.saved ?? source;
  };
  return {
    baseline: await resolved(overrides.baseline ?? entry.baseline),
    original: await resolved(overrides.original ?? entry.original),
  };
}

/** A version of the same model goes by its name alone. */
function reference(workspace: Workspace, entry: ModelEntry, rival: string): string {
  const known = workspace.models().some(({ name }) => rival === name || rival.startsWith(`${name}@`));
  return known || rival.endsWith('.onnx') || !entry.configured ? rival : `${entry.name}@${rival}`;
}
