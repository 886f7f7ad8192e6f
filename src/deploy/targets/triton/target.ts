import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { BadInput } from '../../../core/failure.ts';
import { bytes } from '../../../core/words.ts';
import type { Golden } from '../../../protocol/engine.ts';
import type { ModelRef } from '../../../protocol/results/shared.ts';
import { compareGolden, verifyStep, versionLabel } from '../../golden.ts';
import type { ObjectStore } from '../../objectStore/objectStore.ts';
import { storeBySecret } from '../../objectStore/open.ts';
import { StoreLease } from '../../objectStore/storeLease.ts';
import { inOrder } from '../../order.ts';
import type { Desired, Finding, Observed, Step, Target, TargetContext } from '../../types.ts';
import type { LeasePlace } from '../../targetLease.ts';
import { answerHere } from '../answerHere.ts';
import { findingsOf } from '../findings.ts';
import { configMark, configText, requireExtra, servedVersions, type Batching } from './config.ts';
import { markOf } from './contents.ts';
import { ModelRepository } from './repository.ts';
import { TritonServer } from './server.ts';
import type { TritonSettings } from './settings.ts';

/**
 * A model in a Triton model repository. A version is a folder with a number; its bytes are there, whole and
 * verified, before the config names it. The config is the switch.
 */
export class TritonTarget implements Target {
  readonly kind = 'triton';
  readonly divides = false;
  readonly lease: LeasePlace;
  readonly name: string;
  readonly #settings: TritonSettings;
  readonly #context: TargetContext;
  readonly #model: string;
  readonly #server: TritonServer | null;
  readonly #batching: Batching;
  readonly #store: () => Promise<ObjectStore>;

  constructor(name: string, settings: TritonSettings, context: TargetContext) {
    this.name = name;
    this.#settings = settings;
    this.#context = context;
    this.#model = settings.name ?? settings.model;
    this.#server = settings.url === undefined ? null : new TritonServer(settings.url, this.#model);
    const { repository, credentials = null, region = null } = settings;
    const { root, secret } = context;
    this.#store = storeBySecret(repository, { root, region, credentials, secret });
    // Triton passes over folders of a model that are no number.
    this.lease = new StoreLease(this.#store, `${this.#model}/slipway-lease/`);
    this.#batching = settings.batch ?? { rows: 64, delay: 0 };
  }

  async doctor(signal: AbortSignal): Promise<readonly Finding[]> {
    return await findingsOf(this.name, [
      async () => {
        const { store } = await this.#repository();
        return `Signed in to ${store.label} ${await store.identity(signal)}.`;
      },
      () => this.#probe(signal),
      () => this.#own(signal),
      async () => {
        await this.#extra();
        return null;
      },
      async () => {
        await this.#server?.states(signal);
        return this.#server === null ? null : `Triton answers at ${this.#server.url}.`;
      },
    ]);
  }

  async observe(signal: AbortSignal): Promise<Observed> {
    try {
      const repository = await this.#repository();
      const [{ numbers, marks }, config] = await Promise.all([
        repository.versions(signal),
        repository.config(signal),
      ]);
      const allowed = config === null ? [] : servedVersions(config, numbers);
      const [served, words] = await this.#served(allowed, signal);
      const label = (number: number): string => marks.get(number)?.digest ?? `version-${number}`;
      return {
        reachable: true,
        // Requests without a version go to the largest.
        live: served.map((number, place) => ({ digest: label(number), weight: place === 0 ? 1 : 0 })),
        present: [...new Set([...marks.values()].map(({ digest }) => digest))],
        healthy: words === null && served.length > 0 && served.every(number => marks.has(number)),
        endpoint: config === null ? null : (this.#server?.url ?? `${repository.store.label}/${this.#model}`),
        sentence: words ?? this.#sentence(served, repository.store.label),
        facts: {
          config,
          numbers: JSON.stringify(numbers),
          digests: JSON.stringify(
            Object.fromEntries([...marks].map(([number, { digest }]) => [number, digest])),
          ),
        },
      };
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      return {
        ...{
          reachable: false,
          live: [],
          present: [],
          healthy: false,
          endpoint: null,
          sentence: error.message,
        },
        facts: { config: null, numbers: '[]', digests: '{}' },
      };
    }
  }

  plan(desired: Desired, { reachable, sentence, facts }: Observed): readonly Step[] {
    if (!reachable) throw new BadInput('target-unreachable', sentence);
    const config = typeof facts.config === 'string' ? facts.config : null;
    const digests = JSON.parse(String(facts.digests)) as Record<string, string>;
    const next = Math.max(0, ...(JSON.parse(String(facts.numbers)) as number[])) + 1;
    const wanted = desired.live.toSorted((a, b) => b.weight - a.weight)[0]?.model;
    if (wanted === undefined) return [this.#withdraw(config), this.#retire([])];
    const known = Object.keys(digests).find(number => digests[number] === wanted.digest);
    const version = known === undefined ? next : Number(known);
    return inOrder(desired, {
      prepare: known === undefined ? [this.#upload(wanted, version)] : [],
      verify: [verifyStep(this, this.#context, wanted)],
      shift: [this.#publish(wanted, version, config)],
      finish: [this.#retire([wanted.digest, ...desired.keep])],
    });
  }

  /** Asks Triton when it serves the version; else the bytes that are there are pulled back and asked here. */
  async infer(digest: string, inputs: Golden['inputs'], signal: AbortSignal): Promise<Golden['outputs']> {
    const repository = await this.#repository();
    const { marks } = await repository.versions(signal);
    const version = [...marks].find(([, mark]) => mark.digest === digest)?.[0];
    if (version === undefined)
      throw new BadInput(
        'version-gone',
        `${digest.slice(0, 12)} is not in ${repository.store.label} any more. Deploy it again.`,
      );
    if ((await this.#server?.isReady(version, signal).catch(() => false)) === true)
      return await this.#server!.infer(version, inputs, signal);
    return await answerHere(this.#context, await repository.pull(version, signal), inputs, signal);
  }

  async logs(): Promise<readonly string[]> {
    const states = await this.#server?.states(AbortSignal.timeout(5_000)).catch(() => null);
    if (states === undefined || states === null)
      return ['A model repository has no log: Triton writes it where it runs.'];
    return states.map(({ version, words }) => `${this.#model} version ${version}: ${words}`);
  }

  cost({ live, keep }: Desired): string | null {
    const size = live[0]?.model.size;
    if (size === undefined || !this.#settings.repository.includes('://')) return null;
    return `Storage of ${live.length + keep.length} versions of about ${bytes(size)}.`;
  }

  #upload(model: ModelRef, version: number): Step {
    const { digest } = model;
    return {
      name: `upload-${digest.slice(0, 12)}`,
      phase: 'prepare',
      sentence: `Upload ${versionLabel(model)} to ${this.#settings.repository} as version ${version} of ${this.#model}.`,
      undoSentence: 'Its files are deleted there.',
      run: async ({ signal }) => {
        const repository = await this.#repository();
        if (await repository.holds(version, digest, signal)) return `version ${version}`;
        // Triton carries tensors only, as our own server gives them when it loads a model with a ZipMap.
        await this.#context.packed(digest, { tensorsOnly: true, signal }, async packed => {
          const mark = markOf(digest, model.version, packed, this.#batching);
          await repository.upload(version, packed, mark, signal);
        });
        return `version ${version}`;
      },
      undo: async ({ signal }) => (await this.#repository()).delete(version, digest, signal),
    };
  }

  #publish(model: ModelRef, version: number, before: string | null): Step {
    const told = this.#server === null ? '' : `, and have Triton at ${this.#server.url} load it`;
    return {
      name: 'publish',
      phase: 'switch',
      sentence: `Write config.pbtxt with version ${version} as the one that is served${told}.`,
      undoSentence: before === null ? 'The config is deleted.' : 'The earlier config is put back.',
      run: async ({ signal, verified }) => {
        const repository = await this.#repository();
        const mark = await repository.mark(version, signal);
        if (mark?.digest !== model.digest)
          throw new BadInput(
            'version-gone',
            `Version ${version} of ${this.#model} is not what was put there.`,
          );
        const { signature, digest } = mark;
        const next = configText({
          name: this.#model,
          signature,
          version,
          digest,
          extra: await this.#extra(),
        });
        const now = await repository.config(signal);
        if (now !== before && now !== next)
          throw new BadInput(
            'changed-meanwhile',
            `config.pbtxt of ${this.#model} was changed by something else during the deployment. Look at it, and deploy again.`,
          );
        await repository.configure(next, signal);
        if (this.#server === null) return `config.pbtxt serves version ${version}`;
        await this.#server.load(version, signal);
        const golden = await this.#context.golden(digest);
        verified(compareGolden(golden, await this.#server.infer(version, golden.inputs, signal)));
        return `Triton serves version ${version}`;
      },
      undo: context => this.#restore(before, context.signal),
    };
  }

  #withdraw(before: string | null): Step {
    return {
      name: 'withdraw',
      phase: 'switch',
      sentence: `Delete config.pbtxt of ${this.#model}${this.#server === null ? '' : ', and have Triton unload it'}.`,
      undoSentence: 'The config is put back.',
      run: async ({ signal }) => {
        await this.#server?.unload(signal);
        await (await this.#repository()).configure(null, signal);
        return 'served no more';
      },
      undo: context => this.#restore(before, context.signal),
    };
  }

  #retire(kept: readonly string[]): Step {
    return {
      name: 'retire',
      phase: 'finish',
      sentence:
        kept.length === 0
          ? `Delete all versions of ${this.#model} that were deployed from here.`
          : 'Delete versions beyond those kept for a rollback.',
      undoSentence: 'A deployment uploads them again.',
      run: async ({ signal }) => {
        const repository = await this.#repository();
        const { marks } = await repository.versions(signal);
        const old = [...marks].filter(([, { digest }]) => !kept.includes(digest));
        for (const [number, { digest }] of old) await repository.delete(number, digest, signal);
        return old.length === 0 ? 'nothing deleted' : `deleted ${old.length}`;
      },
      undo: () => Promise.resolve(),
    };
  }

  async #restore(config: string | null, signal: AbortSignal): Promise<void> {
    const repository = await this.#repository();
    await repository.configure(config, signal);
    if (this.#server === null) return;
    const [version] =
      config === null ? [] : servedVersions(config, (await repository.versions(signal)).numbers);
    if (version === undefined) await this.#server.unload(signal);
    else await this.#server.load(version, signal);
  }

  /** Of the versions that the config allows, those that Triton serves; a sentence when it does not serve them all. */
  async #served(
    allowed: readonly number[],
    signal: AbortSignal,
  ): Promise<readonly [served: readonly number[], words: string | null]> {
    if (this.#server === null) return [allowed, null];
    try {
      const states = await this.#server.states(signal);
      const served = allowed.filter(number =>
        states.some(({ version, ready }) => ready && version === number),
      );
      const lacking = allowed.find(number => !served.includes(number));
      if (lacking === undefined) return [served, null];
      const said = states.find(({ version }) => version === lacking)?.words ?? 'it does not know it';
      return [served, `Triton at ${this.#server.url} does not serve version ${lacking}: ${said}`];
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      // What the repository says stands, until Triton says otherwise.
      return [allowed, error.message];
    }
  }

  #sentence([version]: readonly number[], label: string): string {
    if (version === undefined) return 'nothing is deployed yet';
    const where = this.#server === null ? label : `Triton at ${this.#server.url}`;
    return `${where} serves version ${version} of ${this.#model}`;
  }

  /** That one may list, write and delete there. */
  async #probe(signal: AbortSignal): Promise<string> {
    const { store } = await this.#repository();
    await store.list(`${this.#model}/`, signal);
    // Triton reads folders only: a file at the top is nothing to it.
    const key = `.slipway-probe-${randomBytes(4).toString('hex')}`;
    await store.put(key, Buffer.from('May this be written? It is deleted at once.\n'), signal);
    await store.delete(key, signal);
    return `${store.label} can be listed, written and deleted in.`;
  }

  /** @throws BadInput when a model of somebody else has the name */
  async #own(signal: AbortSignal): Promise<null> {
    const repository = await this.#repository();
    const [{ numbers, marks }, config] = await Promise.all([
      repository.versions(signal),
      repository.config(signal),
    ]);
    if ((config !== null || numbers.length > 0) && marks.size === 0 && config?.includes(configMark) !== true)
      throw new BadInput(
        'triton-foreign',
        `${repository.store.label} holds a model ${this.#model} that was not deployed from here. Choose another \`name\`, or delete it.`,
      );
    return null;
  }

  async #extra(): Promise<string> {
    const { config } = this.#settings;
    if (config === undefined) return '';
    const text = await readFile(resolve(this.#context.root, config), 'utf8').catch((error: unknown) => {
      throw new BadInput('triton-config', `\`${config}\` cannot be read: ${(error as Error).message}`);
    });
    requireExtra(text, config);
    return text;
  }

  async #repository(): Promise<ModelRepository> {
    return new ModelRepository(await this.#store(), this.#model);
  }
}
