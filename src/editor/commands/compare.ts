import { compare } from '../tasks.ts';
import type { Host } from '../host.ts';
import type { Pages } from '../panels/pages.ts';
import { referenceOf } from '../row.ts';
import type { ResolvedModel } from '../../workspace/types.ts';
import type { CommandHandler } from './command.ts';
import { pickVersion, referenceIn, textField, versionOf } from './subject.ts';

/** Versions that a page sets side by side. */
const mostAtOnce = 5;
/** Versions whose order is looked up; further back the date decides. */
const ordered = 200;

/** Compares two chosen versions; the older one is what the newer is compared with. */
export const compareVersions: CommandHandler = async ({ host, pages }, argument, selection) => {
  const chosen = Array.isArray(selection)
    ? selection.flatMap(node => textField(node, 'reference') ?? [])
    : [];
  const { workspace } = await host.services();
  if (chosen.length > 2) {
    await openTable(
      host,
      pages,
      await Promise.all(chosen.slice(0, mostAtOnce).map(one => workspace.resolve(one))),
    );
    return;
  }
  if (chosen.length === 2) {
    const [first, second] = await Promise.all(chosen.map(item => workspace.resolve(item)));
    if (first !== undefined && second !== undefined)
      await openComparison(host, pages, ...(await byAge(host, first, second)));
    return;
  }
  const model = textField(fieldEntry(argument), 'name');
  const first = await versionOf(
    host,
    pages,
    referenceIn(argument, pages) ?? (model === undefined ? undefined : { model }),
    'Compare: the first version',
  );
  if (first === null) return;
  const other =
    textField(argument, 'other') ??
    (await pickVersion(
      host,
      `Compare ${first.version.version} with`,
      // Saved answers are one version: they are held against another model's.
      first.entry.saved === undefined ? first.entry.name : undefined,
    ));
  if (other === null) return;
  await openComparison(host, pages, ...(await byAge(host, first, await workspace.resolve(other))));
};

/** The entry of a model's tree node. */
function fieldEntry(argument: unknown): unknown {
  return typeof argument === 'object' && argument !== null && 'entry' in argument ? argument.entry : null;
}

/** The older first, in the order of the tree: dates alone do not tell versions of one commit apart. */
async function byAge(
  host: Host,
  a: ResolvedModel,
  b: ResolvedModel,
): Promise<readonly [ResolvedModel, ResolvedModel]> {
  const { versions } = await host.catalog.versions(a.entry, ordered);
  const place = (model: ResolvedModel): number =>
    versions.findIndex(({ row }) => row.version === model.version.version);
  const [placeA, placeB] = [place(a), place(b)];
  if (placeA >= 0 && placeB >= 0) return placeA >= placeB ? [a, b] : [b, a];
  return a.version.date <= b.version.date ? [a, b] : [b, a];
}

/** Opens the page of A and B, and compares them unless a current result is stored. */
export async function openComparison(
  host: Host,
  pages: Pages,
  a: ResolvedModel,
  b: ResolvedModel,
): Promise<void> {
  pages.open({
    page: 'compare',
    a: referenceOf(a.entry, a.version),
    b: referenceOf(b.entry, b.version),
  });
  await compare(host, a, b, false);
}

/** Opens the page of several versions, the oldest being what the others are compared with. */
async function openTable(host: Host, pages: Pages, models: readonly ResolvedModel[]): Promise<void> {
  const sorted = [...models];
  // Few: the order of the tree is asked for each pair.
  for (let end = sorted.length - 1; end > 0; end--)
    for (let at = 0; at < end; at++)
      [sorted[at], sorted[at + 1]] = [...(await byAge(host, sorted[at]!, sorted[at + 1]!))];
  const [a, b, ...more] = sorted.map(({ entry, version }) => referenceOf(entry, version));
  if (a === undefined || b === undefined) return;
  pages.open({ page: 'compare', a, b, more });
  for (const other of sorted.slice(1)) await compare(host, sorted[0]!, other, false);
}
