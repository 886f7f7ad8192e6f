// `node check.mjs`: the golden rows through onnxruntime-web, without a browser.
import { readFile } from 'node:fs/promises';
import { open } from './predict.js';

const at = name => new URL(name, import.meta.url);
const [wasm, model, card] = await Promise.all([
  readFile(at('ort-wasm-simd-threaded.wasm')),
  readFile(at('model.onnx')),
  readFile(at('card.json'), 'utf8'),
]);
const predictor = await open({ wasm: new Uint8Array(wasm).buffer, model, card: JSON.parse(card) });
const { passed, sentence } = await predictor.check();
console.log(`${passed ? 'passed' : 'failed'}: ${sentence}`);
process.exitCode = passed ? 0 : 1;
