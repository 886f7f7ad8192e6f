import type { Deployer } from './deployer.ts';
import type { ResolvedModel } from '../workspace/types.ts';
import type { Workspace } from '../workspace/workspace.ts';

/**
 * The version that the journals say is live: what a release candidate is compared with.
 * @param targets those looked at, in this order; null: all that serve the model
 * @returns null when nothing is live, or when its bytes are not at hand any more
 */
export async function liveVersion(
  deployer: Pick<Deployer, 'targets' | 'history'>,
  workspace: Workspace,
  model: ResolvedModel,
  targets: readonly string[] | null,
): Promise<ResolvedModel | null> {
  const { name } = model.entry;
  const serving = deployer.targets().filter(target => target.model === null || target.model === name);
  const order = targets ?? serving.map(target => target.name);
  for (const target of order) {
    const releases = await deployer.history(target).catch(() => []);
    const last = releases.find(({ state }) => state === 'live' || state === 'removed');
    // A canary is no release candidate's rival until it has most of the requests.
    const model = last?.traffic.toSorted((a, b) => b.weight - a.weight)[0]?.model;
    if (last?.state !== 'live' || model?.name !== name) continue;
    const found = await workspace.resolve(`${name}@${model.digest}`).catch(() => null);
    if (found !== null) return found;
  }
  return null;
}
