import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BadInput } from '../core/failure.ts';
import { decodeModel } from '../core/onnx/decode.ts';
import { externalDataOf } from '../core/onnx/externalData.ts';
import { sampleFiles } from '../engine/data/sampleFiles.ts';
import { modelDigest } from '../engine/model/digest.ts';
import { readExternal, readModel } from '../engine/model/files.ts';

/** What was read of a file, and of the files beside it that count too. */
interface Known {
  readonly stamp: string;
  readonly found: Promise<Found>;
}

interface Found {
  readonly digest: string;
  readonly beside: readonly string[];
  /** Of the files beside it, from before they were read. */
  readonly stamps: string;
}

/** SHA-256 (hex) of files, each read once and again only when its size or time changed. */
export class Digests {
  readonly #known = new Map<string, Known>();

  /** Of the bytes of any file, or of the files of a sample log, as the engine counts it. */
  async file(file: string): Promise<string> {
    return await this.#remember(`file ${file}`, file, async () =>
      (await stat(file)).isDirectory() ? await digestOfLog(file) : alone((await scan(file)).digest),
    );
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

  async #remember(key: string, file: string, read: () => Promise<Found>): Promise<string> {
    const stamp = await stampOf(file);
    if (stamp === null) throw new BadInput('missing-file', `There is no file \`${file}\`. Check its path.`);
    const known = this.#known.get(key);
    if (known?.stamp === stamp) {
      const { digest, beside, stamps } = await known.found;
      if ((await stampsOf(beside)) === stamps) return digest;
    }
    const found = read();
    this.#known.set(key, { stamp, found });
    found.catch(() => this.#known.delete(key));
    return (await found).digest;
  }
}

async function stampOf(file: string): Promise<string | null> {
  const found = await stat(file).catch(() => null);
  return found === null ? null : `${found.size} ${found.mtimeMs} ${found.ino}`;
}

async function stampsOf(files: readonly string[]): Promise<string> {
  return (await Promise.all(files.map(stampOf))).join('; ');
}

function alone(digest: string): Found {
  return { digest, beside: [], stamps: '' };
}

async function digestOfLog(folder: string): Promise<Found> {
  const beside = await sampleFiles(folder);
  const stamps = await stampsOf(beside);
  const hash = createHash('sha256');
  for (const file of beside)
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }))
      hash.update(chunk as Buffer);
  return { digest: hash.digest('hex'), beside, stamps };
}

async function digestOfModel(file: string): Promise<Found> {
  const { digest, mayHaveExternal } = await scan(file);
  if (!mayHaveExternal) return alone(digest);
  const bytes = await readModel(file);
  let external;
  try {
    external = externalDataOf(decodeModel(bytes));
  } catch {
    // What can't be decoded has no external data; the engine will say what is wrong with it.
    return alone(digest);
  }
  const beside = [...new Set(external.map(({ location }) => join(dirname(file), location)))];
  const stamps = await stampsOf(beside);
  return { digest: modelDigest(bytes, await readExternal(file, external)), beside, stamps };
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
