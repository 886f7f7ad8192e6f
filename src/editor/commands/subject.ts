import path from 'node:path';
import { QuickPickItemKind, Uri, window, type QuickPickItem } from 'vscode';
import type { ResolvedModel } from '../../workspace/types.ts';
import type { ListedTarget, ListedVersion } from '../catalog.ts';
import { age, shortDigest } from '../format.ts';
import type { Host } from '../host.ts';
import type { Pages } from '../panels/pages.ts';
import { verdictIcons } from '../tree/items.ts';

/** Versions of a model that a quick pick offers. */
const offered = 200;

type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(argument: unknown): Fields {
  return typeof argument === 'object' && argument !== null ? (argument as Fields) : {};
}

/** The text under a name in an argument; undefined when there is none. */
export function textField(argument: unknown, name: string): string | undefined {
  const value = fieldsOf(argument)[name];
  return typeof value === 'string' ? value : undefined;
}

/** The reference in an argument: of a tree node, a file, a page's words, or the page in front. */
export function referenceIn(argument: unknown, pages: Pages): string | undefined {
  if (argument instanceof Uri) return argument.fsPath;
  if (typeof argument === 'string') return argument;
  const reference = textField(argument, 'reference');
  if (reference !== undefined) return reference;
  const active = pages.active;
  return argument === undefined && active?.page === 'version' ? active.reference : undefined;
}

/** The target's name in an argument: of a tree node (target or release), or a page's words. */
export function targetIn(argument: unknown, pages: Pages): string | undefined {
  const { target, release } = fieldsOf(argument);
  if (typeof target === 'string') return target;
  const named = textField(target, 'name') ?? textField(release, 'target');
  if (named !== undefined) return named;
  return argument === undefined && pages.active?.page === 'target' ? pages.active.target : undefined;
}

/** The model of an argument, or the one that is picked; null when the pick was left. */
export async function versionOf(
  host: Host,
  pages: Pages,
  argument: unknown,
  title: string,
): Promise<ResolvedModel | null> {
  const reference =
    referenceIn(argument, pages) ?? (await pickVersion(host, title, textField(argument, 'model')));
  if (reference === null) return null;
  if (path.isAbsolute(reference)) host.adopt(reference);
  const { workspace } = await host.services();
  return await workspace.resolve(reference);
}

/** Asks for a version. @param model only this model's; undefined: any model's */
export async function pickVersion(host: Host, title: string, model?: string): Promise<string | null> {
  const models = (await host.catalog.models()).filter(entry => model === undefined || entry.name === model);
  if (models.length === 0) {
    void window.showInformationMessage('This folder holds no model yet: no .onnx file was found.');
    return null;
  }
  const now = new Date();
  const items: (QuickPickItem & { readonly reference?: string })[] = [];
  for (const entry of models) {
    const { versions } = await host.catalog.versions(entry, offered);
    if (models.length > 1) items.push({ label: entry.name, kind: QuickPickItemKind.Separator });
    items.push(...versions.map(version => versionChoice(version, now)));
  }
  const picked = await window.showQuickPick(items, {
    title,
    placeHolder: 'Version',
    matchOnDescription: true,
  });
  return picked?.reference ?? null;
}

function versionChoice(
  { entry, row, reference }: ListedVersion,
  now: Date,
): QuickPickItem & { readonly reference: string } {
  const digest = row.digest === null ? [] : [shortDigest(row.digest)];
  const live = row.liveOn.length === 0 ? [] : [`live on ${row.liveOn.join(', ')}`];
  return {
    label: `$(${verdictIcons[row.verdict].id}) ${entry.name} ${row.version}`,
    description: [...digest, age(row.date, now), ...live].join(' · '),
    reference,
  };
}

/** Asks for a target. @param fits which of them are offered */
export async function pickTarget(
  host: Host,
  title: string,
  fits: (target: ListedTarget) => boolean,
  none: string,
): Promise<string | null> {
  const targets = (await host.catalog.targets()).filter(fits);
  if (targets.length === 0) {
    void window.showInformationMessage(none);
    return null;
  }
  const picked = await window.showQuickPick(
    targets.map(({ target, status }) => ({
      label: target.name,
      description: target.kind,
      detail: status?.sentence ?? '',
    })),
    { title, placeHolder: 'Target' },
  );
  return picked?.label ?? null;
}
