import { posix } from 'node:path';
import type { Measurement } from '../../../core/rollout/counts.ts';
import { BadInput } from '../../../core/failure.ts';
import type { Golden } from '../../../protocol/engine.ts';
import { verifyStep } from '../../golden.ts';
import { heldModels } from '../../history.ts';
import { inOrder } from '../../order.ts';
import type { LeasePlace } from '../../targetLease.ts';
import type { Desired, Finding, Observed, Step, Target, TargetContext } from '../../types.ts';
import { accessContents, lackingAccess, type AccessContents } from '../access.ts';
import { requireBinaries } from '../bundle.ts';
import { backgroundFile, FollowingSteps, type Followed } from '../following.ts';
import { servedModel, servingOf, servingStates, shadowOf, sharesOf } from '../servingStates.ts';
import { examine } from './doctor.ts';
import { leaseNumber } from './layout.ts';
import { FolderLease } from './lease.ts';
import { shapeOf } from './remoteServer.ts';
import { currentOf, putCurrent, type Scene } from './scene.ts';
import type { SshSettings } from './settings.ts';
import { Site } from './site.ts';
import { copyStep, deleteStep, pollMs, programStep, retireStep, startStep, stopStep } from './steps.ts';

/**
 * The inference server on a host that is reached by SSH. A release is a serving.json under its own digest; the
 * link `current` names one of them, and the server follows it: changing the link is the switch.
 */
export class SshTarget implements Target {
  readonly kind = 'ssh';
  readonly divides = true;
  readonly lease: LeasePlace;
  readonly name: string;
  readonly #settings: SshSettings;
  readonly #context: TargetContext;
  readonly #site: Site;
  readonly #following: FollowingSteps;

  constructor(name: string, settings: SshSettings, context: TargetContext) {
    this.name = name;
    this.#settings = settings;
    this.#context = context;
    this.#site = new Site(name, settings, context);
    this.lease = new FolderLease((signal, work) => this.#site.use(signal, work));
    this.#following = new FollowingSteps(pollMs, (signal, work) =>
      this.#site.use(signal, async scene => await work(this.#followed(scene))),
    );
  }

  async doctor(signal: AbortSignal): Promise<readonly Finding[]> {
    try {
      return await this.#site.use(signal, async scene => {
        await requireBinaries(this.#site.source(scene.machine));
        const lacking = await lackingAccess(this.#settings, this.#context);
        const service = await this.#site.service(scene.host, signal);
        const found = await examine(scene, this.name, this.#settings, service, signal);
        return lacking === null ? found : [...found, lacking];
      });
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      return [{ ok: false, what: error.message, mend: null }];
    }
  }

  async observe(signal: AbortSignal): Promise<Observed> {
    const contents = await accessContents(this.#settings, this.#context);
    try {
      return await this.#site.use(signal, scene => this.#look(scene, contents, signal));
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      const none = { live: [], present: [], healthy: false, endpoint: null, facts: {} };
      return { reachable: false, ...none, sentence: error.message };
    }
  }

  plan(desired: Desired, observed: Observed): readonly Step[] {
    if (!observed.reachable) throw new BadInput('unreachable', observed.sentence);
    const before = servingOf(observed);
    const { facts, present } = observed;
    if (desired.live.length === 0) return [stopStep(this.#site, observed), deleteStep(this.#site)];
    const models = heldModels(desired);
    const model = servedModel(this.name, desired, before, this.#settings.model);
    const explain =
      this.#settings.explain === true
        ? (digest: string): string => `../${backgroundFile(digest)}`
        : undefined;
    const { dark, switched, final } = servingStates(desired, before, model, this.#settings, explain);
    const digests = models.map(({ digest }) => digest);
    return inOrder(desired, {
      prepare: [
        ...(facts.uploaded === true ? [] : [programStep(this.#site, observed)]),
        ...models
          .filter(({ digest }) => !present.includes(digest))
          .map(version => copyStep(this.#site, version)),
        ...(facts.running === facts.wanted
          ? []
          : [startStep(this.#site, observed, { ...dark, versions: [] })]),
        ...this.#following.backgrounds(final, before, this.#context.background),
        this.#following.load(digests, dark, before),
      ],
      verify: models.map(version => verifyStep(this, this.#context, version)),
      shift: [this.#following.switch(switched, dark)],
      finish: [retireStep(this.#site, final, [...digests, ...desired.keep], String(facts.program))],
    });
  }

  async infer(digest: string, inputs: Golden['inputs'], signal: AbortSignal): Promise<Golden['outputs']> {
    return await this.#site.use(signal, async scene => {
      const client = await this.#site.client(scene, signal);
      const model = (await currentOf(scene, signal))?.model ?? '';
      return (await client.infer(model, digest, inputs, signal)).outputs;
    });
  }

  async logs(lines: number): Promise<readonly string[]> {
    const signal = AbortSignal.timeout(20_000);
    return await this.#site.use(signal, ({ server }) => server.logs(lines, signal));
  }

  async measure(signal: AbortSignal): Promise<Measurement | null> {
    return await this.#site.use(signal, async scene => {
      const found = await scene.server.find(signal);
      const now = await currentOf(scene, signal);
      return found === null || now === null ? null : await found.client.measure(now.model, signal);
    });
  }

  /** The host is paid for already. */
  cost(): string | null {
    return null;
  }

  async resume(signal: AbortSignal): Promise<void> {
    await this.#site.use(signal, async ({ server }) => {
      if ((await server.find(signal)) !== null) return;
      const last = await server.launched(signal);
      if (last === null)
        throw new BadInput(
          'nothing-to-resume',
          `Nothing is deployed on ${this.name} yet. Deploy a version first.`,
        );
      await server.start(last, signal);
    });
  }

  async dispose(): Promise<void> {
    await this.#site.dispose();
  }

  async #look(scene: Scene, contents: AccessContents, signal: AbortSignal): Promise<Observed> {
    const { host, layout, server } = scene;
    const now = await currentOf(scene, signal);
    const found = await server.find(signal);
    const launched = await server.launched(signal);
    const launch = await this.#site.launch(scene, contents, signal);
    const names = await host.list(layout.base, signal);
    const wanted = sharesOf(now);
    const ready = found !== null && (await found.client.ready(signal));
    return {
      reachable: true,
      live: found === null || now === null ? wanted : ((await found.client.traffic(now.model, signal)) ?? []),
      shadow: shadowOf(now),
      present: (await host.list(layout.models, signal)).filter(name => /^[0-9a-f]{64}$/.test(name)).sort(),
      healthy: ready,
      endpoint: now === null ? null : this.#site.endpoint(),
      sentence: this.#sentence(found !== null, wanted.length, ready),
      facts: {
        serving: now === null ? null : JSON.stringify(now),
        running: found?.shape ?? null,
        wanted: shapeOf(launch),
        program: launch.program,
        uploaded: names.includes(`program-${launch.program}`),
        launched: launched === null ? null : JSON.stringify(launched),
        owned: names.some(name => leaseNumber(name) === null),
      },
    };
  }

  #followed(scene: Scene): Followed {
    const { host, layout } = scene;
    return {
      client: signal => this.#site.client(scene, signal),
      stands: async signal => (await currentOf(scene, signal)) !== null,
      put: (value, signal) => putCurrent(scene, value, signal),
      write: async (path, value, signal) => {
        const file = `${layout.base}/${path}`;
        await host.makeFolder(posix.dirname(file), signal);
        await host.write(file, JSON.stringify(value), signal);
      },
      remove: (path, signal) => host.unlink(`${layout.base}/${path}`, signal),
    };
  }

  #sentence(runs: boolean, versions: number, ready: boolean): string {
    if (!runs)
      return versions === 0 ? 'nothing is deployed yet' : 'the server does not run; start it or deploy again';
    if (versions === 0) return 'runs, but serves nothing';
    return ready ? `answers on ${this.#site.asked()}` : 'runs, but is not ready';
  }
}
