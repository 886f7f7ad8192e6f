import type { PageCommand, PageRequests, PageWork, Stored, Work } from '../../protocol/pages.ts';
import type { TrialsPage, TrialsTab } from '../../protocol/trialPages.ts';
import type { ModelEntry, ResolvedModel } from '../../workspace/types.ts';
import type { Host } from '../host.ts';
import { fixedFolds, mostVersions, rank, retrain } from '../trialTasks.ts';
import { workState, type PageAction, type PageSource } from './source.ts';
import type { Subject } from './subject.ts';

/** The page of one model's trials: folds, a version on parts of the data, candidates. */
export class TrialsSource implements PageSource {
  readonly subject: Subject & { readonly page: 'trials' };
  readonly #host: Host;
  #version: string | null = null;
  #show: { readonly tab: TrialsTab; readonly turn: number } | null = null;

  constructor(host: Host, model: string) {
    this.#host = host;
    this.subject = { page: 'trials', model };
  }

  /** The version that is measured on parts of the data: the one that was asked for, else the newest. */
  async model(): Promise<ResolvedModel> {
    return await this.#resolve(this.#version);
  }

  async state(): Promise<TrialsPage> {
    const { catalog, trusted } = this.#host;
    const { entry, version, ref } = await this.model();
    const { crossValidations, rankings } = await catalog.trials(entry);
    const fixed = crossValidations.find(
      ({ result }) =>
        result.kind === 'fixed' && (this.#version === null || result.model?.digest === ref.digest),
    );
    const { versions } = await catalog
      .versions(entry, mostVersions)
      .catch(async () => ({ versions: [await catalog.list(entry, version)] }));
    const work = <T>(kind: PageWork, stored: Stored<T> | undefined, why: string): Work<T> =>
      this.#work(kind, entry, stored ?? null, why);
    return {
      page: 'trials',
      trusted,
      model: entry.name,
      configured: entry.configured,
      data: {
        holdout: entry.holdout?.path ?? null,
        reference: entry.reference?.path ?? null,
        label: entry.meaning.label,
      },
      command: entry.train === undefined ? null : [entry.train.command, ...entry.train.args],
      versions: versions.map(({ row }) => row),
      version: (this.#version === null ? fixed?.result.model?.version : null) ?? version.version,
      retrained: work(
        'retrain',
        crossValidations.find(({ result }) => result.kind === 'retrained'),
        'No model was trained for folds yet.',
      ),
      fixed: work('fixedFolds', fixed, 'This version was not measured on parts of the data yet.'),
      ranked: work('rank', rankings[0], 'No candidates were ranked yet.'),
      ...(this.#show === null ? {} : { show: this.#show }),
    };
  }

  async retrain(plan: PageRequests['retrain'][0]): Promise<void> {
    await retrain(this.#host, (await this.model()).entry, plan);
  }

  async fixedFolds({ version, plan }: PageRequests['fixedFolds'][0]): Promise<void> {
    this.#version = version;
    await fixedFolds(this.#host, await this.model(), plan);
  }

  async rank(choice: PageRequests['rank'][0]): Promise<void> {
    await rank(this.#host, (await this.model()).entry, choice);
  }

  cancel(kind: PageWork): void {
    void this.model().then(({ entry }) => this.#host.work.cancel(kind, entry.name));
  }

  show(tab: TrialsTab, version?: string): void {
    if (version !== undefined) this.#version = version;
    this.#show = { tab, turn: Date.now() };
  }

  argument(command: PageCommand, argument: string | null): PageAction {
    const { model } = this.subject;
    switch (command) {
      case 'openVersion':
        return {
          command: 'slipway.openVersion',
          argument: argument === null ? model : `${model}@${argument}`,
        };
      case 'openConfig':
        return { command: 'slipway.openConfig', argument: undefined };
      case 'createConfig':
        return { command: 'slipway.createConfig', argument: model };
      case 'refresh':
        return { command: 'slipway.refresh', argument: undefined };
      default:
        return { command: 'slipway.showLog', argument: undefined };
    }
  }

  /** @param version null: the newest, or the file itself where no name stands for it */
  async #resolve(version: string | null): Promise<ResolvedModel> {
    const { workspace } = await this.#host.services();
    const { model } = this.subject;
    const named = workspace.models().some(({ name }) => name === model);
    return await workspace.resolve(named && version !== null ? `${model}@${version}` : model);
  }

  #work<T>(kind: PageWork, { name }: ModelEntry, stored: Stored<T> | null, why: string): Work<T> {
    const { work, trusted } = this.#host;
    return workState(
      work.running(kind, name)?.progress ?? null,
      work.failure(kind, name),
      stored,
      trusted ? why : 'Nothing is run in a folder that is not trusted.',
    );
  }
}
