import type {
  PageCommand,
  PageDraft,
  PageWork,
  Stored,
  VersionPage,
  VersionRow,
  VersionTab,
  Work,
} from '../../protocol/pages.ts';
import type { ModelFacts } from '../../core/onnx/facts.ts';
import type { ResolvedModel } from '../../workspace/types.ts';
import { sentenceOf } from '../failures.ts';
import type { Host } from '../host.ts';
import {
  explain,
  importance,
  interactions,
  validate,
  type ExplainChoice,
  type ImportanceChoice,
  type InteractionsChoice,
} from '../tasks.ts';

import { explanationForPage } from './explanationForPage.ts';
import { ReviewOfVersion } from './reviewPage.ts';
import { workState, type PageAction, type PageSource } from './source.ts';
import type { Subject } from './subject.ts';

type Facts = ModelFacts | { readonly failure: string };

/** Versions that the overview lists and draws. */
const listed = 50;

/** The page of one version. */
export class VersionSource implements PageSource {
  readonly subject: Subject & { readonly page: 'version' };
  readonly #host: Host;
  readonly #review: ReviewOfVersion;
  #facts: { readonly digest: string; readonly facts: Facts | null } | null = null;
  #show: { readonly tab: VersionTab; readonly turn: number } | null = null;

  constructor(host: Host, reference: string) {
    this.#host = host;
    this.#review = new ReviewOfVersion(host);
    this.subject = { page: 'version', reference };
  }

  async model(): Promise<ResolvedModel> {
    const { workspace } = await this.#host.services();
    return await workspace.resolve(this.subject.reference);
  }

  async state(): Promise<VersionPage> {
    const show = this.#show === null ? {} : { show: this.#show };
    try {
      return { ...(await this.#stateOf(await this.model())), ...show };
    } catch (error) {
      return { ...this.#unreadable(sentenceOf(error)), ...show };
    }
  }

  async validate(): Promise<void> {
    await validate(this.#host, await this.model(), true);
  }

  async explain(choice: ExplainChoice): Promise<void> {
    await explain(this.#host, await this.model(), choice, true);
  }

  async interactions(choice: InteractionsChoice): Promise<void> {
    await interactions(this.#host, await this.model(), choice, true);
  }

  async importance(choice: ImportanceChoice): Promise<void> {
    await importance(this.#host, await this.model(), choice, true);
  }

  async open(id: string): Promise<void> {
    await this.#review.open(await this.model(), id);
  }

  async say(text: string, to: number | null): Promise<void> {
    await this.#review.say(await this.model(), text, to);
  }

  async decide(draft: PageDraft): Promise<void> {
    await this.#review.decide(await this.model(), draft);
  }

  cancel(kind: PageWork): void {
    void this.model().then(model => this.#host.work.cancel(kind, model.ref.digest));
  }

  show(tab: VersionTab): void {
    // The page remembers the last turn it followed, also when the window was reloaded since.
    this.#show = { tab, turn: Date.now() };
  }

  argument(command: PageCommand, argument: string | null): PageAction {
    const { reference } = this.subject;
    const sibling = (): string | undefined => {
      const name = this.#name ?? reference.split('@')[0];
      return argument === null || name === undefined ? undefined : `${name}@${argument}`;
    };
    switch (command) {
      case 'deploy':
        return { command: 'slipway.deploy', argument: { reference, target: argument ?? undefined } };
      case 'deployCanary':
        return { command: 'slipway.deployCanary', argument: { reference, target: argument ?? undefined } };
      case 'compareWith':
        return { command: 'slipway.compare', argument: { reference, other: sibling() } };
      case 'openVersion':
        return { command: 'slipway.openVersion', argument: sibling() };
      case 'rollback':
        return { command: 'slipway.rollBack', argument: { target: argument ?? undefined } };
      case 'remove':
        return { command: 'slipway.removeFromTarget', argument: { target: argument ?? undefined } };
      case 'openEndpoint':
        return { command: 'slipway.openEndpoint', argument: { target: argument ?? undefined } };
      case 'doctor':
        return { command: 'slipway.doctor', argument: { target: argument ?? undefined } };
      case 'exportReport':
        return { command: 'slipway.exportReport', argument: reference };
      case 'createConfig':
        return { command: 'slipway.createConfig', argument: reference };
      case 'openConfig':
        return { command: 'slipway.openConfig', argument: undefined };
      // Canaries are led from the page of their target.
      case 'promote':
      case 'rollBackCanary':
      case 'pauseCanary':
      case 'watchCanary':
      case 'showLog':
        return { command: 'slipway.showLog', argument: undefined };
      case 'refresh':
        return { command: 'slipway.refresh', argument: undefined };
    }
  }

  /** The model's name, once it was resolved. */
  #name: string | null = null;

  async #stateOf(model: ResolvedModel): Promise<VersionPage> {
    const { catalog, trusted } = this.#host;
    const { entry, version, ref } = model;
    this.#name = entry.name;
    const [own, { versions }, validation, explanation, pairs, permutation, sage, targets] = await Promise.all(
      [
        catalog.list(entry, version),
        catalog.versions(entry, listed).catch(() => ({ versions: [] })),
        catalog.validation(model),
        catalog.explanation(model),
        catalog.interactions(model),
        catalog.importance(model, 'permutation'),
        catalog.importance(model, 'sage'),
        catalog.targets(),
      ],
    );
    return {
      page: 'version',
      trusted,
      model: entry.name,
      version: { ...own.row, digest: ref.digest },
      versions: versions.map(({ row }) => row),
      path: ref.path,
      commit: version.commit,
      facts: entry.saved === undefined ? this.#factsOf(model) : null,
      saved:
        entry.saved === undefined
          ? null
          : { prediction: entry.saved.prediction, scores: entry.saved.scores.map(({ column }) => column) },
      configured: entry.configured,
      data: {
        holdout: entry.holdout?.path ?? null,
        reference: entry.reference?.path ?? null,
        background: entry.background?.path ?? null,
        label: entry.meaning.label,
      },
      targets: targets
        .filter(({ target }) => target.model === null || target.model === entry.name)
        .map(({ target }) => target.name),
      review: this.#review.shown(model),
      validation: this.#work('validate', model, validation),
      explanation: this.#work(
        'explain',
        model,
        explanation === null ? null : explanationForPage(explanation),
      ),
      interactions: this.#work('interactions', model, pairs),
      importance: {
        permutation: this.#work('permutation', model, permutation),
        sage: this.#work('sage', model, sage),
      },
    };
  }

  #work<T>(kind: PageWork, { ref }: ResolvedModel, stored: Stored<T> | null): Work<T> {
    const { work, trusted } = this.#host;
    return workState(
      work.running(kind, ref.digest)?.progress ?? null,
      work.failure(kind, ref.digest),
      stored,
      trusted ? 'It was not run yet.' : 'Nothing is run in a folder that is not trusted.',
    );
  }

  /** Null while the engine reads the file for the first time; the page draws again when it did. */
  #factsOf(model: ResolvedModel): Facts | null {
    if (!this.#host.trusted) return null;
    if (this.#facts?.digest === model.ref.digest) return this.#facts.facts;
    this.#facts = { digest: model.ref.digest, facts: null };
    void this.#host.catalog.facts(model).then(facts => {
      this.#facts = { digest: model.ref.digest, facts };
      this.#host.changed('work');
    });
    return null;
  }

  #unreadable(failure: string): VersionPage {
    const { reference } = this.subject;
    const version: VersionRow = {
      version: reference.split('@').at(-1) ?? reference,
      digest: null,
      date: new Date(0).toISOString(),
      author: null,
      size: null,
      verdict: 'not-run',
      review: null,
      metric: null,
      liveOn: [],
      modified: false,
    };
    return {
      page: 'version',
      trusted: this.#host.trusted,
      model: reference.split('@')[0] ?? reference,
      version,
      versions: [],
      path: reference,
      commit: null,
      facts: { failure },
      saved: null,
      configured: false,
      data: { holdout: null, reference: null, background: null, label: null },
      targets: [],
      review: null,
      validation: { state: 'empty', why: failure },
      explanation: { state: 'empty', why: failure },
      interactions: { state: 'empty', why: failure },
      importance: { permutation: { state: 'empty', why: failure }, sage: { state: 'empty', why: failure } },
    };
  }
}
