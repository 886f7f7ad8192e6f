import path from 'node:path';
import type { VersionTab } from '../../protocol/pages.ts';
import type { ResolvedModel } from '../../workspace/types.ts';
import type { Host } from '../host.ts';
import type { Pages } from '../panels/pages.ts';
import { referenceOf } from '../row.ts';
import type { CommandHandler } from './command.ts';
import { versionOf } from './subject.ts';

export const openVersion: CommandHandler = async ({ host, pages }, argument) => {
  const model = await versionOf(host, pages, argument, 'Open a version');
  if (model !== null) await openPage(pages, host, model);
};

/** Opens the page of a version: its file's editor, or a panel when its bytes come from git. */
export async function openPage(
  pages: Pages,
  host: Host,
  model: ResolvedModel,
  tab?: VersionTab,
): Promise<void> {
  const { entry, version } = model;
  const title = `${entry.name} ${version.version}`;
  await pages.openVersion({ reference: referenceOf(entry, version), file: fileOf(host, model), title }, tab);
}

/** Absolute path of the version's file when it lies in the folder as it is; null when it comes from git or a registry. */
export function fileOf(host: Host, { entry, version, source }: ResolvedModel): string | null {
  if (entry.source === 'mlflow' || (entry.source === 'git' && !version.modified)) return null;
  // Saved predictions lie in a data file, which the editor of models does not open.
  if (entry.saved !== undefined) return null;
  return host.root === null ? source.file : path.resolve(host.root, version.path);
}
