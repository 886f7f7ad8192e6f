import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BadInput } from '../../../core/failure.ts';
import type { Measurement } from '../../../core/rollout/counts.ts';
import type { Golden } from '../../../protocol/engine.ts';
import type { ModelRef } from '../../../protocol/results/shared.ts';
import { copyModel, presentModels, removeModel } from '../../../serve/models.ts';
import { readServing, servingFile, writeServing, type Serving } from '../../../serve/serving.ts';
import { writeAtomic } from '../../../workspace/atomic.ts';
import { verifyStep, versionLabel } from '../../golden.ts';
import { heldModels } from '../../history.ts';
import { inOrder } from '../../order.ts';
import type { Desired, Finding, Observed, Step, Target, TargetContext } from '../../types.ts';
import { clientAccess, lackingAccess } from '../access.ts';
import { backgroundFile, FollowingSteps } from '../following.ts';
import type { OpenInference } from '../openInference.ts';
import { servedModel, servingOf, servingStates, shadowOf, sharesOf } from '../servingStates.ts';
import type { LocalSettings } from './settings.ts';
import { place, requireFreePort, ServerProcess, type Where } from './serverProcess.ts';

const pollMs = 25;

/**
 * The inference server as a process on this machine. All that it is lies in one folder: the models by
 * digest, serving.json that the server follows, what it announced, and its log.
 */
export class LocalTarget implements Target {
  readonly kind = 'local';
  readonly divides = true;
  readonly name: string;
  readonly #settings: LocalSettings;
  readonly #context: TargetContext;
  readonly #process: ServerProcess;
  readonly #following: FollowingSteps;
  /** Set by whoever lets servers end with this process. */
  readonly #keepRunning: boolean;
  #started = false;
  /** undefined: none was replaced, or the system did not show it. */
  #replacedToken: string | null | undefined;

  constructor(name: string, settings: LocalSettings, context: TargetContext) {
    this.name = name;
    this.#settings = settings;
    this.#context = context;
    const serverFile = join(context.distDir, 'server.js');
    this.#process = new ServerProcess(context.stateDir, serverFile, clientAccess(settings, context));
    this.#keepRunning = settings.keepRunning ?? context.keepRunning;
    const file = (path: string): string => join(context.stateDir, path);
    this.#following = new FollowingSteps(pollMs, (_, work) =>
      work({
        client: signal => this.#client(signal),
        stands: () => Promise.resolve(true),
        put: value => writeServing(this.#serving, value),
        write: async (path, value) => {
          await writeAtomic(file(path), JSON.stringify(value));
        },
        remove: path => rm(file(path), { force: true }),
      }),
    );
  }

  get #serving(): string {
    return join(this.#context.stateDir, servingFile);
  }

  async doctor(signal: AbortSignal): Promise<readonly Finding[]> {
    const { host, port } = this.#settings;
    const lacking = await lackingAccess(this.#settings, this.#context);
    if (lacking !== null) return [lacking];
    const found = await this.#process.find(signal);
    if (port === 0 || found?.listening.listening === port)
      return [{ ok: true, what: 'The port is ours.', mend: null }];
    try {
      // One of ours that no longer answers is stopped before a new one is started.
      if ((await this.#process.runsAs(signal)) === null) await requireFreePort(host, port);
      return [{ ok: true, what: `Port ${port} can be had.`, mend: null }];
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      return [
        { ok: false, what: error.message, mend: `Set another \`port\` for ${this.name} in slipway.yaml.` },
      ];
    }
  }

  async observe(signal: AbortSignal): Promise<Observed> {
    const { stateDir } = this.#context;
    const [asked, present, found] = await Promise.all([
      readServing(this.#serving),
      presentModels(stateDir),
      this.#process.find(signal),
    ]);
    const wanted = sharesOf(asked);
    const client = found?.client ?? null;
    const live =
      client === null || asked === null ? wanted : ((await client.traffic(asked.model, signal)) ?? []);
    const ready = client !== null && (await client.ready(signal));
    return {
      reachable: client !== null,
      live,
      shadow: shadowOf(asked),
      present,
      healthy: ready,
      endpoint: client?.url ?? null,
      sentence: sentenceOf(client, found?.listening.since ?? null, wanted.length, ready),
      facts: {
        serving: asked === null ? null : JSON.stringify(asked),
        port: found?.listening.listening ?? null,
        host: found?.listening.host ?? null,
      },
    };
  }

  plan(desired: Desired, observed: Observed): readonly Step[] {
    const before = servingOf(observed);
    if (desired.live.length === 0) return this.#planRemoval(observed, before);
    const model = servedModel(this.name, desired, before, this.#settings.model);
    const explain = this.#settings.explain === true ? backgroundFile : undefined;
    const { dark, switched, final } = servingStates(desired, before, model, this.#settings, explain);
    const models = heldModels(desired);
    const digests = models.map(({ digest }) => digest);
    return inOrder(desired, {
      prepare: [
        ...models
          .filter(({ digest }) => !observed.present.includes(digest))
          .map(version => this.#copy(version)),
        ...this.#following.backgrounds(final, before, this.#context.background),
        ...this.#startSteps(observed, before, model),
        this.#following.load(digests, dark, before),
      ],
      verify: models.map(version => verifyStep(this, this.#context, version)),
      shift: [this.#following.switch(switched, dark)],
      finish: [this.#retire(final, [...digests, ...desired.keep])],
    });
  }

  async infer(digest: string, inputs: Golden['inputs'], signal: AbortSignal): Promise<Golden['outputs']> {
    const model = (await readServing(this.#serving))?.model ?? '';
    return (await (await this.#client(signal)).infer(model, digest, inputs, signal)).outputs;
  }

  async logs(lines: number): Promise<readonly string[]> {
    return await this.#process.logs(lines);
  }

  async measure(signal: AbortSignal): Promise<Measurement | null> {
    const model = (await readServing(this.#serving))?.model;
    const found = await this.#process.find(signal);
    if (model === undefined || found === null) return null;
    return await found.client.measure(model, signal);
  }

  /** This machine is paid for. */
  cost(): string | null {
    return null;
  }

  async resume(signal: AbortSignal): Promise<void> {
    if ((await this.#process.find(signal)) !== null) return;
    if ((await readServing(this.#serving)) === null)
      throw new BadInput(
        'nothing-to-resume',
        `Nothing is deployed on ${this.name} yet. Deploy a version first.`,
      );
    await this.#start(signal);
  }

  async dispose(): Promise<void> {
    if (this.#started && !this.#keepRunning) await this.#process.stop(AbortSignal.timeout(20_000));
  }

  #copy(model: ModelRef): Step {
    const { digest } = model;
    const { stateDir, source } = this.#context;
    return {
      name: `copy-${digest.slice(0, 12)}`,
      phase: 'prepare',
      sentence: `Copy ${versionLabel(model)} to the server's folder.`,
      undoSentence: 'The copy is deleted.',
      run: async () => {
        const { file } = await source(digest);
        return (await copyModel(stateDir, { digest, file })) ? 'copied' : 'was there';
      },
      undo: () => removeModel(stateDir, digest),
    };
  }

  #startSteps(observed: Observed, before: Serving | null, model: string): readonly Step[] {
    const { host, port } = this.#settings;
    const { port: now, host: nowHost } = observed.facts;
    if (observed.reachable && nowHost === host && (port === 0 || now === port)) return [];
    const where = port === 0 ? `a free port of ${host}` : `${host}:${port}`;
    const moves = observed.reachable && typeof now === 'number' && typeof nowHost === 'string';
    return [
      {
        name: 'start',
        phase: 'prepare',
        sentence: moves
          ? `Start the server anew on ${where}; it listens on ${nowHost}:${now} now.`
          : `Start the inference server on ${where}.`,
        undoSentence: 'It is stopped, and what ran before is started again.',
        run: async ({ signal, remember, remembered }) => {
          await mkdir(this.#context.stateDir, { recursive: true });
          const replaced = await this.#process.runsAs(signal);
          // Of a run that was cut off, what runs now is the new one.
          if (replaced !== null && remembered.replaced === undefined) {
            const { token, ...where } = replaced;
            this.#replacedToken = token;
            await remember({ replaced: JSON.stringify(where) });
          }
          if (before === null)
            await writeServing(this.#serving, { schema: 'slipway/serving@1', model, versions: [] });
          return `listens on ${await this.#start(signal)}`;
        },
        undo: async ({ signal, remembered: { replaced } }) => {
          await this.#process.stop(signal);
          if (before === null) await rm(this.#serving, { force: true });
          else if (typeof replaced === 'string') {
            const where = place.parse(JSON.parse(replaced));
            await this.#process.start({ ...where, token: await this.#tokenBefore() }, signal);
          }
        },
      },
    ];
  }

  #retire(final: Serving, kept: readonly string[]): Step {
    const { stateDir } = this.#context;
    return {
      name: 'retire',
      phase: 'finish',
      sentence: 'Unload what is no longer live; keep the last versions on disk for a rollback.',
      undoSentence: 'A rollback loads them again.',
      run: async () => {
        await writeServing(this.#serving, final);
        const old = (await presentModels(stateDir)).filter(digest => !kept.includes(digest));
        for (const digest of old) {
          await removeModel(stateDir, digest);
          await rm(join(stateDir, backgroundFile(digest)), { force: true });
        }
        return old.length === 0 ? 'nothing deleted' : `deleted ${old.length} older`;
      },
      undo: () => Promise.resolve(),
    };
  }

  #planRemoval(observed: Observed, before: Serving | null): readonly Step[] {
    const { stateDir } = this.#context;
    return [
      {
        name: 'stop',
        phase: 'switch',
        sentence: 'Let requests in work end and stop the server.',
        undoSentence: 'It is started again.',
        run: async ({ signal }) => {
          await this.#process.stop(signal);
          // What stopped serves nothing: a look at the folder must say so too.
          if (before !== null) await writeServing(this.#serving, { ...before, versions: [] });
          return 'stopped';
        },
        undo: async ({ signal }) => {
          if (before !== null) await writeServing(this.#serving, before);
          if (observed.reachable) await this.#start(signal);
        },
      },
      {
        name: 'delete',
        phase: 'finish',
        sentence: 'Delete the models and the log of the server.',
        undoSentence: 'A deployment copies them again.',
        run: async () => {
          for (const part of ['models', 'background', servingFile, 'place.json', 'server.log', 'golden'])
            await rm(join(stateDir, part), { recursive: true, force: true });
          return 'deleted';
        },
        undo: () => Promise.resolve(),
      },
    ];
  }

  async #start(signal: AbortSignal): Promise<string> {
    const { host, port } = this.#settings;
    this.#started = true;
    const { listening } = await this.#process.start(await this.#where(host, port), signal);
    return `${host}:${listening}`;
  }

  /** That of the server that was replaced; where the system did not show it, the one of now. */
  async #tokenBefore(): Promise<string | null> {
    const { token } = this.#settings;
    if (this.#replacedToken !== undefined) return this.#replacedToken;
    return token === undefined ? null : await this.#context.secret(token);
  }

  async #where(host: string, port: number): Promise<Where> {
    const { workers, token, tls } = this.#settings;
    const { root, secret } = this.#context;
    const file = (name: string, path: string): readonly string[] => [name, resolve(root, path)];
    const args =
      tls === undefined
        ? []
        : [
            ...file('--tls-cert', tls.cert),
            ...file('--tls-key', tls.key),
            ...(tls.client === undefined ? [] : file('--tls-client-ca', tls.client.ca)),
          ];
    return { host, port, workers, token: token === undefined ? null : await secret(token), args };
  }

  async #client(signal: AbortSignal): Promise<OpenInference> {
    const found = await this.#process.find(signal);
    if (found === null)
      throw new BadInput(
        'not-running',
        `The server of ${this.name} does not run. Deploy again, or start it.`,
      );
    return found.client;
  }
}

function sentenceOf(
  client: OpenInference | null,
  since: string | null,
  versions: number,
  ready: boolean,
): string {
  if (client === null)
    return versions === 0 ? 'nothing is deployed yet' : 'the server does not run; start it or deploy again';
  if (versions === 0) return `runs on ${client.url}, but serves nothing`;
  return ready ? `answers on ${client.url}, up ${upFor(since)}` : `runs on ${client.url}, but is not ready`;
}

function upFor(since: string | null): string {
  const minutes = Math.floor((Date.now() - Date.parse(since ?? '')) / 60_000);
  if (!(minutes >= 1)) return 'less than a minute';
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}
