import type * as Runtime from 'onnxruntime-node';

let loading: Promise<typeof Runtime> | null = null;

/**
 * ONNX Runtime, loaded when first needed. Its binding cannot hand over the Float16Array that newer Node has,
 * so that is taken away first: half precision then travels as Uint16Array.
 */
export async function runtime(): Promise<typeof Runtime> {
  loading ??= (async () => {
    delete (globalThis as { Float16Array?: unknown }).Float16Array;
    return await import('onnxruntime-node');
  })();
  return await loading;
}
