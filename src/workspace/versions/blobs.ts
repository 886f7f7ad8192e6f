import { constants } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, posix } from 'node:path';
import { BadInput } from '../../core/failure.ts';
import { decodeModel } from '../../core/onnx/decode.ts';
import { externalDataOf } from '../../core/onnx/externalData.ts';
import { readModel } from '../../engine/model/files.ts';
import { createAtomic, writeFailure } from '../atomic.ts';
import { scan, type Digests } from '../digest.ts';
import { largestPointer, lfsAdvice, parseLfsPointer, type LfsPointer } from './pointers.ts';
import type { FileCommit, Repository } from './repository.ts';

export interface LfsObject {
  readonly pointer: LfsPointer;
  readonly fetched: boolean;
}

/** Models out of git's history, as files under .slipway/results/blobs/<digest>/. */
export class Blobs {
  readonly #folder: string;
  readonly #repository: Repository;
  readonly #digests: Digests;

  constructor(root: string, repository: Repository, digests: Digests) {
    this.#folder = join(root, '.slipway', 'results', 'blobs');
    this.#repository = repository;
    this.#digests = digests;
  }

  /** The digest of an object that was taken out before; null when it wasn't. */
  async digestOf(blob: string): Promise<string | null> {
    return await readFile(this.#note(blob), 'utf8').catch(() => null);
  }

  /** Of small objects: the Git LFS pointer each is, and whether its model is here; null for a model. */
  async lfs(blobs: readonly string[]): Promise<(LfsObject | null)[]> {
    const pointers = (await this.#repository.texts(blobs)).map(parseLfsPointer);
    return await Promise.all(
      pointers.map(async pointer =>
        pointer === null
          ? null
          : { pointer, fetched: await exists(await this.#repository.lfsObject(pointer.oid)) },
      ),
    );
  }

  /**
   * The model as it was after a commit, taken out of git once.
   * @param path of the model, relative to the folder the repository was found from
   * @throws BadInput when Git LFS has not fetched it, or the disk is full
   */
  async materialise(
    { blob, commit }: FileCommit,
    path: string,
  ): Promise<{ readonly digest: string; readonly file: string }> {
    const name = basename(path);
    const known = await this.digestOf(blob);
    if (known !== null && (await exists(join(this.#folder, known, name))))
      return { digest: known, file: join(this.#folder, known, name) };
    let temporary: string | null = null;
    try {
      await mkdir(this.#folder, { recursive: true });
      temporary = await mkdtemp(join(this.#folder, '.taking-'));
      const file = join(temporary, name);
      await this.#extract(blob, file, path);
      await this.#extractExternal(file, commit, path);
      const digest = await this.#digests.model(file);
      const final = join(this.#folder, digest);
      // Another process may have been first; what it made is the same.
      await rename(temporary, final).catch(async (error: unknown) => {
        if (!(await exists(join(final, name)))) throw error;
      });
      await createAtomic(this.#note(blob), digest);
      return { digest, file: join(final, name) };
    } catch (error) {
      throw writeFailure(error, this.#folder);
    } finally {
      if (temporary !== null) await rm(temporary, { recursive: true, force: true });
    }
  }

  #note(blob: string): string {
    return join(this.#folder, `${blob}.digest`);
  }

  async #extract(blob: string, file: string, path: string): Promise<void> {
    await mkdir(dirname(file), { recursive: true });
    const [size = null] = await this.#repository.sizes([blob]);
    const [lfs] = size !== null && size < largestPointer ? await this.lfs([blob]) : [];
    if (lfs === null || lfs === undefined) await this.#repository.extract(blob, file);
    else if (lfs.fetched)
      await copyFile(await this.#repository.lfsObject(lfs.pointer.oid), file, constants.COPYFILE_FICLONE);
    else throw new BadInput('lfs-pointer', lfsAdvice(lfs.pointer, path));
  }

  async #extractExternal(file: string, commit: string, path: string): Promise<void> {
    if (!(await scan(file)).mayHaveExternal) return;
    let locations: readonly string[];
    try {
      locations = externalDataOf(decodeModel(await readModel(file))).map(({ location }) => location);
    } catch {
      // Whoever opens the model is told what is wrong with it.
      return;
    }
    for (const location of new Set(locations)) {
      const beside = posix.join(posix.dirname(path), location);
      const blob = await this.#repository.blobAt(commit, beside);
      if (blob === null)
        throw new BadInput(
          'external-data',
          `\`${path}\` of commit ${commit.slice(0, 7)} keeps weights in \`${location}\`, which that commit does not have.`,
        );
      await this.#extract(blob, join(dirname(file), location), beside);
    }
  }
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => null)) !== null;
}
