import type { ComparePage, PageCommand, VersionRow, Work } from '../../protocol/pages.ts';
import type { Comparison } from '../../protocol/results/comparison.ts';
import type { VersionTable } from '../../protocol/results/versionTable.ts';
import type { ResolvedModel } from '../../workspace/types.ts';
import type { Host } from '../host.ts';
import { compare, pairSubject } from '../tasks.ts';
import { workState, type PageAction, type PageSource } from './source.ts';
import type { Subject } from './subject.ts';

/** The page of versions side by side: A is what is compared with, B the candidate, others beside it. */
export class CompareSource implements PageSource {
  readonly subject: Subject & { readonly page: 'compare' };
  readonly #host: Host;

  constructor(host: Host, subject: Subject & { readonly page: 'compare' }) {
    this.#host = host;
    this.subject = subject;
  }

  async model(): Promise<ResolvedModel> {
    return (await this.#all())[1];
  }

  async other(): Promise<ResolvedModel> {
    return (await this.#all())[0];
  }

  async state(): Promise<ComparePage> {
    const { catalog, trusted } = this.#host;
    const [a, b, ...more] = await this.#all();
    const [listedA, listedB, ...comparisons] = await Promise.all([
      catalog.list(a.entry, a.version),
      catalog.list(b.entry, b.version),
      ...[b, ...more].map(async other => await this.#pair(a, other)),
    ]);
    return {
      page: 'compare',
      trusted,
      model: b.entry.name,
      against: a.entry.name === b.entry.name ? null : a.entry.name,
      names: { a: calledIn(a, listedA.row), b: calledIn(b, listedB.row) },
      deployable: b.entry.saved === undefined,
      a: { ...listedA.row, digest: a.ref.digest },
      b: { ...listedB.row, digest: b.ref.digest },
      comparison: comparisons[0]!,
      table: more.length === 0 ? null : await this.#table(comparisons),
    };
  }

  async compare(): Promise<void> {
    const [a, ...others] = await this.#all();
    for (const other of others) await compare(this.#host, a, other, true);
  }

  cancel(): void {
    void this.#all().then(([a, ...others]) =>
      others.forEach(other => this.#host.work.cancel('compare', pairSubject(a, other))),
    );
  }

  async #pair(a: ResolvedModel, b: ResolvedModel): Promise<Work<Comparison>> {
    const { catalog, work, trusted } = this.#host;
    return workState(
      work.running('compare', pairSubject(a, b))?.progress ?? null,
      work.failure('compare', pairSubject(a, b)),
      await catalog.comparison(a, b),
      trusted ? 'They were not compared yet.' : 'Nothing is run in a folder that is not trusted.',
    );
  }

  /** Of the comparisons with A: what runs or is missing first, for there is no table without it. */
  async #table(comparisons: readonly Work<Comparison>[]): Promise<Work<VersionTable>> {
    const open = (['running', 'failed', 'empty'] as const)
      .map(state => comparisons.find(one => one.state === state))
      .find(one => one !== undefined);
    if (open?.state === 'running' || open?.state === 'failed') return { ...open, previous: null };
    if (open?.state === 'empty') return open;
    const stored = comparisons.flatMap(one => (one.state === 'done' ? [one.stored] : []));
    const { made } = await this.#host.services();
    return {
      state: 'done',
      stored: {
        result: made.versionTable(stored.map(({ result }) => result)),
        storedAt: stored.map(({ storedAt }) => storedAt).sort()[0]!,
        stale: stored.find(one => one.stale !== null)?.stale ?? null,
      },
    };
  }

  argument(command: PageCommand, argument: string | null): PageAction {
    const { a, b, more } = this.subject;
    const name = b.split('@')[0] ?? b;
    switch (command) {
      case 'deploy':
        return { command: 'slipway.deploy', argument: argument === null ? b : `${name}@${argument}` };
      case 'compareWith':
        return {
          command: 'slipway.compare',
          // Of a table: the one that was chosen, against A.
          argument: {
            reference: more === undefined ? b : a,
            other: argument === null ? undefined : `${name}@${argument}`,
          },
        };
      case 'openVersion':
        return {
          command: 'slipway.openVersion',
          // The two may be of different models.
          argument: argument === null || a.endsWith(`@${argument}`) ? a : `${name}@${argument}`,
        };
      case 'openConfig':
        return { command: 'slipway.openConfig', argument: undefined };
      case 'createConfig':
        return { command: 'slipway.createConfig', argument: b };
      case 'refresh':
        return { command: 'slipway.refresh', argument: undefined };
      default:
        return { command: 'slipway.showLog', argument: undefined };
    }
  }

  async #all(): Promise<readonly [ResolvedModel, ResolvedModel, ...ResolvedModel[]]> {
    const { workspace } = await this.#host.services();
    const { a, b, more = [] } = this.subject;
    const [first, second, ...others] = await Promise.all([a, b, ...more].map(one => workspace.resolve(one)));
    return [first!, second!, ...others];
  }
}

function calledIn({ entry }: ResolvedModel, { version }: VersionRow): string {
  return entry.saved === undefined ? version : entry.name;
}
