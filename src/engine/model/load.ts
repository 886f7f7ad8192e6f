import { basename } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import { BadInput } from '../../core/failure.ts';
import { decodeModel } from '../../core/onnx/decode.ts';
import { tensorOutputs } from '../../core/onnx/edit.ts';
import { exposeTensors } from '../../core/onnx/expose.ts';
import { gradientModel } from '../../core/onnx/gradient/gradient.ts';
import { externalDataOf } from '../../core/onnx/externalData.ts';
import type { ModelFacts } from '../../core/onnx/facts.ts';
import { modelFacts } from '../../core/onnx/modelFacts.ts';
import type { onnx } from '../../core/onnx/onnx.generated.js';
import { verifyModel } from '../../core/onnx/verify.ts';
import type { ModelSource } from '../../protocol/engine.ts';
import { modelDigest } from './digest.ts';
import { readExternal, readModel } from './files.ts';
import { runtime } from './runtime.ts';

export interface SessionOptions {
  /** Threads within an operator: 1 answers single rows fastest; 0 is one a core, for batches. */
  readonly threads: number;
  readonly optimisation: 'all' | 'disabled';
}

export const forBatches: SessionOptions = { threads: 0, optimisation: 'all' };
export const forSingleRows: SessionOptions = { threads: 1, optimisation: 'all' };

/** A verified model. Only bytes that were looked at reach the runtime. */
export interface LoadedModel {
  readonly name: string;
  readonly facts: ModelFacts;
  readonly proto: onnx.ModelProto;
  /** A session of its own: release it. */
  session(options: SessionOptions): Promise<InferenceSession>;
  /** A session that also gives values from inside the graph, under these output names. */
  exposing(values: readonly string[], options: SessionOptions): Promise<ExposingSession>;
  /**
   * A session that also gives the gradient of an output's column (null: of all) with regard to each input.
   * @throws BadInput `no-gradient`
   */
  differentiated(
    output: string,
    inputs: readonly string[],
    column: number | null,
    options: SessionOptions,
  ): Promise<ExposingSession>;
}

export interface ExposingSession {
  readonly session: InferenceSession;
  readonly outputs: readonly string[];
}

/** @throws BadInput when the file is no sound model, or not the one that was asked for */
export async function loadModel(source: ModelSource): Promise<LoadedModel> {
  const model = await loadFile(source.file);
  const { digest } = source.ref;
  if (digest !== '' && digest !== model.facts.digest)
    throw new BadInput(
      'digest',
      `\`${source.ref.path}\` has changed: it is ${model.facts.digest.slice(0, 12)} now, and ` +
        `${digest.slice(0, 12)} was asked for. Choose the version again.`,
    );
  return model;
}

/** @throws BadInput when the file is no sound model */
export async function loadFile(file: string): Promise<LoadedModel> {
  const bytes = await readModel(file);
  const proto = decodeModel(bytes);
  const external = await readExternal(file, externalDataOf(proto));
  verifyModel(proto);
  const facts = modelFacts(proto, {
    digest: modelDigest(bytes, external),
    size: external.reduce((sum, part) => sum + part.bytes.length, bytes.length),
    externalFiles: external.map(part => part.location),
  });
  const name = basename(file);
  const create = async (runnable: Uint8Array, options: SessionOptions): Promise<InferenceSession> => {
    const { InferenceSession } = await runtime();
    try {
      return await InferenceSession.create(runnable, {
        intraOpNumThreads: options.threads,
        interOpNumThreads: 1,
        graphOptimizationLevel: options.optimisation,
        logSeverityLevel: 3,
        extra: { session: { intra_op: { allow_spinning: '0' } } },
        ...(external.length === 0
          ? {}
          : { externalData: external.map(part => ({ path: part.location, data: part.bytes })) }),
      });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new BadInput(
        'model-does-not-load',
        `ONNX Runtime cannot load \`${name}\`: ${message} Export the model with operators that it has.`,
      );
    }
  };
  return {
    name,
    facts,
    proto,
    session: options => create(tensorOutputs(bytes).bytes, options),
    async exposing(values, options) {
      const exposed = exposeTensors(tensorOutputs(bytes).bytes, values);
      return { session: await create(exposed.bytes, options), outputs: exposed.outputs };
    },
    async differentiated(output, inputs, column, options) {
      const edited = gradientModel(tensorOutputs(bytes).bytes, output, inputs, column);
      return { session: await create(edited.bytes, options), outputs: edited.gradients };
    },
  };
}
