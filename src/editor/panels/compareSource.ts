import type { ComparePage, PageCommand } from '../../protocol/pages.ts';
import type { ResolvedModel } from '../../workspace/types.ts';
import type { Host } from '../host.ts';
import { compare, pairSubject } from '../tasks.ts';
import { workState, type PageAction, type PageSource } from './source.ts';
import type { Subject } from './subject.ts';

/** The page of two versions side by side: A is what is compared with, B the candidate. */
export class CompareSource implements PageSource {
  readonly subject: Subject & { readonly page: 'compare' };
  readonly #host: Host;

  constructor(host: Host, a: string, b: string) {
    this.#host = host;
    this.subject = { page: 'compare', a, b };
  }

  async model(): Promise<ResolvedModel> {
    return (await this.#pair())[1];
  }

  async other(): Promise<ResolvedModel> {
    return (await this.#pair())[0];
  }

  async state(): Promise<ComparePage> {
    const { catalog, work, trusted } = this.#host;
    const [a, b] = await this.#pair();
    const [listedA, listedB, comparison] = await Promise.all([
      catalog.list(a.entry, a.version),
      catalog.list(b.entry, b.version),
      catalog.comparison(a, b),
    ]);
    return {
      page: 'compare',
      trusted,
      model: b.entry.name,
      a: { ...listedA.row, digest: a.ref.digest },
      b: { ...listedB.row, digest: b.ref.digest },
      comparison: workState(
        work.running('compare', pairSubject(a, b))?.progress ?? null,
        work.failure('compare', pairSubject(a, b)),
        comparison,
        trusted ? 'They were not compared yet.' : 'Nothing is run in a folder that is not trusted.',
      ),
    };
  }

  async compare(): Promise<void> {
    const [a, b] = await this.#pair();
    await compare(this.#host, a, b, true);
  }

  cancel(): void {
    void this.#pair().then(([a, b]) => this.#host.work.cancel('compare', pairSubject(a, b)));
  }

  argument(command: PageCommand, argument: string | null): PageAction {
    const { a, b } = this.subject;
    const name = b.split('@')[0] ?? b;
    switch (command) {
      case 'deploy':
        return { command: 'slipway.deploy', argument: argument === null ? b : `${name}@${argument}` };
      case 'compareWith':
        return {
          command: 'slipway.compare',
          argument: { reference: b, other: argument === null ? undefined : `${name}@${argument}` },
        };
      case 'openVersion':
        return { command: 'slipway.openVersion', argument: argument === null ? a : `${name}@${argument}` };
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

  async #pair(): Promise<readonly [ResolvedModel, ResolvedModel]> {
    const { workspace } = await this.#host.services();
    return await Promise.all([workspace.resolve(this.subject.a), workspace.resolve(this.subject.b)]);
  }
}
