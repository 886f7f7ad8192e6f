import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { BadInput } from '../core/failure.ts';
import { decodeModel } from '../core/onnx/decode.ts';
import { externalDataOf } from '../core/onnx/externalData.ts';
import { modelDigest } from '../engine/model/digest.ts';
import { readExternal, readModel } from '../engine/model/files.ts';

/** SHA-256 (hex) of files, each read once and again only when its size or time changed. */
export class Digests {
  readonly #known = new Map<string, { readonly stamp: string; readonly digest: Promise<string> }>();

  /** Of the bytes of any file. */
  async file(file: string): Promise<string> {
    return await this.#remember(`file ${file}`, file, async () => (await scan(file)).digest);
  }

  /**
   * Of a model: its file, and with external data those files too, as the engine counts it.
   * @throws BadInput when external data is missing or not safe to open
   */
  async model(file: string): Promise<string> {
    return await this.#remember(`model ${file}`, file, () => digestOfModel(file));
  }

  forget(): void {
    this.#known.clear();
  }

  async #remember(key: string, file: string, read: () => Promise<string>): Promise<string> {
    const { size, mtimeMs, ino } = await stat(file).catch(() => {
      throw new BadInput('missing-file', `There is no file \`${file}\`. Check its path.`);
    });
    const stamp = `${size} ${mtimeMs} ${ino}`;
    const known = this.#known.get(key);
    if (known?.stamp === stamp) return await known.digest;
    const digest = read();
    this.#known.set(key, { stamp, digest });
    digest.catch(() => this.#known.delete(key));
    return await digest;
  }
}

async function digestOfModel(file: string): Promise<string> {
  const { digest, mayHaveExternal } = await scan(file);
  if (!mayHaveExternal) return digest;
  const bytes = await readModel(file);
  let external;
  try {
    external = externalDataOf(decodeModel(bytes));
  } catch {
    // What can't be decoded has no external data; the engine will say what is wrong with it.
    return digest;
  }
  return modelDigest(bytes, await readExternal(file, external));
}

/** The key `location` as protobuf writes it: no external data without it. Spares decoding nearly all models. */
const locationKey = Buffer.from([0x0a, 0x08, ...Buffer.from('location')]);

/** One pass over a file in small memory. */
export async function scan(
  file: string,
): Promise<{ readonly digest: string; readonly mayHaveExternal: boolean }> {
  const hash = createHash('sha256');
  let mayHaveExternal = false;
  let tail = Buffer.alloc(0);
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    if (mayHaveExternal) continue;
    const seam = Buffer.concat([tail, chunk.subarray(0, locationKey.length)]);
    mayHaveExternal = chunk.includes(locationKey) || seam.includes(locationKey);
    tail = Buffer.from(chunk.subarray(-locationKey.length));
  }
  return { digest: hash.digest('hex'), mayHaveExternal };
}
