import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeModel } from '../../core/onnx/decode.ts';
import { externalDataOf } from '../../core/onnx/externalData.ts';
import { modelDigest } from '../../engine/model/digest.ts';
import { readExternal, readModel } from '../../engine/model/files.ts';
import type { Golden } from '../../protocol/engine.ts';
import { prepareServing, startServer } from '../../serve/start.ts';
import { writeAtomic } from '../../workspace/atomic.ts';
import type { TargetContext } from '../types.ts';
import { OpenInference } from './openInference.ts';

/** A file of a model, by its path beside `model.onnx`. */
export interface PulledFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * What a model that was pulled back from a target answers, served here for a moment: that its bytes arrived
 * whole, where nothing that runs there can be asked.
 * @param files with a `model.onnx`
 */
export async function answerHere(
  { distDir, stateDir }: Pick<TargetContext, 'distDir' | 'stateDir'>,
  files: readonly PulledFile[],
  inputs: Golden['inputs'],
  signal: AbortSignal,
): Promise<Golden['outputs']> {
  await mkdir(stateDir, { recursive: true });
  const dir = await mkdtemp(join(stateDir, '.pulled-'));
  try {
    const file = join(dir, 'pulled', 'model.onnx');
    for (const { path, bytes } of files) await writeAtomic(join(dir, 'pulled', ...path.split('/')), bytes);
    const bytes = await readModel(file);
    const digest = modelDigest(bytes, await readExternal(file, externalDataOf(decodeModel(bytes))));
    await prepareServing(dir, 'model', [{ digest, file, name: null, weight: 1 }]);
    const server = await startServer(
      { serverFile: join(distDir, 'server.js'), dir, port: 0, signal },
      () => undefined,
    );
    try {
      return (await new OpenInference(server.url).infer('model', digest, inputs, signal)).outputs;
    } finally {
      await server.stop();
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
