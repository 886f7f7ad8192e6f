import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import type { Measurement } from '../../../core/rollout/counts.ts';
import { BadInput } from '../../../core/failure.ts';
import type { Golden } from '../../../protocol/engine.ts';
import type { ModelRef } from '../../../protocol/results/shared.ts';
import { copyModel } from '../../../serve/models.ts';
import { serving, type Serving } from '../../../serve/serving.ts';
import { verifyStep, versionLabel } from '../../golden.ts';
import { heldModels } from '../../history.ts';
import { inOrder } from '../../order.ts';
import type { LeasePlace } from '../../targetLease.ts';
import type { Desired, Finding, Observed, Step, StepContext, Target, TargetContext } from '../../types.ts';
import {
  accessContents,
  accessFolderOf,
  clientAccess,
  lackingAccess,
  type AccessContents,
} from '../access.ts';
import { programMark, requireBinaries, writeProgram } from '../bundle.ts';
import type { OpenInference } from '../openInference.ts';
import { backgroundFile, FollowingSteps, type Followed } from '../following.ts';
import { servedModel, servingOf, servingStates, shadowOf, sharesOf } from '../servingStates.ts';
import { placeOf } from './connection.ts';
import { examine } from './doctor.ts';
import { inspectMachine, type Machine } from './inspect.ts';
import { Layout, leaseNumber, programsOf } from './layout.ts';
import { FolderLease } from './lease.ts';
import type { RemoteHost } from './remoteHost.ts';
import { RemoteServer, shapeOf, type Launch } from './remoteServer.ts';
import { currentOf, putCurrent, releaseText, type Scene } from './scene.ts';
import { Session } from './session.ts';
import { folderOf, type SshSettings } from './settings.ts';
import { programBytes, uploadFolder } from './upload.ts';
import { readyMs, until, waitFor } from '../waiting.ts';

/** One server stops and one gets ready; to undo that takes as long. */
const startMs = 2 * readyMs + 60_000;
const pollMs = 100;

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
  readonly #session: Session;
  readonly #following: FollowingSteps;
  #machine: Machine | null = null;

  constructor(name: string, settings: SshSettings, context: TargetContext) {
    this.name = name;
    this.#settings = settings;
    this.#context = context;
    this.#session = new Session(settings, context.secret);
    this.lease = new FolderLease((signal, work) => this.#use(signal, work));
    this.#following = new FollowingSteps(pollMs, (signal, work) =>
      this.#use(signal, async scene => await work(this.#followed(scene))),
    );
  }

  async doctor(signal: AbortSignal): Promise<readonly Finding[]> {
    try {
      return await this.#use(signal, async scene => {
        await requireBinaries(this.#source(scene.machine));
        const lacking = await lackingAccess(this.#settings, this.#context);
        const service = await this.#service(scene.host, signal);
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
      return await this.#use(signal, scene => this.#look(scene, contents, signal));
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
    if (desired.live.length === 0) return [this.#stop(observed), this.#delete()];
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
        ...(facts.uploaded === true ? [] : [this.#program(observed)]),
        ...models.filter(({ digest }) => !present.includes(digest)).map(version => this.#copy(version)),
        ...(facts.running === facts.wanted ? [] : [this.#start(observed, { ...dark, versions: [] })]),
        ...this.#following.backgrounds(final, before, this.#context.background),
        this.#following.load(digests, dark, before),
      ],
      verify: models.map(version => verifyStep(this, this.#context, version)),
      shift: [this.#following.switch(switched, dark)],
      finish: [this.#retire(final, [...digests, ...desired.keep], String(facts.program))],
    });
  }

  async infer(digest: string, inputs: Golden['inputs'], signal: AbortSignal): Promise<Golden['outputs']> {
    return await this.#use(signal, async scene => {
      const client = await this.#client(scene, signal);
      const model = (await currentOf(scene, signal))?.model ?? '';
      return (await client.infer(model, digest, inputs, signal)).outputs;
    });
  }

  async logs(lines: number): Promise<readonly string[]> {
    const signal = AbortSignal.timeout(20_000);
    return await this.#use(signal, ({ server }) => server.logs(lines, signal));
  }

  async measure(signal: AbortSignal): Promise<Measurement | null> {
    return await this.#use(signal, async scene => {
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
    await this.#use(signal, async ({ server }) => {
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
    await this.#session.close();
  }

  async #look(scene: Scene, contents: AccessContents, signal: AbortSignal): Promise<Observed> {
    const { host, layout, server } = scene;
    const now = await currentOf(scene, signal);
    const found = await server.find(signal);
    const launched = await server.launched(signal);
    const launch = await this.#launch(scene, contents, signal);
    const names = await host.list(layout.base, signal);
    const wanted = sharesOf(now);
    const ready = found !== null && (await found.client.ready(signal));
    return {
      reachable: true,
      live: found === null || now === null ? wanted : ((await found.client.traffic(now.model, signal)) ?? []),
      shadow: shadowOf(now),
      present: (await host.list(layout.models, signal)).filter(name => /^[0-9a-f]{64}$/.test(name)).sort(),
      healthy: ready,
      endpoint: now === null ? null : this.#endpoint(),
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

  #program({ facts }: Observed): Step {
    return {
      name: 'program',
      phase: 'prepare',
      limit: 2 * waitFor(programBytes),
      sentence: `Copy the server and ONNX Runtime to ${this.#where()}.`,
      undoSentence: 'They are deleted.',
      ...this.#acts(
        async ({ host, layout, machine }, { signal }) => {
          await this.#own(host, layout, signal);
          if ((await host.list(layout.base, signal)).includes(`program-${String(facts.program)}`))
            return 'was there';
          const source = this.#source(machine);
          const dir = await mkdtemp(join(tmpdir(), 'slipway-program-'));
          try {
            await writeProgram(dir, source, await programMark(source));
            await uploadFolder(host, dir, layout.program(String(facts.program)), signal);
          } finally {
            await rm(dir, { recursive: true, force: true });
          }
          return 'copied';
        },
        async ({ host, layout }, { signal }) => {
          const program = layout.program(String(facts.program));
          await host.remove([program, `${program}.partial`], signal);
          if (facts.owned !== true) await this.#removeAll(host, layout, signal);
        },
      ),
    };
  }

  #copy(model: ModelRef): Step {
    const { digest, size } = model;
    return {
      name: `copy-${digest.slice(0, 12)}`,
      phase: 'prepare',
      limit: 2 * waitFor(size),
      sentence: `Copy ${versionLabel(model)} to ${this.#where()}.`,
      undoSentence: 'The copy is deleted.',
      ...this.#acts(
        async ({ host, layout }, { signal }) => {
          if ((await host.list(layout.models, signal)).includes(digest)) return 'was there';
          const dir = await mkdtemp(join(tmpdir(), 'slipway-copy-'));
          try {
            await copyModel(dir, { digest, file: (await this.#context.source(digest)).file });
            await uploadFolder(host, join(dir, 'models', digest), layout.model(digest), signal);
          } finally {
            await rm(dir, { recursive: true, force: true });
          }
          return 'copied';
        },
        async ({ host, layout }, { signal }) => {
          await host.remove([layout.model(digest), `${layout.model(digest)}.partial`], signal);
        },
      ),
    };
  }

  #start({ facts, live }: Observed, empty: Serving): Step {
    const moves = facts.running !== null;
    const { address, port } = this.#settings;
    return {
      name: 'start',
      phase: 'prepare',
      limit: startMs,
      sentence: `Start the server on ${address}:${port} there${moves ? ' in place of the one that runs; requests fail until it answers' : ''}.`,
      undoSentence: moves ? 'It is started again as it was.' : 'It is stopped.',
      ...this.#acts(
        async (scene, { signal }) => {
          if ((await currentOf(scene, signal)) === null) await putCurrent(scene, empty, signal);
          const contents = await accessContents(this.#settings, this.#context);
          const launch = await this.#launch(scene, contents, signal);
          if (launch.access !== undefined) await scene.server.putAccess(launch.access, contents, signal);
          if ((await scene.server.find(signal))?.shape !== shapeOf(launch))
            await scene.server.start(launch, signal);
          return `answers on ${this.#asked()}`;
        },
        async ({ host, layout, server, machine }, { signal }) => {
          await server.stop(signal);
          await server.forget(machine.home, signal);
          if (moves && typeof facts.launched === 'string') {
            await server.start(JSON.parse(facts.launched) as Launch, signal);
            if (live.length > 0)
              await until('it did not become ready', pollMs, signal, async () => {
                return (await server.find(signal))?.client.ready(signal) ?? false;
              });
          } else if (facts.serving === null) await host.unlink(layout.current, signal);
          await server.tidyAccess(signal);
        },
      ),
    };
  }

  #retire(final: Serving, kept: readonly string[], program: string): Step {
    return {
      name: 'retire',
      phase: 'finish',
      sentence: 'Unload what is no longer live; keep the last versions for a rollback.',
      undoSentence: 'A rollback loads them again.',
      ...this.#acts(
        async (scene, { signal }) => {
          const { host, layout } = scene;
          await putCurrent(scene, final, signal);
          const { id } = releaseText(final);
          const models = (await host.list(layout.models, signal)).filter(digest => !kept.includes(digest));
          const releases = (await host.list(layout.releases, signal)).filter(name => name !== id);
          const backgrounds = kept.map(digest => posix.basename(backgroundFile(digest)));
          const rows = (await host.list(layout.background, signal)).filter(
            name => !backgrounds.includes(name),
          );
          const programs = programsOf(await host.list(layout.base, signal)).filter(
            name => name !== `program-${program}`,
          );
          await host.remove(
            [
              ...models.map(digest => layout.model(digest)),
              ...releases.map(name => layout.release(name)),
              ...rows.map(name => `${layout.background}/${name}`),
              ...programs.map(name => `${layout.base}/${name}`),
            ],
            signal,
          );
          await scene.server.tidyAccess(signal);
          return models.length === 0 ? 'nothing deleted' : `deleted ${models.length} older`;
        },
        () => Promise.resolve(),
      ),
    };
  }

  #stop({ facts }: Observed): Step {
    const before = typeof facts.serving === 'string' ? serving.parse(JSON.parse(facts.serving)) : null;
    return {
      name: 'stop',
      phase: 'switch',
      limit: startMs,
      sentence: 'Let requests in work end and stop the server.',
      undoSentence: 'It is started again.',
      ...this.#acts(
        async ({ host, layout, server }, { signal }) => {
          await server.stop(signal);
          await host.unlink(layout.current, signal);
          return 'stopped';
        },
        async (scene, { signal }) => {
          if (before !== null) await putCurrent(scene, before, signal);
          if (facts.running !== null && typeof facts.launched === 'string')
            await scene.server.start(JSON.parse(facts.launched) as Launch, signal);
        },
      ),
    };
  }

  #delete(): Step {
    return {
      name: 'delete',
      phase: 'finish',
      sentence: `Delete all that the target has in ${this.#where()}.`,
      undoSentence: 'A deployment copies it again.',
      ...this.#acts(
        async ({ host, layout, server, machine }, { signal }) => {
          await server.stop(signal);
          await server.forget(machine.home, signal);
          await this.#removeAll(host, layout, signal);
          return 'deleted';
        },
        () => Promise.resolve(),
      ),
    };
  }

  /** What a step does and undoes while logged in. */
  #acts(
    run: (scene: Scene, context: StepContext) => Promise<string>,
    undo: (scene: Scene, context: StepContext) => Promise<void>,
  ): Pick<Step, 'run' | 'undo'> {
    return {
      run: context => this.#use(context.signal, scene => run(scene, context)),
      undo: context => this.#use(context.signal, scene => undo(scene, context)),
    };
  }

  #followed(scene: Scene): Followed {
    const { host, layout } = scene;
    return {
      client: signal => this.#client(scene, signal),
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

  async #use<T>(signal: AbortSignal, work: (scene: Scene) => Promise<T>): Promise<T> {
    return await this.#session.use(signal, async host => {
      const path = folderOf(this.name, this.#settings);
      this.#machine ??= await inspectMachine(host, this.#settings, path, signal);
      const layout = new Layout(path.startsWith('/') ? path : `${this.#machine.home}/${path}`);
      const access = clientAccess(this.#settings, this.#context, this.#settings.host);
      const server = new RemoteServer(host, layout, this.name, access);
      return await work({ host, layout, server, machine: this.#machine });
    });
  }

  async #launch(
    { host, machine, server }: Scene,
    contents: AccessContents,
    signal: AbortSignal,
  ): Promise<Launch> {
    const { node, address, port, workers, allowedHosts } = this.#settings;
    const mark = await programMark(this.#source(machine));
    const program = createHash('sha256').update(mark).digest('hex').slice(0, 12);
    const service = await this.#service(host, signal);
    const started = (await server.launched(signal))?.access ?? null;
    const access = await accessFolderOf(contents, started, (folder, file) =>
      server.accessText(folder, file, signal),
    );
    return {
      ...{ program, node, address, port, workers, allowedHosts: [...allowedHosts], service },
      ...(access === null ? {} : { access }),
    };
  }

  async #service(host: RemoteHost, signal: AbortSignal): Promise<Launch['service']> {
    const { service } = this.#settings;
    if (service !== undefined) return service;
    const { code } = await host.run(['systemctl', '--user', 'show-environment'], { signal });
    return code === 0 ? 'systemd' : 'process';
  }

  /** @throws BadInput when the folder is another's */
  async #own(host: RemoteHost, layout: Layout, signal: AbortSignal): Promise<void> {
    await host.must(['mkdir', '-p', '--', layout.base], { signal });
    const owner = await host.read(layout.owner, signal);
    if (owner !== null && owner !== this.name)
      throw new BadInput('folder-taken', `${layout.base} there is of target ${owner}. Set another \`path\`.`);
    await host.write(layout.owner, this.name, signal);
  }

  /** The folder goes too when nothing of others is in it. */
  async #removeAll(host: RemoteHost, layout: Layout, signal: AbortSignal): Promise<void> {
    await host.remove(layout.parts(await host.list(layout.base, signal)), signal);
    await host.run(['rmdir', '--', layout.base], { signal });
  }

  async #client({ server }: Scene, signal: AbortSignal): Promise<OpenInference> {
    const found = await server.find(signal);
    if (found === null)
      throw new BadInput(
        'not-running',
        `The server of ${this.name} does not run. Deploy again, or start it.`,
      );
    return found.client;
  }

  #source({ platform }: Machine): { readonly distDir: string; readonly platform: string } {
    return { distDir: this.#context.distDir, platform };
  }

  /** null: only the host itself can ask. */
  #endpoint(): string | null {
    const { address, port, host } = this.#settings;
    const scheme = this.#settings.tls === undefined ? 'http' : 'https';
    return /^(127\.|localhost$|::1$)/.test(address) ? null : `${scheme}://${host}:${port}`;
  }

  #asked(): string {
    const { port } = this.#settings;
    return (
      this.#endpoint() ?? `port ${port} of ${placeOf(this.#settings)}, for itself and through a tunnel only`
    );
  }

  #where(): string {
    return `${placeOf(this.#settings)}:${folderOf(this.name, this.#settings)}`;
  }

  #sentence(runs: boolean, versions: number, ready: boolean): string {
    if (!runs)
      return versions === 0 ? 'nothing is deployed yet' : 'the server does not run; start it or deploy again';
    if (versions === 0) return 'runs, but serves nothing';
    return ready ? `answers on ${this.#asked()}` : 'runs, but is not ready';
  }
}
