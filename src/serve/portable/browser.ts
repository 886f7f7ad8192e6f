import * as runtime from 'onnxruntime-web/wasm';
import { Predictor, type Card } from './predictor.ts';

/** The browser bundle's module: onnxruntime-web with the server's reading of rows and writing of predictions. */

export interface Parts {
  readonly wasm: ArrayBuffer;
  readonly model: Uint8Array;
  readonly card: Card;
}

/** Where the files of the bundle lie, seen from a page beside them. */
export async function load(base = '.'): Promise<Predictor> {
  const get = async (name: string): Promise<Response> => {
    const response = await fetch(`${base}/${name}`);
    if (!response.ok) throw new Error(`${name} is not there (${response.status}).`);
    return response;
  };
  const [wasm, model, card] = await Promise.all([
    get('ort-wasm-simd-threaded.wasm').then(response => response.arrayBuffer()),
    get('model.onnx').then(response => response.arrayBuffer()),
    get('card.json').then(response => response.json()),
  ]);
  return await open({ wasm, model: new Uint8Array(model), card: card as Card });
}

/** From bytes at hand, in a browser or in Node. */
export async function open({ wasm, model, card }: Parts): Promise<Predictor> {
  // One thread: several need headers that few hosts send.
  runtime.env.wasm.numThreads = 1;
  runtime.env.wasm.wasmBinary = wasm;
  return await Predictor.open(runtime, model, card);
}
