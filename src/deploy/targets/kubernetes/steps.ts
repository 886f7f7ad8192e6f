import type { ModelRef } from '../../../protocol/results/shared.ts';
import type { Serving } from '../../../serve/serving.ts';
import { versionLabel } from '../../golden.ts';
import type { Step, StepContext } from '../../types.ts';
import { sameShares, sharesInWords } from '../servingStates.ts';
import type { Pods } from './pods.ts';
import { deleteStored, type StoreSteps } from './storeSteps.ts';
import type { Standing, Workload } from './workload.ts';

/** A kubelet may take over a minute to see that a config map changed. */
const shiftMs = 240_000;
const rollMs = 900_000;
/** A step gets more than what it waits for, so that its own sentence, with the trouble of the pods, is what is said. */
const marginMs = 30_000;

/** What the steps of a plan work on. Opened anew for each, since who one is may change in between. */
export interface Parts extends StoreSteps {
  /** Of what is made in the cluster. */
  readonly name: string;
  readonly workload: () => Workload;
  readonly pods: () => Pods;
}

/** The versions without requests: pods that hold them, and servers that have loaded them. */
export function rollStep(
  { name, workload, pods }: Parts,
  models: readonly ModelRef[],
  dark: { readonly digests: readonly string[]; readonly serving: Serving },
  before: Pick<Standing, 'serving' | 'held'>,
): Step {
  const names = models.map(versionLabel).join(', ');
  return {
    name: 'roll',
    phase: 'prepare',
    limit: rollMs + marginMs,
    sentence: `Apply the Deployment, Service and config map of ${name}; wait until every pod has loaded ${names}, without requests.`,
    undoSentence: before.held === null ? 'They are deleted.' : 'They are as they were; pods roll back.',
    run: async context => {
      const { digests, serving } = dark;
      const there = workload();
      const earlier = await pods().list(context.signal);
      await there.apply(digests, serving, context.signal);
      const { replicas } = await there.read(context.signal);
      await pods().until(
        context,
        {
          what: name,
          limit: rollMs,
          earlier,
          refusal: async () => (await there.read(context.signal)).refusal,
        },
        all => {
          const holding = all.filter(
            pod => pod.running && digests.every(digest => pod.digests.includes(digest)),
          );
          // Pods of before go by themselves, each once a new one is ready.
          return holding.length >= replicas ? holding : [];
        },
        async pod => {
          for (const { digest } of models)
            if (!(await pods().isLoaded(pod.name, digest, context.signal))) return false;
          return true;
        },
      );
      return 'loaded in every pod';
    },
    undo: async ({ signal }) => {
      if (before.held === null || before.serving === null) await workload().delete(signal);
      else await workload().apply(before.held, before.serving, signal);
    },
  };
}

export function shiftStep({ name, workload, pods }: Parts, next: Serving, dark: Serving): Step {
  const to = async (serving: Serving, context: StepContext): Promise<void> => {
    await workload().share(serving, context.signal);
    const wanted = serving.versions.filter(({ weight }) => weight > 0);
    // A pod that no longer starts, or not yet, gets the shares from the same config map.
    await pods().until(
      context,
      { what: name, limit: shiftMs },
      all => all.filter(pod => pod.running),
      async pod => {
        const found = (await pods().traffic(pod.name, context.signal)) ?? [];
        return sameShares(
          found.filter(({ weight }) => weight > 0),
          wanted,
        );
      },
    );
  };
  return {
    name: 'shift',
    phase: 'switch',
    limit: shiftMs + marginMs,
    sentence: `Give the requests to ${sharesInWords(next)}, and wait until every pod does.`,
    undoSentence: 'The shares are as they were.',
    run: async context => {
      await to(next, context);
      return sharesInWords(next);
    },
    undo: context => to(dark, context),
  };
}

export function withdrawStep({ name, workload }: Parts, nothing: Serving, before: Serving | null): Step {
  return {
    name: 'withdraw',
    phase: 'switch',
    sentence: `Make ${name} serve nothing.`,
    undoSentence: 'It serves what it served.',
    run: async ({ signal }) => {
      await workload().share(nothing, signal);
      return 'serves nothing';
    },
    undo: async ({ signal }) => {
      if (before !== null) await workload().share(before, signal);
    },
  };
}

/** @param manifests the folder of the manifests, when there is one */
export function deleteStep(parts: Parts, manifests: string | undefined): Step {
  const { name, workload } = parts;
  return {
    name: 'delete',
    phase: 'finish',
    sentence: `Delete what was made in the cluster for ${name}, and its models in the store.`,
    undoSentence: 'A deployment makes it again.',
    run: async ({ signal }) => {
      await workload().delete(signal);
      await deleteStored(parts, manifests, name, signal);
      return 'deleted';
    },
    undo: () => Promise.resolve(),
  };
}
