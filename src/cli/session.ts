import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { BadInput } from '../core/failure.ts';
import { Deployer } from '../deploy/deployer.ts';
import { dataOf } from '../jobs/build.ts';
import { EngineClient } from '../jobs/engineClient.ts';
import type { JobOptions } from '../jobs/options.ts';
import { Jobs } from '../jobs/runner.ts';
import type { SavedAnswers } from '../protocol/engine.ts';
import { configFileName } from '../workspace/config/load.ts';
import { renderHtml } from '../report/html.ts';
import { Reviews } from '../review/reviews.ts';
import { TrialJobs } from '../jobs/trialJobs.ts';
import { ResultStore } from '../workspace/store.ts';
import type { ModelEntry, ResolvedModel } from '../workspace/types.ts';
import { Workspace } from '../workspace/workspace.ts';
import { Progress } from './progress.ts';

export interface SessionOptions {
  /** The folder the user stands in. */
  readonly cwd: string;
  /** Where engine.js and server.js lie. */
  readonly distDir: string;
  readonly signal: AbortSignal;
  readonly stderr: NodeJS.WriteStream;
  /** MB each engine process may take. */
  readonly memoryLimitMb: number;
  /** Run again although results are stored. */
  readonly fresh: boolean;
}

/** The services of one folder, for one command. */
export class Session {
  readonly workspace: Workspace;
  readonly jobs: Jobs;
  readonly trials: TrialJobs;
  readonly deployer: Deployer;
  readonly reviews: Reviews;
  readonly distDir: string;
  readonly signal: AbortSignal;
  readonly #options: SessionOptions;
  readonly #engine: EngineClient;
  readonly #progress: Progress;

  private constructor(workspace: Workspace, options: SessionOptions) {
    this.#options = options;
    this.workspace = workspace;
    this.distDir = options.distDir;
    this.signal = options.signal;
    this.#progress = new Progress(options.stderr);
    const log = (line: string): void => this.log(line);
    this.#engine = new EngineClient({
      engineFile: join(options.distDir, 'engine.js'),
      memoryLimitMb: options.memoryLimitMb,
      log,
    });
    const store = new ResultStore(workspace.root);
    this.jobs = new Jobs(workspace, this.#engine, store);
    this.trials = new TrialJobs(workspace, this.#engine, store);
    this.reviews = new Reviews({
      workspace,
      jobs: {
        validate: (model, calling) => this.jobs.validate(model, {}, { ...this.jobOptions, ...calling }),
        latestExplanation: model => this.jobs.latest.explanation(model),
        latestComparison: (a, b) => this.jobs.latest.comparison(a, b),
      },
      report: renderHtml,
    });
    this.deployer = new Deployer({
      root: workspace.root,
      workspace,
      jobs: this.jobs,
      reviews: this.reviews,
      distDir: options.distDir,
      by: userInfo().username,
      log,
    });
  }

  /** Of the nearest folder upwards with a slipway.yaml, else of the one the user stands in. */
  static async open(options: SessionOptions): Promise<Session> {
    if (!existsSync(options.cwd))
      throw new BadInput('missing-folder', `There is no folder \`${options.cwd}\`. Check the path.`);
    const workspace = await Workspace.open(rootOf(options.cwd));
    const session = new Session(workspace, options);
    for (const { line, message } of workspace.issues)
      session.log(`${configFileName}:${line + 1}: ${message}`);
    return session;
  }

  /** The services of another folder, with the same options. */
  async at(folder: string): Promise<Session> {
    return await Session.open({ ...this.#options, cwd: folder });
  }

  /** A line for people, on stderr: stdout is for results. */
  log(line: string): void {
    this.#progress.clear();
    this.#options.stderr.write(`${line}\n`);
  }

  /** A path as the user gave it, absolute. */
  path(path: string): string {
    return resolve(this.#options.cwd, path);
  }

  /** MODEL: a name, `name@version`, or a path from where the user stands. */
  async model(ref: string): Promise<ResolvedModel> {
    const isName = this.workspace.models().some(({ name }) => ref === name || ref.startsWith(`${name}@`));
    const file = this.path(ref);
    return await this.workspace.resolve(
      !isName && (existsSync(file) || existsSync(`${file}.dvc`)) ? file : ref,
    );
  }

  /**
   * Columns of saved predictions as a version.
   * @param data undefined: the holdout
   * @throws BadInput `no-data`
   */
  async saved(entry: ModelEntry, columns: SavedAnswers, data: string | undefined): Promise<ResolvedModel> {
    const path = data === undefined ? null : this.path(data);
    return await this.workspace.saved(
      entry,
      columns,
      dataOf(this.workspace.root, entry, path, 'Judging saved predictions'),
    );
  }

  /** Candidates: every version of a bare name, else each by itself. */
  async candidates(refs: readonly string[]): Promise<ResolvedModel[]> {
    const named = new Set(this.workspace.models().map(({ name }) => name));
    const found = await Promise.all(
      refs.map(async ref => {
        if (!named.has(ref)) return [await this.model(ref)];
        const versions = await this.workspace.versions(ref);
        return await Promise.all(versions.map(({ version }) => this.workspace.resolve(`${ref}@${version}`)));
      }),
    );
    return found.flat();
  }

  /** What slipway.yaml says of a model, whichever version; nothing without a name. */
  entry(ref: string | undefined): ModelEntry {
    const name = ref?.split('@')[0];
    return this.workspace.entry(name ?? null);
  }

  get jobOptions(): JobOptions {
    return { signal: this.signal, onProgress: this.#progress.show, fresh: this.#options.fresh };
  }

  async dispose(): Promise<void> {
    this.#progress.clear();
    this.#engine.dispose();
    await this.deployer.dispose();
  }
}

function rootOf(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, configFileName))) return at;
    if (dirname(at) === at) return folder;
  }
}
