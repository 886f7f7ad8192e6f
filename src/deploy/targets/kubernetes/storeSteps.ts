import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import type { ModelRef } from '../../../protocol/results/shared.ts';
import { writeAtomic } from '../../../workspace/atomic.ts';
import { versionLabel } from '../../golden.ts';
import type { Step, TargetContext } from '../../types.ts';
import type { KubeObject } from './cluster.ts';
import { backgroundFile, type ModelStorage } from './storage.ts';

/** Steps beside the cluster: the store that pods fetch from, and the files that GitOps applies. */
export interface StoreSteps {
  readonly context: TargetContext;
  /** As slipway.yaml has it. */
  readonly storage: string;
  readonly models: () => Promise<ModelStorage>;
}

export function uploadStep({ context, storage, models }: StoreSteps, model: ModelRef): Step {
  const { digest } = model;
  return {
    name: `upload-${digest.slice(0, 12)}`,
    phase: 'prepare',
    sentence: `Upload ${versionLabel(model)} to ${storage}, where pods fetch it.`,
    undoSentence: 'It is deleted there.',
    run: async ({ signal }) => {
      const there = await models();
      if (await there.holds(digest, signal)) return 'was there';
      await context.packed(digest, { tensorsOnly: false, signal }, async packed => {
        await there.upload(digest, packed, signal);
      });
      return 'uploaded';
    },
    undo: async ({ signal }) => (await models()).delete(digest, signal),
  };
}

/** The rows that explanations of a version compare with, where pods fetch its bytes. */
export function backgroundStep({ context, models }: StoreSteps, digest: string): Step {
  return {
    name: `background-${digest.slice(0, 12)}`,
    phase: 'prepare',
    sentence: 'Upload the rows that explanations compare with.',
    undoSentence: 'They go with the version.',
    run: async ({ signal }) => {
      const rows = JSON.stringify({ inputs: await context.background(digest, signal) });
      await (await models()).put(digest, backgroundFile, Buffer.from(rows), signal);
      return 'uploaded';
    },
    undo: () => Promise.resolve(),
  };
}

/** @param held versions that pods hold when it runs */
export function retireStep(
  { models }: StoreSteps,
  kept: readonly string[],
  held: (signal: AbortSignal) => Promise<readonly string[]>,
): Step {
  return {
    name: 'retire',
    phase: 'finish',
    sentence: 'Delete versions from the store beyond those that pods hold or a rollback would want.',
    undoSentence: 'A deployment uploads them again.',
    run: async ({ signal }) => {
      const there = await models();
      // A pod that starts anew fetches what it holds.
      const wanted = [...kept, ...(await held(signal))];
      const old = (await there.digests(signal)).filter(digest => !wanted.includes(digest));
      for (const digest of old) await there.delete(digest, signal);
      return old.length === 0 ? 'nothing deleted' : `deleted ${old.length}`;
    },
    undo: () => Promise.resolve(),
  };
}

/**
 * Writes what GitOps applies: the same objects, in files. None with a secret is among them.
 * @param folder relative to slipway.yaml
 */
export function manifestsStep(
  { context }: StoreSteps,
  folder: string,
  name: string,
  objects: () => readonly KubeObject[],
): Step {
  return {
    name: 'manifests',
    phase: 'finish',
    sentence: `Write the manifests to ${folder}.`,
    undoSentence: 'The next release writes them again.',
    run: async () => {
      const text = objects()
        .map(object => stringify(object))
        .join('---\n');
      await writeAtomic(manifestFile(context, folder, name), text);
      return `${folder}/${name}.yaml`;
    },
    undo: () => Promise.resolve(),
  };
}

/** What is left once nothing serves: models in the store, and manifests. */
export async function deleteStored(
  { context, models }: StoreSteps,
  folder: string | undefined,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const there = await models();
  for (const digest of await there.digests(signal)) await there.delete(digest, signal);
  if (folder !== undefined) await rm(manifestFile(context, folder, name), { force: true });
}

function manifestFile({ root }: TargetContext, folder: string, name: string): string {
  return join(resolve(root, folder), `${name}.yaml`);
}
