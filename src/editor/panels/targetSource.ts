import type { PageCommand, TargetPage } from '../../protocol/pages.ts';
import { shortDigest } from '../format.ts';
import type { Host } from '../host.ts';
import type { PageAction, PageSource } from './source.ts';
import type { Subject } from './subject.ts';

const logLines = 50;

/** The page of one target: what is live, its releases, the deployment in progress. */
export class TargetSource implements PageSource {
  readonly subject: Subject & { readonly page: 'target' };
  readonly #host: Host;

  constructor(host: Host, target: string) {
    this.#host = host;
    this.subject = { page: 'target', target };
  }

  async state(): Promise<TargetPage> {
    const { target: name } = this.subject;
    const { catalog, deployments, trusted } = this.#host;
    const listed = (await catalog.targets()).find(({ target }) => target.name === name);
    const status = listed?.status ?? null;
    const own = deployments.log(name);
    return {
      page: 'target',
      trusted,
      target: name,
      kind: listed?.target.kind ?? 'unknown',
      status: {
        healthy: status?.healthy ?? false,
        sentence: status?.sentence ?? this.#unasked(listed !== undefined),
        endpoint: status?.endpoint ?? null,
      },
      live: (status?.live ?? []).map(({ version, digest, weight }) => ({
        version: version ?? shortDigest(digest),
        digest,
        weight,
      })),
      drift: status?.drift ?? status?.interrupted ?? status?.overdue ?? null,
      releases: listed?.releases ?? [],
      current: deployments.current(name),
      log: own.length > 0 || !trusted ? own : await this.#logs(),
    };
  }

  cancel(): void {
    this.#host.work.cancel('deploy', this.subject.target);
  }

  argument(command: PageCommand, argument: string | null): PageAction {
    const { target } = this.subject;
    switch (command) {
      case 'deploy':
        return { command: 'slipway.deploy', argument: { target } };
      case 'rollback':
        return { command: 'slipway.rollBack', argument: { target, release: argument ?? undefined } };
      case 'remove':
        return { command: 'slipway.removeFromTarget', argument: { target } };
      case 'openEndpoint':
        return { command: 'slipway.openEndpoint', argument: { target } };
      case 'doctor':
        return { command: 'slipway.doctor', argument: { target } };
      case 'openVersion':
        return { command: 'slipway.openVersion', argument: argument ?? undefined };
      case 'compareWith':
        return { command: 'slipway.compareWithLive', argument: argument ?? undefined };
      case 'exportReport':
      case 'openConfig':
        return { command: 'slipway.openConfig', argument: undefined };
      case 'createConfig':
        return { command: 'slipway.createConfig', argument: undefined };
      case 'showLog':
        return { command: 'slipway.showLog', argument: undefined };
      case 'refresh':
        return { command: 'slipway.refresh', argument: undefined };
    }
  }

  #unasked(known: boolean): string {
    if (!known) return `slipway.yaml has no target \`${this.subject.target}\`.`;
    if (!this.#host.trusted) return 'A target is not asked while the folder is not trusted.';
    return 'The target did not answer.';
  }

  async #logs(): Promise<readonly string[]> {
    const { deployer } = await this.#host.services();
    return await deployer.logs(this.subject.target, logLines).catch(() => []);
  }
}
