import { BadInput } from '../failure.ts';
import type { onnx } from './onnx.generated.js';
import { bitsOf, elementCount, isExternal } from './tensor.ts';
import { tensorsOf } from './walk.ts';

/** Where a tensor's bytes lie outside the .onnx file. */
export interface ExternalData {
  readonly tensor: string;
  /** Relative to the folder of the .onnx file, with `/`, without `..`. */
  readonly location: string;
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** Bytes; null means up to the end of the file. */
  readonly length: number | null;
  /** Bytes that the tensor's shape and type ask for; equal to `length` when that is given. */
  readonly bytes: number;
}

/**
 * Every tensor kept outside the file. Looks at names only: links, existence and length are for the reader
 * of the files.
 * @throws BadInput for a location that could leave the model's folder
 */
export function externalDataOf(model: onnx.ModelProto): readonly ExternalData[] {
  const found: ExternalData[] = [];
  for (const { tensor, where } of tensorsOf(model)) {
    if (!isExternal(tensor)) continue;
    const entries = new Map<string, string>();
    for (const { key, value } of tensor.external_data) {
      if (entries.has(key)) refuse(where, `states its ${key} twice`);
      entries.set(key, value);
    }
    const stated = entries.get('length');
    const length = stated === undefined ? null : byteCount(stated, 'length', where);
    const bytes = bytesOf(tensor, where);
    if (length !== null && length !== bytes) {
      refuse(where, `its length is ${length} bytes where its shape and type ask for ${bytes}`);
    }
    found.push({
      tensor: tensor.name === '' ? where : tensor.name,
      location: safeLocation(entries.get('location'), where),
      offset: byteCount(entries.get('offset') ?? '0', 'offset', where),
      length,
      bytes,
    });
  }
  return found;
}

function refuse(where: string, what: string): never {
  throw new BadInput(
    'unsafe-external-data',
    `The ${where} keeps its values in another file, but ${what}: the model is refused. ` +
      'Save it again with its data in a file beside it (onnx.save_model(..., location="model.data")).',
  );
}

function bytesOf({ dims, data_type: type }: onnx.TensorProto, where: string): number {
  const count = elementCount(dims);
  const bits = bitsOf(type);
  if (count === null || bits === null) refuse(where, 'its shape or type is not possible there');
  return Math.ceil((count * bits) / 8);
}

/** Names that Windows takes for devices, whatever their extension. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\..*)?$/i;

function safeLocation(location: string | undefined, where: string): string {
  if (location === undefined || location === '') refuse(where, 'does not say which');
  const shown = JSON.stringify(location.length > 80 ? `${location.slice(0, 80)}…` : location);
  if (hasControl(location)) refuse(where, `its name ${shown} holds control characters`);
  if (/^[/\\]/.test(location) || /^[a-z]:/i.test(location)) {
    refuse(where, `${shown} is an absolute path, which could lie anywhere`);
  }
  if (location.includes('\\')) refuse(where, `${shown} holds a backslash, which means different things`);
  // ONNX Runtime takes "*/_ORT_MEM_ADDR_/*" for an address in memory; a colon opens another stream on Windows.
  if (/[:*?"<>|]/.test(location) || location.includes('_ORT_MEM_ADDR_')) {
    refuse(where, `${shown} is a name that is not allowed`);
  }
  // The runtime looks data up by the very name in the model, so `./` is not taken away but refused.
  for (const segment of location.split('/')) {
    if (segment === '..') refuse(where, `${shown} leaves the folder of the model`);
    if (segment === '' || segment === '.' || DEVICE.test(segment) || /[. ]$/.test(segment)) {
      refuse(where, `${shown} is a name that is not allowed`);
    }
  }
  return location;
}

function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 32 || code === 127) return true;
  }
  return false;
}

function byteCount(text: string, what: string, where: string): number {
  const value = /^[0-9]{1,16}$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(value)) refuse(where, `its ${what} "${text.slice(0, 40)}" is no count of bytes`);
  return value;
}
