import { BadInput } from '../../core/failure.ts';
import type { Serving } from '../../serve/serving.ts';
import { versionLabel } from '../golden.ts';
import type { Step, StepContext } from '../types.ts';
import type { OpenInference } from './openInference.ts';
import { sameShares, sharesInWords, sharesOf } from './servingStates.ts';
import { until } from './waiting.ts';

/** Where a server of ours follows serving.json, while it can be reached. */
export interface Followed {
  /** @throws BadInput when it does not run */
  readonly client: (signal: AbortSignal) => Promise<OpenInference>;
  /** Whether there is a serving.json that is followed. */
  readonly stands: (signal: AbortSignal) => Promise<boolean>;
  /** Puts serving.json in place, in one act. */
  readonly put: (value: Serving, signal: AbortSignal) => Promise<void>;
  /** JSON in a file beside it, in a folder that is made. */
  readonly write: (path: string, value: unknown, signal: AbortSignal) => Promise<void>;
  readonly remove: (path: string, signal: AbortSignal) => Promise<void>;
}

/** The steps by which a server takes versions over, wherever it and its files lie. */
export class FollowingSteps {
  readonly #use: <T>(signal: AbortSignal, work: (at: Followed) => Promise<T>) => Promise<T>;
  readonly #pollMs: number;

  /** @param use reaches the place for as long as the work takes */
  constructor(
    pollMs: number,
    use: <T>(signal: AbortSignal, work: (at: Followed) => Promise<T>) => Promise<T>,
  ) {
    this.#pollMs = pollMs;
    this.#use = use;
  }

  /** The rows that explanations compare with, of versions that are to be explained and have none there. */
  backgrounds(
    final: Serving,
    before: Serving | null,
    rows: (digest: string, signal: AbortSignal) => Promise<unknown>,
  ): readonly Step[] {
    const has = (digest: string): boolean =>
      before?.versions.some(other => other.digest === digest && other.explain !== undefined) === true;
    return final.versions
      .filter(({ digest, explain }) => explain !== undefined && !has(digest))
      .map(({ digest, name }) => ({
        name: `background-${digest.slice(0, 12)}`,
        phase: 'prepare',
        sentence: `Write the rows that explanations of ${versionLabel({ digest, version: name })} compare with.`,
        undoSentence: 'They are deleted.',
        ...this.#acts(
          async (at, { signal }) => {
            await at.write(backgroundFile(digest), { inputs: await rows(digest, signal) }, signal);
            return 'written';
          },
          (at, { signal }) => at.remove(backgroundFile(digest), signal),
        ),
      }));
  }

  load(digests: readonly string[], dark: Serving, before: Serving | null): Step {
    return {
      name: 'load',
      phase: 'prepare',
      sentence: 'Load it without requests, and warm it.',
      undoSentence: 'The server unloads it.',
      ...this.#acts(
        async (at, { signal }) => {
          await at.put(dark, signal);
          const client = await at.client(signal);
          for (const digest of digests)
            await until(`${digest.slice(0, 12)} did not become ready`, this.#pollMs, signal, async () => {
              const ready = await client.versionReady(dark.model, digest, signal);
              if (typeof ready === 'string') throw new BadInput('not-loaded', ready);
              return ready;
            });
          return 'loaded and warm';
        },
        async (at, { signal }) => {
          if (await at.stands(signal)) await at.put(before ?? { ...dark, versions: [] }, signal);
        },
      ),
    };
  }

  switch(switched: Serving, dark: Serving): Step {
    const apply = async (at: Followed, value: Serving, signal: AbortSignal): Promise<void> => {
      await at.put(value, signal);
      const client = await at.client(signal);
      const wanted = sharesOf(value);
      await until('the server did not take the new shares', this.#pollMs, signal, async () =>
        sameShares((await client.traffic(value.model, signal)) ?? [], wanted),
      );
    };
    return {
      name: 'switch',
      phase: 'switch',
      sentence: `Send the requests to ${sharesInWords(switched)}.`,
      undoSentence: 'The requests go back to what was live before.',
      ...this.#acts(
        async (at, { signal }) => {
          await apply(at, switched, signal);
          return 'switched';
        },
        (at, { signal }) => apply(at, dark, signal),
      ),
    };
  }

  #acts(
    run: (at: Followed, context: StepContext) => Promise<string>,
    undo: (at: Followed, context: StepContext) => Promise<void>,
  ): Pick<Step, 'run' | 'undo'> {
    return {
      run: context => this.#use(context.signal, at => run(at, context)),
      undo: context => this.#use(context.signal, at => undo(at, context)),
    };
  }
}

export function backgroundFile(digest: string): string {
  return `background/${digest}.json`;
}
