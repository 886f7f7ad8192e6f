import { randomBytes } from 'node:crypto';
import { BadInput } from '../../../core/failure.ts';
import { bytes } from '../../../core/words.ts';
import type { Golden } from '../../../protocol/engine.ts';
import type { ModelRef } from '../../../protocol/results/shared.ts';
import { ReviewRecords } from '../../../review/records.ts';
import {
  artifactPath,
  authorization,
  Mlflow,
  type RegisteredVersion,
  type Run,
} from '../../../workspace/mlflow/client.ts';
import { fetchOnnx } from '../../../workspace/mlflow/fetch.ts';
import { digestTag } from '../../../workspace/versions/registered.ts';
import { verifyStep, versionLabel } from '../../golden.ts';
import { inOrder } from '../../order.ts';
import type { Desired, Facts, Finding, Observed, Step, Target, TargetContext } from '../../types.ts';
import { answerHere } from '../answerHere.ts';
import { movePointer, movePointerBack, type Pointer } from '../pointer.ts';
import { mlflowFiles } from './layout.ts';
import type { MlflowSettings } from './settings.ts';

/** Versions of a registered model that are looked at. */
const looked = 1000;
const madeHere = 'Deployed by Slipway.';

/**
 * A registered model of MLflow. A release is a version with the ONNX flavour and its digest as a tag; the alias
 * is the switch. Nothing answers there: what the registry hands out is asked on this machine.
 */
export class MlflowTarget implements Target {
  readonly kind = 'mlflow';
  readonly divides = false;
  readonly name: string;
  readonly #settings: MlflowSettings;
  readonly #context: TargetContext;
  readonly #mlflow: Mlflow;
  readonly #registered: string;

  constructor(name: string, settings: MlflowSettings, context: TargetContext) {
    this.name = name;
    this.#settings = settings;
    this.#context = context;
    const { url, token } = settings;
    this.#mlflow = new Mlflow(url, authorization(token === undefined ? null : () => context.secret(token)));
    this.#registered = settings.name ?? settings.model;
  }

  async doctor(signal: AbortSignal): Promise<readonly Finding[]> {
    const probe = `slipway-probe-${randomBytes(4).toString('hex')}`;
    try {
      await this.#mlflow.model(this.#registered, signal);
      await this.#mlflow.putArtifact(
        probe,
        Buffer.from('May this be written? It is deleted at once.\n'),
        signal,
      );
      await this.#mlflow.deleteArtifacts(probe, signal);
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      const mend = /mlflow-artifacts|serve-artifacts/.test(error.message)
        ? 'Start the server with --serve-artifacts.'
        : `See target ${this.name} in slipway.yaml.`;
      return [{ ok: false, what: error.message, mend }];
    }
    return [{ ok: true, what: `MLflow at ${this.#mlflow.url} answers and takes artifacts.`, mend: null }];
  }

  async observe(signal: AbortSignal): Promise<Observed> {
    const { alias } = this.#settings;
    try {
      const model = await this.#mlflow.model(this.#registered, signal);
      const versions = model === null ? [] : await this.#mlflow.versions(this.#registered, looked, signal);
      const named = model?.aliases.find(found => found.alias === alias)?.version ?? null;
      const live = versions.find(({ version }) => version === named);
      const digest = live === undefined ? null : (digestOf(live) ?? `version-${live.version}`);
      return {
        reachable: true,
        live: digest === null ? [] : [{ digest, weight: 1 }],
        present: versions
          .filter(({ status }) => status === 'READY')
          .flatMap(version => digestOf(version) ?? []),
        healthy: live?.status === 'READY',
        endpoint: live === undefined ? null : `models:/${this.#registered}@${alias}`,
        sentence:
          live === undefined
            ? `no version of ${this.#registered} has the alias ${alias} yet`
            : `models:/${this.#registered}@${alias} is version ${live.version} at ${this.#mlflow.url}`,
        facts: { alias: named },
      };
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      const none = { live: [], present: [], healthy: false, endpoint: null, facts: { alias: null } };
      return { reachable: false, ...none, sentence: error.message };
    }
  }

  plan(desired: Desired, { reachable, sentence, present, facts }: Observed): readonly Step[] {
    if (!reachable) throw new BadInput('target-unreachable', sentence);
    const before = typeof facts.alias === 'string' ? facts.alias : null;
    const wanted = desired.live[0]?.model;
    if (wanted === undefined) return [this.#point(null, before), this.#retire([])];
    return inOrder(desired, {
      prepare: [
        ...(present.includes(wanted.digest) ? [] : [this.#register(wanted)]),
        this.#describe(wanted, desired.verdict ?? null),
      ],
      verify: [verifyStep(this, this.#context, wanted)],
      shift: [this.#point(wanted, before)],
      finish: [this.#retire([wanted.digest, ...desired.keep])],
    });
  }

  async infer(digest: string, inputs: Golden['inputs'], signal: AbortSignal): Promise<Golden['outputs']> {
    const version = await this.#version(digest, signal);
    const files = await fetchOnnx(this.#mlflow, version, signal);
    return await answerHere(this.#context, files, inputs, signal);
  }

  logs(): Promise<readonly string[]> {
    return Promise.resolve(['MLflow shows no log to those who ask over its API.']);
  }

  cost({ live, keep }: Desired): string | null {
    const size = live[0]?.model.size;
    return size === undefined
      ? null
      : `Artifacts of ${live.length + keep.length} versions of about ${bytes(size)} on the server.`;
  }

  #register(model: ModelRef): Step {
    const { digest, version } = model;
    return {
      name: `register-${digest.slice(0, 12)}`,
      phase: 'prepare',
      sentence: `Register ${versionLabel(model)} as a version of ${this.#registered} at ${this.#mlflow.url}.`,
      undoSentence: 'The version and its files are deleted.',
      run: async ({ signal, remembered, remember }) => {
        const known = await this.#find(digest, signal);
        if (known !== null) return `version ${known.version}`;
        const run = await this.#run(model, remembered, remember, signal);
        const folder = artifactPath(run.artifacts);
        if (folder === null)
          throw new BadInput(
            'mlflow-artifacts',
            `MLflow at ${this.#mlflow.url} keeps the files of ${this.#settings.experiment} at ${run.artifacts}, and does not take them itself. Start it with --serve-artifacts, or name another experiment.`,
          );
        await this.#context.packed(digest, { tensorsOnly: false, signal }, async packed => {
          for (const { path, content } of mlflowFiles(digest, packed, new Date()))
            await this.#mlflow.putArtifact(`${folder}/model/${path}`, content, signal);
        });
        await this.#mlflow.createModel(this.#registered, madeHere, signal);
        const made = await this.#mlflow.createVersion(
          {
            name: this.#registered,
            source: `${run.artifacts}/model`,
            run_id: run.id,
            description: `${version ?? digest.slice(0, 12)}. ${madeHere}`,
            tags: { [digestTag]: digest, ...(version === null ? {} : { 'slipway.version': version }) },
          },
          signal,
        );
        await this.#mlflow.finishRun(run.id, Date.now(), signal);
        return `version ${made.version}`;
      },
      undo: async ({ signal, remembered }) => {
        await this.#delete(digest, signal);
        if (typeof remembered.run === 'string') await this.#deleteRun(remembered.run, signal);
        await this.#deleteEmpty(signal);
      },
    };
  }

  /** The run of this step: the one that was made before it was cut off, else a new one. */
  async #run(
    model: ModelRef,
    remembered: Facts,
    remember: (facts: Facts) => Promise<void>,
    signal: AbortSignal,
  ): Promise<Run> {
    const earlier =
      typeof remembered.run === 'string' ? await this.#mlflow.run(remembered.run, signal) : null;
    if (earlier !== null) return earlier;
    const run = await this.#mlflow.createRun(
      {
        experiment_id: await this.#mlflow.experiment(this.#settings.experiment, signal),
        run_name: `${this.#registered} ${model.version ?? model.digest.slice(0, 12)}`,
        start_time: Date.now(),
      },
      signal,
    );
    await remember({ run: run.id });
    return run;
  }

  /** What the release rests on, where those who look at the registry see it. */
  #describe(model: ModelRef, verdict: string | null): Step {
    const { digest } = model;
    return {
      name: `tag-${digest.slice(0, 12)}`,
      phase: 'prepare',
      sentence: 'Tag the version with the verdict of its policy and the digests of its reviews.',
      undoSentence: 'They stay: they are true of the version.',
      run: async ({ signal }) => {
        const { version } = await this.#version(digest, signal);
        const records = await new ReviewRecords(this.#context.root).list(model.name ?? this.#settings.model);
        const reviews = records
          .filter(({ intact, statement }) => intact && statement?.predicate.model.digest === digest)
          .map(record => record.digest);
        const tags: Readonly<Record<string, string>> = {
          ...(verdict === null ? {} : { 'slipway.verdict': verdict }),
          ...(reviews.length === 0 ? {} : { 'slipway.reviews': reviews.join(' ') }),
        };
        for (const [key, value] of Object.entries(tags))
          await this.#mlflow.setTag(this.#registered, version, key, value, signal);
        return `${verdict === null ? 'no verdict' : 'the verdict'}, ${reviews.length} reviews`;
      },
      undo: () => Promise.resolve(),
    };
  }

  /** @param before the version that the alias named */
  #point(model: ModelRef | null, before: string | null): Step {
    const { alias } = this.#settings;
    const name = this.#registered;
    const pointer: Pointer = {
      what: `the alias ${alias} of ${name}`,
      read: async signal => {
        const aliases = (await this.#mlflow.model(name, signal))?.aliases ?? [];
        return aliases.find(found => found.alias === alias)?.version ?? null;
      },
      write: (to, signal) => this.#mlflow.setAlias(name, alias, to, signal),
    };
    const next = async (signal: AbortSignal): Promise<string | null> =>
      model === null ? null : (await this.#version(model.digest, signal)).version;
    return {
      name: model === null ? 'withdraw' : 'promote',
      phase: 'switch',
      sentence:
        model === null
          ? `Take the alias ${alias} from ${name}.`
          : `Move the alias ${alias} of ${name} to ${versionLabel(model)}.`,
      undoSentence: before === null ? 'The alias is taken away.' : `The alias names version ${before} again.`,
      run: async ({ signal }) => {
        const to = await next(signal);
        await movePointer(pointer, { before, to }, signal);
        return to === null ? 'names nothing' : `models:/${name}@${alias} is version ${to}`;
      },
      undo: async ({ signal }) => movePointerBack(pointer, { before, to: await next(signal) }, signal),
    };
  }

  #retire(kept: readonly string[]): Step {
    const all = kept.length === 0;
    return {
      name: 'retire',
      phase: 'finish',
      sentence: all
        ? `Delete all versions of ${this.#registered} that were deployed from here.`
        : 'Delete versions beyond those kept for a rollback.',
      undoSentence: 'A deployment registers them again.',
      run: async ({ signal }) => {
        const versions = await this.#mlflow.versions(this.#registered, looked, signal);
        const old = new Set(versions.flatMap(version => digestOf(version) ?? []));
        for (const digest of kept) old.delete(digest);
        for (const digest of old) await this.#delete(digest, signal);
        if (all) await this.#deleteEmpty(signal);
        return old.size === 0 ? 'nothing deleted' : `deleted ${old.size}`;
      },
      undo: () => Promise.resolve(),
    };
  }

  async #find(digest: string, signal: AbortSignal): Promise<RegisteredVersion | null> {
    if ((await this.#mlflow.model(this.#registered, signal)) === null) return null;
    const versions = await this.#mlflow.versions(this.#registered, looked, signal);
    return versions.find(version => digestOf(version) === digest) ?? null;
  }

  async #version(digest: string, signal: AbortSignal): Promise<RegisteredVersion> {
    const found = await this.#find(digest, signal);
    if (found === null)
      throw new BadInput(
        'version-gone',
        `${this.#registered} at ${this.#mlflow.url} has no version of ${digest.slice(0, 12)} any more. Deploy it again.`,
      );
    return found;
  }

  /** Its files and run too: a deployment from here made them. */
  async #delete(digest: string, signal: AbortSignal): Promise<void> {
    const version = await this.#find(digest, signal);
    if (version === null) return;
    await this.#mlflow.deleteVersion(this.#registered, version.version, signal);
    if (version.run_id !== '') await this.#deleteRun(version.run_id, signal);
  }

  async #deleteRun(id: string, signal: AbortSignal): Promise<void> {
    const run = await this.#mlflow.run(id, signal);
    const folder = run === null ? null : artifactPath(run.artifacts);
    if (folder !== null) await this.#mlflow.deleteArtifacts(folder, signal);
    await this.#mlflow.deleteRun(id, signal);
  }

  /** A registered model that a deployment made goes with its last version. */
  async #deleteEmpty(signal: AbortSignal): Promise<void> {
    const model = await this.#mlflow.model(this.#registered, signal);
    if (model?.description !== madeHere) return;
    if ((await this.#mlflow.versions(this.#registered, 1, signal)).length === 0)
      await this.#mlflow.deleteModel(this.#registered, signal);
  }
}

function digestOf({ tags }: RegisteredVersion): string | null {
  return tags.find(({ key }) => key === digestTag)?.value ?? null;
}
