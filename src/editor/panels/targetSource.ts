import { shadowSentence } from '../../core/rollout/shadow.ts';
import type { CanaryPage, PageCommand, TargetPage, TrafficPage } from '../../protocol/pages.ts';
import type { Release } from '../../protocol/results/release.ts';
import type { Rollout } from '../../protocol/results/rollout.ts';
import type { ListedTarget } from '../catalog.ts';
import { shortDigest } from '../format.ts';
import type { Host } from '../host.ts';
import type { PageAction, PageSource } from './source.ts';
import type { Subject } from './subject.ts';
import { Traffic } from './traffic.ts';

const logLines = 50;
const measureMs = 5_000;

/** The page of one target: what is live, its releases, the deployment in progress. */
export class TargetSource implements PageSource {
  readonly subject: Subject & { readonly page: 'target' };
  readonly every = measureMs;
  readonly #host: Host;
  readonly #traffic: Traffic;

  constructor(host: Host, target: string) {
    this.#host = host;
    this.subject = { page: 'target', target };
    this.#traffic = new Traffic(async () => {
      const { deployer } = await host.services();
      return await deployer.measure(target, AbortSignal.timeout(measureMs));
    });
  }

  async state(): Promise<TargetPage> {
    const { target: name } = this.subject;
    const { catalog, deployments, trusted } = this.#host;
    const listed = (await catalog.targets()).find(({ target }) => target.name === name);
    const status = listed?.status ?? null;
    const own = deployments.log(name);
    const measured = await this.#measured(listed);
    const { current = null } = status ?? {};
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
      since: status?.since ?? null,
      cost: status?.cost ?? null,
      rests:
        current === null || (status?.live.length ?? 0) === 0
          ? []
          : [current.verdict?.sentence, current.review?.sentence].filter(sentence => sentence != null),
      shadow: status?.shadow == null ? null : shadowSentence(status.shadow),
      canary: measured.canary,
      traffic: measured.traffic,
      releases: listed?.releases ?? [],
      current: deployments.current(name),
      log: own.length > 0 || !trusted ? own : await this.#logs(),
    };
  }

  cancel(): void {
    this.#host.work.cancel('deploy', this.subject.target);
    this.#host.work.cancel('canary', this.subject.target);
  }

  argument(command: PageCommand, argument: string | null): PageAction {
    const { target } = this.subject;
    switch (command) {
      case 'deploy':
        return { command: 'slipway.deploy', argument: { target } };
      case 'deployCanary':
        return { command: 'slipway.deployCanary', argument: { target } };
      case 'promote':
        return { command: 'slipway.promote', argument: { target } };
      case 'rollBackCanary':
        return { command: 'slipway.rollBackCanary', argument: { target } };
      case 'pauseCanary':
        return { command: 'slipway.pauseCanary', argument: { target } };
      case 'watchCanary':
        return { command: 'slipway.watchCanary', argument: { target } };
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

  /** What is counted now, and what that says of the canary. Nothing is asked in a folder that is not trusted. */
  async #measured(
    listed: ListedTarget | undefined,
  ): Promise<{ readonly canary: CanaryPage | null; readonly traffic: TrafficPage | null }> {
    const { target } = this.subject;
    const { trusted, work } = this.#host;
    if (!trusted || listed?.status == null) return { canary: null, traffic: null };
    const { deployer } = await this.#host.services();
    const latest = await this.#traffic.latest();
    const rollout = await deployer.rollout(target).catch(() => null);
    const named = new Map(
      listed.releases.flatMap(({ traffic }) => traffic.map(({ model }) => [model.digest, model.version])),
    );
    return {
      canary:
        rollout === null || !isRecent(rollout, listed.releases)
          ? null
          : {
              rollout,
              now: await deployer.preliminary(target, latest),
              led: work.running('canary', target) !== null,
            },
      traffic: this.#traffic.page(digest => named.get(digest) ?? shortDigest(digest)),
    };
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

/** A canary that has ended is shown until the next release. */
function isRecent({ began, state }: Rollout, releases: readonly Release[]): boolean {
  if (state !== 'promoted' && state !== 'rolled-back') return true;
  const [last, before] = releases;
  return (last?.action === 'rollback' ? before : last)?.rollout?.began === began;
}
