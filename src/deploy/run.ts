import { setTimeout as sleep } from 'node:timers/promises';
import { BadInput } from '../core/failure.ts';
import type { Release } from '../protocol/results/release.ts';
import { writeFailure } from '../workspace/atomic.ts';
import type { Journal } from '../workspace/journal.ts';
import { storiesOf, type ReleaseStory } from './history.ts';
import { isLeaving } from './leaving.ts';
import type { Held } from './holding.ts';
import type { BeginRecord, ReleaseRecord, StepRecord } from './record.ts';
import type { DeployEvent } from './services.ts';
import type { Step, StepContext, Target } from './types.ts';

/** What has to be undone is undone even after a cancel, but not for ever: in the step's own time when that is longer. */
const undoMs = 60_000;
const stepMs = 600_000;
/** A step that does not heed its signal is left behind after this. */
const graceMs = 5_000;
const logMs = 5_000;
const quotedLines = 8;

export interface RunContext {
  readonly target: Target;
  readonly journal: Journal<ReleaseRecord>;
  readonly lease: Held;
  readonly signal: AbortSignal;
  readonly emit: (event: DeployEvent) => void;
}

/**
 * Does the steps of a release, each journalled before and after. A failure or a cancel before the finishing
 * steps undoes all that was begun, the last first; a finishing step that fails leaves the release live.
 * @throws BadInput `cannot-write` when the journal cannot be written
 */
export async function runRelease(
  begin: BeginRecord,
  steps: readonly Step[],
  context: RunContext,
): Promise<Release> {
  const run = new Run(begin, context);
  await run.begin();
  return await run.forward(steps, []);
}

/**
 * Finishes or undoes a release that was cut off: finishes it when its switch has happened, which the target
 * itself is asked when the journal does not say; else undoes it.
 * @param steps made from the same desired and observed state as then
 * @param finish goes on also when the switch has not happened, unless a step had failed: steps are idempotent
 */
export async function recoverRelease(
  story: ReleaseStory,
  steps: readonly Step[],
  context: RunContext,
  finish: boolean,
): Promise<Release> {
  const run = new Run(story.begin, context);
  const phases = new Map<string, StepRecord['phase']>();
  for (const { step, phase } of story.steps) phases.set(step, phase);
  // A finishing step that failed leaves the release live.
  const undoing = steps.some(
    ({ name, phase }) => phase !== 'finish' && ['failed', 'undone'].includes(phases.get(name) ?? ''),
  );
  const switches = steps.filter(({ phase }) => phase === 'switch');
  let switched = !undoing && switches.every(({ name }) => phases.get(name) === 'done');
  if (!switched && !undoing && switches.some(({ name }) => phases.has(name))) {
    switched = await isDesired(story.begin, context);
    if (switched)
      for (const { name } of switches)
        if (phases.get(name) !== 'done') {
          await run.step(name, 'done', 'found done after the deployment was cut off');
          phases.set(name, 'done');
        }
  }
  const goesOn = switched || (finish && !undoing);
  context.emit({
    kind: 'log',
    line: `${story.begin.release} was cut off; ${goesOn ? 'finishing' : 'undoing'} it`,
  });
  if (goesOn)
    return await run.forward(
      steps,
      steps.filter(({ name }) => phases.get(name) === 'done'),
    );
  const begun = steps.filter(({ name }) => phases.has(name) && phases.get(name) !== 'undone');
  return await run.backward(begun);
}

async function isDesired({ desired }: BeginRecord, { target, signal }: RunContext): Promise<boolean> {
  // A switch that was cut off shows once the target has acted on it.
  for (let look = 0; look < 10; look++) {
    const { live } = await target.observe(signal);
    const reached =
      live.length === desired.live.length &&
      desired.live.every(({ model, weight }) =>
        live.some(found => found.digest === model.digest && Math.abs(found.weight - weight) < 1e-6),
      );
    if (reached) return true;
    await sleep(100, undefined, { signal });
  }
  return false;
}

/** Its cause says why the journal could not be written. */
class Unrecorded extends Error {}

class Run {
  readonly #begin: BeginRecord;
  readonly #context: RunContext;
  #golden: StepRecord['golden'] = null;
  /** Steps that came to their end in this process. */
  readonly #ran = new Set<Step>();

  constructor(begin: BeginRecord, context: RunContext) {
    this.#begin = begin;
    this.#context = context;
  }

  /** @throws BadInput `cannot-write`: nothing was begun */
  async begin(): Promise<void> {
    await this.#record(this.#begin).catch((error: unknown) => {
      throw error instanceof Unrecorded ? error.cause : error;
    });
  }

  async forward(steps: readonly Step[], done: readonly Step[]): Promise<Release> {
    const begun = [...done];
    return await this.#orCutShort(begun, () => this.#forward(steps, done, begun));
  }

  async backward(begun: readonly Step[]): Promise<Release> {
    return await this.#orCutShort(begun, () => this.#backward(begun));
  }

  /**
   * A journal that cannot be written ends the release. What was begun is undone unless the requests have moved:
   * the next run finds it cut off, and comes to the same end.
   */
  async #orCutShort(begun: readonly Step[], work: () => Promise<Release>): Promise<Release> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Unrecorded)) throw error;
      const switches = begun.filter(({ phase }) => phase === 'switch');
      const stays = switches.length > 0 && switches.every(step => this.#ran.has(step));
      if (!stays)
        for (const step of begun.toReversed())
          await this.#undo(step).catch((failure: unknown) =>
            this.#context.emit({
              kind: 'log',
              line: `${step.name} could not be undone: ${sentenceOf(failure, null)}`,
            }),
          );
      const { release } = this.#begin;
      const rest = stays
        ? `The requests of ${release} have moved; the next deployment finishes it.`
        : `${release} was undone; the next deployment looks at it again.`;
      throw new BadInput('cannot-write', `${sentenceOf(error.cause, null)} ${rest}`);
    }
  }

  async #forward(steps: readonly Step[], done: readonly Step[], begun: Step[]): Promise<Release> {
    const { lease, signal } = this.#context;
    for (const step of steps) {
      if (done.includes(step)) continue;
      const finishing = step.phase === 'finish';
      try {
        if (!finishing) signal.throwIfAborted();
        await lease.check();
        begun.push(step);
        await this.step(step.name, 'intent', null);
        // What finishes is not cancelled: the new version is live already.
        const stop = finishing ? new AbortController().signal : signal;
        const detail = await this.#within(step, stop, limited => step.run(this.#stepContext(step, limited)));
        this.#ran.add(step);
        await this.step(step.name, 'done', detail);
      } catch (error) {
        // The window goes; the next one finishes what is in the journal.
        if (isLeaving(signal.reason) || error instanceof Unrecorded) throw error;
        const log = signal.aborted ? [] : await this.#targetLog();
        await this.step(step.name, 'failed', sentenceOf(error, signal), log);
        if (!finishing) return await this.#backward(begun);
      }
    }
    const removed = this.#begin.desired.live.length === 0;
    const { endpoint } = await this.#context.target.observe(AbortSignal.timeout(undoMs));
    return await this.#end(removed ? 'removed' : 'live', removed ? null : endpoint);
  }

  async #backward(begun: readonly Step[]): Promise<Release> {
    let clean = true;
    for (const step of begun.toReversed()) {
      try {
        await this.#undo(step);
        await this.step(step.name, 'undone', null);
      } catch (error) {
        if (error instanceof Unrecorded) throw error;
        clean = false;
        await this.step(step.name, 'failed', `could not be undone: ${sentenceOf(error, null)}`);
      }
    }
    return await this.#end(clean ? 'undone' : 'failed', null);
  }

  async #undo(step: Step): Promise<void> {
    const undone = { name: step.name, limit: Math.max(undoMs, step.limit ?? 0) };
    await this.#within(undone, new AbortController().signal, limited =>
      step.undo(this.#stepContext(step, limited)),
    );
  }

  async #record(record: ReleaseRecord): Promise<void> {
    const { journal, emit } = this.#context;
    await journal.append(record).catch((error: unknown) => {
      throw new Unrecorded('The journal was not written.', { cause: error });
    });
    emit({ kind: 'record', record });
    emit({ kind: 'release', release: this.#release() });
  }

  async step(
    step: string,
    phase: StepRecord['phase'],
    detail: string | null,
    log: readonly string[] = [],
  ): Promise<void> {
    const golden = phase === 'done' ? this.#golden : null;
    this.#golden = null;
    const { release } = this.#begin;
    await this.#record({
      type: 'step',
      release,
      at: new Date().toISOString(),
      step,
      phase,
      detail,
      golden,
      ...(log.length === 0 ? {} : { log: [...log] }),
    });
  }

  /** Waits for a step no longer than it may take, even when it does not heed its signal. */
  async #within<T>(
    { name, limit = stepMs }: Pick<Step, 'name' | 'limit'>,
    signal: AbortSignal,
    act: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const deadline = new AbortController();
    const late = new Error(`${name} was not done within ${limit / 1000} s.`);
    const timer = setTimeout(() => deadline.abort(late), limit);
    const settled = new AbortController();
    const limited = AbortSignal.any([signal, deadline.signal]);
    try {
      return await Promise.race([act(limited), abandoned(limited, settled.signal)]);
    } catch (error) {
      throw deadline.signal.aborted && !signal.aborted ? late : error;
    } finally {
      clearTimeout(timer);
      settled.abort();
    }
  }

  async #targetLog(): Promise<readonly string[]> {
    const waiting = new AbortController();
    const none = sleep(logMs, [], { signal: waiting.signal, ref: false }).catch(() => []);
    try {
      return await Promise.race([this.#context.target.logs(quotedLines), none]);
    } catch {
      return [];
    } finally {
      waiting.abort();
    }
  }

  async #end(state: 'live' | 'failed' | 'undone' | 'removed', endpoint: string | null): Promise<Release> {
    const { release } = this.#begin;
    await this.#record({ type: 'end', release, at: new Date().toISOString(), state, endpoint });
    return this.#release();
  }

  #release(): Release {
    return this.#story().release;
  }

  #story(): ReleaseStory {
    const stories = storiesOf(this.#context.journal.records);
    return stories.find(({ begin }) => begin.release === this.#begin.release)!;
  }

  #stepContext(step: Step, signal: AbortSignal): StepContext {
    const { release } = this.#begin;
    const earlier = this.#story().steps.findLast(
      record => record.step === step.name && record.facts !== undefined,
    );
    return {
      signal,
      remembered: earlier?.facts ?? {},
      remember: async facts => {
        const at = new Date().toISOString();
        const head = { type: 'step', release, at, step: step.name, phase: 'remembered' } as const;
        await this.#record({ ...head, detail: null, golden: null, facts: { ...facts } });
      },
      log: line => this.#context.emit({ kind: 'log', line }),
      verified: golden => {
        this.#golden = golden;
      },
    };
  }
}

/** Rejects some time after the signal, unless it has settled before. */
async function abandoned(signal: AbortSignal, settled: AbortSignal): Promise<never> {
  await new Promise<void>(resolve => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    settled.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
  if (!settled.aborted) await sleep(graceMs, undefined, { signal: settled }).catch(() => undefined);
  throw signal.reason instanceof Error ? signal.reason : new Error('Cut off.');
}

function sentenceOf(error: unknown, signal: AbortSignal | null): string {
  if (signal?.aborted === true) return 'Cancelled.';
  if (!(error instanceof Error)) return String(error);
  // A full disk, or a folder that is not one's own; the system does not always say of which file.
  const { dest, path = 'what the step makes' } = error as NodeJS.ErrnoException & { readonly dest?: string };
  return (writeFailure(error, dest ?? path) as Error).message;
}
