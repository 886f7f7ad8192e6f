import type { Evidence } from '../../core/review/mustOpen.ts';
import { untilTime } from '../../core/review/until.ts';
import type { PageDraft, ReviewPage } from '../../protocol/pages.ts';
import type { ResolvedModel } from '../../workspace/types.ts';
import { sentenceOf } from '../failures.ts';
import type { Host } from '../host.ts';
import type { Services } from '../services.ts';

/** What a reviewer has opened is remembered for the validation it was opened in. */
const memoryKey = 'reviewed';
const remembered = 50;

/** The review of a version as its page shows it, and what the page may do with it. */
export class ReviewOfVersion {
  readonly #host: Host;
  #failure: string | null = null;
  #busy = false;
  #reading = false;
  #last: { readonly digest: string; readonly text: string; readonly page: ReviewPage | null } | null = null;
  #signing: ReturnType<Services['signing']> | null = null;

  constructor(host: Host) {
    this.#host = host;
  }

  /**
   * What is known at once, so that a page never waits for git and ssh-keygen; the page draws again when more is
   * known. null before the first time.
   */
  shown(model: ResolvedModel): ReviewPage | null {
    if (!this.#host.trusted) return null;
    const { digest } = model.ref;
    if (!this.#reading) {
      this.#reading = true;
      void this.state(model)
        .then(page => {
          const text = JSON.stringify(page);
          if (this.#last?.digest === digest && this.#last.text === text) return;
          this.#last = { digest, text, page };
          this.#host.changed('work');
        })
        .catch((error: unknown) => this.#host.log.error(sentenceOf(error)))
        .finally(() => (this.#reading = false));
    }
    return this.#last?.digest === digest ? this.#last.page : null;
  }

  async state(model: ResolvedModel): Promise<ReviewPage | null> {
    const { catalog, trusted } = this.#host;
    if (!trusted) return null;
    const { reviews, signing } = await this.#host.services();
    this.#signing ??= signing();
    const live = await this.#live(model);
    const [review, validation, explanation, comparison, keys] = await Promise.all([
      catalog.review(model),
      catalog.validation(model),
      catalog.explanation(model),
      live === null ? null : catalog.comparison(live, model),
      this.#signing,
    ]);
    const evidence: Evidence | null =
      validation?.stale !== null
        ? null
        : {
            validation: validation.result,
            explanation: explanation?.stale === null ? explanation.result : null,
            comparison: comparison?.stale === null ? comparison.result : null,
          };
    const opened = evidence === null ? [] : this.#opened(evidence.validation.job);
    return {
      review,
      live: live === null ? null : (live.ref.version ?? live.ref.digest.slice(0, 8)),
      comparison: evidence?.comparison ?? null,
      toOpen:
        evidence === null
          ? null
          : reviews.toOpen(evidence).map(item => ({ ...item, opened: opened.includes(item.id) })),
      keys: keys.keys,
      principal: keys.principal,
      busy: this.#busy,
      failure: this.#failure,
    };
  }

  async open(model: ResolvedModel, id: string): Promise<void> {
    const validation = await this.#host.catalog.validation(model);
    if (validation === null) return;
    const { job } = validation.result;
    const others = Object.entries(this.#memory()).filter(([known]) => known !== job);
    const own = [...new Set([...this.#opened(job), id])];
    const entries = [...others, [job, own] as const].slice(-remembered);
    await this.#host.context.workspaceState.update(memoryKey, Object.fromEntries(entries));
    this.#host.changed('work');
  }

  async say(model: ResolvedModel, text: string, to: number | null): Promise<void> {
    await this.#act(async () => {
      const { reviews, signing } = await this.#host.services();
      const by = (await signing()).principal ?? 'unknown';
      if (to === null) await reviews.challenge(model, by, text);
      else await reviews.answer(model, by, text, to);
    });
  }

  async decide(model: ResolvedModel, draft: PageDraft): Promise<void> {
    await this.#act(async () => {
      const now = new Date();
      const until = untilTime(draft.overridesUntil, now);
      const { reviews } = await this.#host.services();
      const evidence = await reviews.evidence(model, await this.#live(model));
      await reviews.decide(
        model,
        {
          ...draft,
          scope: draft.scope === null ? null : [draft.scope],
          expires: draft.expires === null ? null : untilTime(draft.expires, now),
          overrides: draft.overrides.map(override => ({ ...override, expires: until })),
          opened: this.#opened(evidence.validation.job),
        },
        evidence,
      );
    });
  }

  async #act(act: () => Promise<void>): Promise<void> {
    this.#busy = true;
    this.#failure = null;
    this.#host.changed('work');
    try {
      await act();
    } catch (error) {
      this.#failure = error instanceof Error ? error.message : String(error);
      throw error;
    } finally {
      this.#busy = false;
      this.#host.changed('results');
    }
  }

  async #live(model: ResolvedModel): Promise<ResolvedModel | null> {
    const { live } = await this.#host.services();
    const found = await live(model);
    return found?.ref.digest === model.ref.digest ? null : found;
  }

  #opened(job: string): readonly string[] {
    return this.#memory()[job] ?? [];
  }

  #memory(): Readonly<Record<string, readonly string[]>> {
    return this.#host.context.workspaceState.get<Record<string, string[]>>(memoryKey, {});
  }
}
