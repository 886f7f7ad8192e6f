import { access, constants, mkdtemp, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { BadInput } from '../../../core/failure.ts';
import type { Golden } from '../../../protocol/engine.ts';
import type { ModelRef } from '../../../protocol/results/shared.ts';
import { copyModel, presentModels, removeModel } from '../../../serve/models.ts';
import { readServing, serving, servingFile, writeServing, type Serving } from '../../../serve/serving.ts';
import { startServer } from '../../../serve/start.ts';
import { writeAtomic } from '../../../workspace/atomic.ts';
import { verifyStep, versionLabel } from '../../golden.ts';
import { heldModels } from '../../history.ts';
import { inOrder } from '../../order.ts';
import type { Desired, Finding, Observed, Step, Target, TargetContext } from '../../types.ts';
import {
  foundMark,
  programMark,
  readme,
  removeBundle,
  requireBinaries,
  writeProgram,
  type BundleSource,
} from '../bundle.ts';
import { OpenInference } from '../openInference.ts';
import { shadowOf, wantedVersions } from '../servingStates.ts';
import type { FolderSettings } from './settings.ts';

/** A folder that serves the model anywhere with `node server.js`. */
export class FolderTarget implements Target {
  readonly kind = 'folder';
  readonly divides = false;
  readonly name: string;
  readonly #settings: FolderSettings;
  readonly #context: TargetContext;
  readonly #dir: string;
  readonly #source: BundleSource;

  constructor(name: string, settings: FolderSettings, context: TargetContext) {
    this.name = name;
    this.#settings = settings;
    this.#context = context;
    this.#dir = resolve(context.root, settings.path);
    this.#source = {
      distDir: context.distDir,
      platform: settings.platform ?? `${process.platform}-${process.arch}`,
    };
  }

  async doctor(): Promise<readonly Finding[]> {
    const findings = [
      () => this.#ownFolder(),
      () => this.#writable(),
      () => requireBinaries(this.#source),
    ].map(async look => {
      try {
        await look();
        return null;
      } catch (error) {
        if (!(error instanceof BadInput)) throw error;
        return { ok: false, what: error.message, mend: `Change target ${this.name} in slipway.yaml.` };
      }
    });
    const bad = (await Promise.all(findings)).filter(finding => finding !== null);
    return bad.length > 0 ? bad : [{ ok: true, what: `${this.#dir} can be written.`, mend: null }];
  }

  async observe(): Promise<Observed> {
    const [mark, wanted, held, present, folder] = await Promise.all([
      foundMark(this.#dir),
      programMark(this.#source),
      readServing(join(this.#dir, servingFile)),
      presentModels(this.#dir),
      stat(this.#dir).catch(() => null),
    ]);
    const live = (held?.versions ?? [])
      .filter(({ weight }) => weight > 0)
      .map(({ digest, weight }) => ({ digest, weight }));
    const complete = mark !== null && live.every(({ digest }) => present.includes(digest));
    return {
      reachable: true,
      live,
      shadow: shadowOf(held),
      present,
      healthy: complete && live.length > 0,
      endpoint: held === null ? null : this.#dir,
      sentence:
        held === null
          ? 'nothing is deployed yet'
          : complete
            ? `holds ${held.model}; run \`node server.js\` in ${this.#dir}`
            : `${this.#dir} lacks files of its bundle; deploy again`,
      facts: {
        exists: folder !== null,
        mark,
        wanted,
        serving: held === null ? null : JSON.stringify(held),
      },
    };
  }

  plan(desired: Desired, observed: Observed): readonly Step[] {
    const { facts } = observed;
    const before = typeof facts.serving === 'string' ? serving.parse(JSON.parse(facts.serving)) : null;
    if (desired.live.length === 0) return [this.#unpublish(before), this.#delete()];
    const model = desired.live[0]!.model.name ?? this.#settings.model ?? 'model';
    const { batch, samples } = this.#settings;
    const next: Serving = {
      schema: 'slipway/serving@1',
      ...(batch === undefined ? {} : { batch }),
      ...(samples === undefined ? {} : { samples }),
      model,
      versions: wantedVersions(desired),
    };
    const models = heldModels(desired);
    const digests = models.map(({ digest }) => digest);
    return inOrder(desired, {
      prepare: [
        ...(facts.mark === facts.wanted ? [] : [this.#program(observed)]),
        ...models.filter(({ digest }) => !observed.present.includes(digest)).map(model => this.#copy(model)),
      ],
      verify: models.map(version => verifyStep(this, this.#context, version)),
      shift: [this.#publish(next, before)],
      finish: [this.#retire([...digests, ...desired.keep])],
    });
  }

  /**
   * Starts the bundle's own server for a moment. A bundle for another platform cannot run here: its models
   * are then served by this installation's server.
   */
  async infer(digest: string, inputs: Golden['inputs'], signal: AbortSignal): Promise<Golden['outputs']> {
    const only = join(this.#dir, '.serving.next.json');
    const model = 'model';
    const own = this.#source.platform === `${process.platform}-${process.arch}`;
    await writeServing(only, {
      schema: 'slipway/serving@1',
      model,
      versions: [{ digest, name: null, weight: 1 }],
    });
    try {
      const serverFile = join(own ? this.#dir : this.#context.distDir, 'server.js');
      const options = { serverFile, dir: this.#dir, servingFile: only, port: 0, signal };
      const server = await startServer(options, () => undefined);
      try {
        return (await new OpenInference(server.url).infer(model, digest, inputs, signal)).outputs;
      } finally {
        await server.stop();
      }
    } finally {
      await rm(only, { force: true });
    }
  }

  logs(): Promise<readonly string[]> {
    return Promise.resolve(['A bundle has no log here: the server writes it where it runs.']);
  }

  cost(): string | null {
    return null;
  }

  #program(observed: Observed): Step {
    const { exists, mark, wanted } = observed.facts;
    const first = mark === null;
    return {
      name: 'program',
      phase: 'prepare',
      sentence: `Write the server and ONNX Runtime for ${this.#source.platform} to ${this.#dir}.`,
      undoSentence: first ? 'They are deleted.' : 'They stay: they serve the earlier version as well.',
      run: async () => {
        await this.#ownFolder();
        await writeProgram(this.#dir, this.#source, String(wanted));
        return 'written';
      },
      undo: async () => {
        if (first) await removeBundle(this.#dir, exists === true);
      },
    };
  }

  #copy(model: ModelRef): Step {
    const { digest } = model;
    return {
      name: `copy-${digest.slice(0, 12)}`,
      phase: 'prepare',
      sentence: `Copy ${versionLabel(model)} into the bundle.`,
      undoSentence: 'The copy is deleted.',
      run: async () => {
        const { file } = await this.#context.source(digest);
        return (await copyModel(this.#dir, { digest, file })) ? 'copied' : 'was there';
      },
      undo: () => removeModel(this.#dir, digest),
    };
  }

  #publish(next: Serving, before: Serving | null): Step {
    const names = next.versions.map(({ name, digest }) => name ?? digest.slice(0, 12)).join(', ');
    return {
      name: 'publish',
      phase: 'switch',
      sentence: `Make ${names} what the bundle serves.`,
      undoSentence: before === null ? 'It serves nothing again.' : 'It serves the earlier version again.',
      run: async () => {
        await this.#write(next);
        return `run \`node server.js\` in ${this.#dir}`;
      },
      undo: () => this.#write(before),
    };
  }

  #unpublish(before: Serving | null): Step {
    return {
      name: 'unpublish',
      phase: 'switch',
      sentence: 'Make the bundle serve nothing.',
      undoSentence: 'It serves what it served.',
      run: async () => {
        await this.#write(null);
        return 'serves nothing';
      },
      undo: () => this.#write(before),
    };
  }

  /** Puts what the bundle serves, and what it says of it, in place. */
  async #write(value: Serving | null): Promise<void> {
    const [about, file] = [join(this.#dir, 'README.md'), join(this.#dir, servingFile)];
    if (value === null) {
      await rm(file, { force: true });
      await rm(about, { force: true });
    } else {
      await writeAtomic(about, readme(value, this.#source.platform));
      await writeServing(file, value);
    }
  }

  #retire(kept: readonly string[]): Step {
    return {
      name: 'retire',
      phase: 'finish',
      sentence: 'Delete versions beyond those kept for a rollback.',
      undoSentence: 'A rollback copies them again.',
      run: async () => {
        const old = (await presentModels(this.#dir)).filter(digest => !kept.includes(digest));
        for (const digest of old) await removeModel(this.#dir, digest);
        return old.length === 0 ? 'nothing deleted' : `deleted ${old.length} older`;
      },
      undo: () => Promise.resolve(),
    };
  }

  #delete(): Step {
    return {
      name: 'delete',
      phase: 'finish',
      sentence: `Delete the bundle in ${this.#dir}.`,
      undoSentence: 'A deployment writes it again.',
      run: async () => {
        await removeBundle(this.#dir, false);
        return 'deleted';
      },
      undo: () => Promise.resolve(),
    };
  }

  /** @throws BadInput when the folder holds what is not ours */
  async #ownFolder(): Promise<void> {
    const fromRoot = relative(this.#dir, this.#context.root);
    if (fromRoot === '' || !fromRoot.startsWith('..'))
      throw new BadInput(
        'folder-holds-workspace',
        `${this.#dir} holds the workspace. Give the bundle a folder of its own.`,
      );
    const found = await stat(this.#dir).catch(() => null);
    if (found === null) return;
    if (!found.isDirectory())
      throw new BadInput('not-a-folder', `${this.#dir} is a file. Choose another folder.`);
    if ((await foundMark(this.#dir)) !== null) return;
    const [foreign] = await readdir(this.#dir);
    if (foreign !== undefined)
      throw new BadInput(
        'folder-not-empty',
        `${this.#dir} holds ${foreign}, which is not of a bundle. Choose a folder that is empty or missing.`,
      );
  }

  /** @throws BadInput when nothing can be made in the folder, or in the nearest above it that exists */
  async #writable(): Promise<void> {
    for (let dir = this.#dir; ; dir = dirname(dir)) {
      const found = await stat(dir).catch((error: unknown) => (error as NodeJS.ErrnoException).code);
      if ((found === 'ENOENT' || found === 'ENOTDIR') && dirname(dir) !== dir) continue;
      const can =
        typeof found === 'object' &&
        found.isDirectory() &&
        (await (dir === this.#dir ? access(dir, constants.W_OK) : tryFolderIn(dir)).then(
          () => true,
          () => false,
        ));
      if (!can)
        throw new BadInput(
          'not-writable',
          `${this.#dir} cannot be made: ${dir} is not a folder one may write to.`,
        );
      return;
    }
  }
}

/** Where rights alone say nothing, as of root under /proc. @throws Error when no folder can be made there */
async function tryFolderIn(dir: string): Promise<void> {
  await rmdir(await mkdtemp(join(dir, '.slipway-')));
}
