import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BadInput } from '../../../core/failure.ts';
import type { Golden } from '../../../protocol/engine.ts';
import type { ModelRef } from '../../../protocol/results/shared.ts';
import { ReviewRecords } from '../../../review/records.ts';
import { servingFile, writeServing } from '../../../serve/serving.ts';
import { startServer } from '../../../serve/start.ts';
import { verifyStep, versionLabel } from '../../golden.ts';
import { inOrder } from '../../order.ts';
import type { Desired, Finding, Observed, Step, Target, TargetContext } from '../../types.ts';
import { OpenInference } from '../openInference.ts';
import { movePointer, movePointerBack, type Pointer } from '../pointer.ts';
import { attachRecords } from './attachments.ts';
import { Credentials } from './credentials.ts';
import { waitFor } from '../waiting.ts';
import { Distribution, type StoredManifest } from './distribution.ts';
import { readModelManifest } from './modelPack.ts';
import { pullModel } from './pull.ts';
import { ModelRepository } from './repository.ts';
import type { OciSettings } from './settings.ts';

/**
 * A repository of an OCI registry. Versions are pushed as CNCF ModelPack artifacts; the tag of what is live is
 * moved to one of them. Nothing answers there: what was pushed is pulled again and asked on this machine.
 */
export class OciTarget implements Target {
  readonly kind = 'oci';
  readonly divides = false;
  readonly name: string;
  readonly #settings: OciSettings;
  readonly #context: TargetContext;
  readonly #registry: Distribution;
  readonly #models: ModelRepository;

  constructor(name: string, settings: OciSettings, context: TargetContext) {
    this.name = name;
    this.#settings = settings;
    this.#context = context;
    this.#registry = new Distribution(
      settings.repository,
      settings.http ?? null,
      new Credentials(settings, context.secret),
    );
    this.#models = new ModelRepository(this.#registry, settings.tag);
  }

  async doctor(signal: AbortSignal): Promise<readonly Finding[]> {
    const { repository, username } = this.#settings;
    const who =
      username ?? (this.#settings.token === undefined ? 'nobody in particular' : 'the bearer of the token');
    try {
      await this.#registry.ping(signal);
      await this.#registry.tags(signal);
      await this.#registry.requirePush(signal);
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      return [{ ok: false, what: error.message, mend: `Target ${this.name} asks ${repository} as ${who}.` }];
    }
    const deletes = await this.#registry.deletes(signal);
    return [
      { ok: true, what: `${repository} takes what ${who} pushes.`, mend: null },
      {
        ok: true,
        what: deletes
          ? 'It deletes what is no longer kept.'
          : 'It is set up to delete nothing: all versions stay.',
        mend: null,
      },
    ];
  }

  async observe(signal: AbortSignal): Promise<Observed> {
    const { repository, tag } = this.#settings;
    let tags: readonly string[];
    try {
      tags = await this.#registry.tags(signal);
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      const none = { live: [], present: [], healthy: false, endpoint: null, facts: { live: null } };
      return { reachable: false, ...none, sentence: error.message };
    }
    const stored = tags.includes(tag) ? await this.#registry.manifest(tag, signal) : null;
    const found = stored === null ? null : readModelManifest(stored.bytes);
    const live = found === null ? [] : [{ digest: found.digest, weight: 1 }];
    return {
      reachable: true,
      live,
      present: this.#models.held(tags),
      healthy: found !== null,
      endpoint: found === null ? null : `${repository}@${stored!.digest}`,
      sentence:
        found === null
          ? `${repository} holds no live version yet`
          : `${repository}:${tag} is ${found.version ?? found.digest.slice(0, 12)}`,
      facts: { live: found === null ? null : stored!.digest },
    };
  }

  plan(desired: Desired, observed: Observed): readonly Step[] {
    const before = typeof observed.facts.live === 'string' ? observed.facts.live : null;
    if (!observed.reachable) throw new BadInput('unreachable', observed.sentence);
    if (desired.live.length === 0) return [this.#point(null, before), this.#delete()];
    const models = desired.live.map(({ model }) => model);
    return inOrder(desired, {
      prepare: [
        ...models.filter(({ digest }) => !observed.present.includes(digest)).map(model => this.#push(model)),
        ...models.map(model => this.#attach(model)),
      ],
      verify: models.map(model => verifyStep(this, this.#context, model)),
      shift: [this.#point(models[0]!, before)],
      finish: [this.#retire([...models.map(({ digest }) => digest), ...desired.keep])],
    });
  }

  /** Pulls the version and asks this installation's server: other bytes than those pushed cannot answer. */
  async infer(digest: string, inputs: Golden['inputs'], signal: AbortSignal): Promise<Golden['outputs']> {
    const { stateDir, distDir } = this.#context;
    await mkdir(stateDir, { recursive: true });
    const dir = await mkdtemp(join(stateDir, 'pull-'));
    try {
      const pulled = await pullModel(this.#registry, this.#models.heldAs(digest), dir, signal);
      const version = { digest: pulled.digest, name: null, weight: 1 };
      await writeServing(join(dir, servingFile), {
        schema: 'slipway/serving@1',
        model: 'model',
        versions: [version],
      });
      const serverFile = join(distDir, 'server.js');
      const server = await startServer({ serverFile, dir, port: 0, signal }, () => undefined);
      try {
        return (await new OpenInference(server.url).infer('model', digest, inputs, signal)).outputs;
      } finally {
        await server.stop();
      }
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }

  logs(): Promise<readonly string[]> {
    return Promise.resolve(['A registry shows no log to those who push.']);
  }

  cost({ live, keep }: Desired): string | null {
    if (live.length === 0) return null;
    const bytes = live.reduce((sum, { model }) => sum + model.size, 0);
    return `Storage: ${(bytes / 1e6).toFixed(1)} MB for what is live, and ${keep.length} earlier versions.`;
  }

  #push(model: ModelRef): Step {
    const { digest, size } = model;
    return {
      name: `push-${digest.slice(0, 12)}`,
      phase: 'prepare',
      limit: 4 * waitFor(size),
      sentence: `Push ${versionLabel(model)} to ${this.#settings.repository}; what is there is not sent again.`,
      undoSentence: 'It is deleted there, unless something else names it.',
      run: async ({ signal, log }) => {
        const source = await this.#context.source(digest);
        const { manifest, uploaded, taken } = await this.#models.push(
          source,
          this.#nameOf(model),
          signal,
          log,
        );
        const left = taken === null ? '' : `; the tag ${taken} names something else there and was left`;
        return `${manifest}, ${uploaded} bytes uploaded${left}`;
      },
      undo: async ({ signal }) => {
        await this.#models.release(digest, signal);
      },
    };
  }

  #attach(model: ModelRef): Step {
    const { digest } = model;
    return {
      name: `attach-${digest.slice(0, 12)}`,
      phase: 'prepare',
      sentence: `Attach the signed review records of ${versionLabel(model)}.`,
      undoSentence: 'They stay: they are true of the version wherever it is.',
      run: async ({ signal }) => {
        const all = await new ReviewRecords(this.#context.root).list(this.#nameOf(model));
        const own = all.filter(
          ({ intact, statement }) => intact && statement?.predicate.model.digest === digest,
        );
        const stored = await this.#registry.manifest(this.#models.heldAs(digest), signal);
        if (stored === null)
          throw new BadInput('not-there', `${versionLabel(model)} is not in the registry.`);
        const { mediaType, bytes } = stored;
        const subject = { mediaType, digest: stored.digest, size: bytes.length };
        const attached = await attachRecords(this.#registry, subject, own, signal);
        return own.length === 0 ? 'there are none' : `${own.length} records, ${attached} of them new`;
      },
      undo: () => Promise.resolve(),
    };
  }

  /** @param before the manifest that the tag named */
  #point(model: ModelRef | null, before: string | null): Step {
    const { tag, repository } = this.#settings;
    const pointer: Pointer = {
      what: `the tag ${tag}`,
      read: signal => this.#named(signal),
      write: async (to, signal) =>
        this.#models.point(to === null ? null : await this.#held(to, signal), signal),
    };
    const next = async (signal: AbortSignal): Promise<string | null> =>
      model === null ? null : (await this.#held(this.#models.heldAs(model.digest), signal)).digest;
    return {
      name: model === null ? 'unpublish' : 'promote',
      phase: 'switch',
      sentence:
        model === null ? `Take the tag ${tag} away.` : `Make the tag ${tag} name ${versionLabel(model)}.`,
      undoSentence: before === null ? 'The tag is taken away.' : 'The tag names what it named before.',
      run: async ({ signal }) => {
        const to = await next(signal);
        await movePointer(pointer, { before, to }, signal);
        return to === null ? 'names nothing' : `${repository}@${to}`;
      },
      undo: async ({ signal }) => movePointerBack(pointer, { before, to: await next(signal) }, signal),
    };
  }

  /** The manifest of the version that the tag names; null: of none. */
  async #named(signal: AbortSignal): Promise<string | null> {
    const { tag } = this.#settings;
    const stored = (await this.#registry.tags(signal)).includes(tag)
      ? await this.#registry.manifest(tag, signal)
      : null;
    return stored === null || readModelManifest(stored.bytes) === null ? null : stored.digest;
  }

  /** @throws BadInput `not-there` */
  async #held(reference: string, signal: AbortSignal): Promise<StoredManifest> {
    const manifest = await this.#registry.manifest(reference, signal);
    if (manifest !== null) return manifest;
    throw new BadInput('not-there', `${this.#settings.repository} no longer has ${reference}.`);
  }

  #retire(kept: readonly string[]): Step {
    return {
      name: 'retire',
      phase: 'finish',
      sentence: 'Let go of versions beyond those kept for a rollback.',
      undoSentence: 'A rollback pushes them again.',
      run: ({ signal }) => this.#release(digest => !kept.includes(digest), signal),
      undo: () => Promise.resolve(),
    };
  }

  #delete(): Step {
    return {
      name: 'delete',
      phase: 'finish',
      sentence: `Delete the versions and records that this target holds in ${this.#settings.repository}.`,
      undoSentence: 'A deployment pushes them again.',
      run: ({ signal }) => this.#release(() => true, signal),
      undo: () => Promise.resolve(),
    };
  }

  async #release(which: (digest: string) => boolean, signal: AbortSignal): Promise<string> {
    const old = this.#models.held(await this.#registry.tags(signal)).filter(which);
    const results: boolean[] = [];
    for (const digest of old) results.push(await this.#models.release(digest, signal));
    if (results.includes(false)) return `${old.length} older stay: the registry is set up to delete nothing`;
    return old.length === 0 ? 'nothing deleted' : `deleted ${old.length} older`;
  }

  #nameOf({ name }: ModelRef): string {
    return name ?? this.#settings.model ?? 'model';
  }
}
