import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { copyModel } from '../../../serve/models.ts';
import type { ModelSource } from '../../../protocol/engine.ts';
import { detachRecords } from './attachments.ts';
import { sha256Of, type Distribution, type StoredManifest } from './distribution.ts';
import {
  jsonBytes,
  manifestType,
  packModel,
  readModelManifest,
  versionTag,
  type PackedFile,
} from './modelPack.ts';

/** Stands under a tag where the registry cannot take a tag away: it names no model. */
const nothing = jsonBytes({
  schemaVersion: 2,
  mediaType: manifestType,
  artifactType: 'application/vnd.slipway.nothing.v1',
  config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: sha256Of('{}'), size: 2 },
  layers: [],
});

/** What a target has in its repository: versions held under tags of its own, and the tag of what is live. */
export class ModelRepository {
  readonly registry: Distribution;
  readonly #tag: string;

  constructor(registry: Distribution, tag: string) {
    this.registry = registry;
    this.#tag = tag;
  }

  /** The tag by which this target holds a version: no other target takes the version away while it is there. */
  heldAs(digest: string): string {
    return `${this.#tag}-${digest}`;
  }

  /** Model digests that this target holds. */
  held(tags: readonly string[]): readonly string[] {
    const start = `${this.#tag}-`;
    return tags
      .filter(tag => tag.startsWith(start) && /^[0-9a-f]{64}$/.test(tag.slice(start.length)))
      .map(tag => tag.slice(start.length))
      .sort();
  }

  /**
   * Uploads what of a model is not there, and holds it.
   * @param source the model's files; they must be what its digest says
   */
  async push(
    { ref, file }: ModelSource,
    name: string,
    signal: AbortSignal,
    log: (line: string) => void,
  ): Promise<{ readonly manifest: string; readonly uploaded: number; readonly taken: string | null }> {
    const dir = await mkdtemp(join(tmpdir(), 'slipway-push-'));
    try {
      await copyModel(dir, { digest: ref.digest, file });
      const folder = join(dir, 'models', ref.digest);
      const files = await hashFiles(folder);
      const { manifest, config } = packModel({ digest: ref.digest, name, version: ref.version }, files);
      let uploaded = 0;
      for (const { location, digest, size } of files) {
        log(`uploading ${location} (${size} bytes)`);
        if (await this.registry.putBlob(digest, { file: join(folder, location) }, signal)) uploaded += size;
      }
      await this.registry.putBlob(sha256Of(config), { bytes: config }, signal);
      const stored = { bytes: manifest, mediaType: manifestType };
      // Held first: what is cut off after it is found again, and let go of.
      await this.registry.putManifest(this.heldAs(ref.digest), stored, signal);
      const version = versionTag(ref.version);
      const other = version === null ? null : await this.registry.resolve(version, signal);
      const taken = other !== null && other !== sha256Of(manifest) ? version : null;
      if (version !== null && taken === null) await this.registry.putManifest(version, stored, signal);
      return { manifest: sha256Of(manifest), uploaded, taken };
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }

  /** Makes the live tag name a manifest; null: nothing. */
  async point(manifest: StoredManifest | null, signal: AbortSignal): Promise<void> {
    if (manifest !== null) await this.registry.putManifest(this.#tag, manifest, signal);
    else if ((await this.registry.resolve(this.#tag, signal)) !== null) await this.#untag(this.#tag, signal);
  }

  /**
   * Lets go of a version: deletes it with its records unless something else names it.
   * @returns false when the registry deletes nothing
   */
  async release(digest: string, signal: AbortSignal): Promise<boolean> {
    const tag = this.heldAs(digest);
    const stored = await this.registry.manifest(tag, signal);
    if (stored === null) return true;
    const { version = null } = readModelManifest(stored.bytes) ?? {};
    const names: string[] = [];
    for (const other of await this.registry.tags(signal))
      if (other !== tag && (await this.registry.resolve(other, signal)) === stored.digest) names.push(other);
    if (names.some(name => name !== version))
      return (await this.registry.deletes(signal)) && (await this.#untag(tag, signal));
    await detachRecords(this.registry, stored.digest, signal);
    // Registries that delete a manifest forget its tags; where one does not, they are taken away first.
    for (const name of [tag, ...names]) await this.registry.deleteManifest(name, signal);
    return await this.registry.deleteManifest(stored.digest, signal);
  }

  /**
   * Takes a tag away and leaves what it named. Many registries delete only whole manifests: there the tag is made
   * to name nothing first.
   * @returns false when the tag still stands, for nothing
   */
  async #untag(tag: string, signal: AbortSignal): Promise<boolean> {
    if (await this.registry.deleteManifest(tag, signal)) return true;
    await this.registry.putBlob(sha256Of('{}'), { bytes: jsonBytes({}) }, signal);
    await this.registry.putManifest(tag, { bytes: nothing, mediaType: manifestType }, signal);
    return await this.registry.deleteManifest(sha256Of(nothing), signal);
  }
}

/** The .onnx file first. */
async function hashFiles(folder: string): Promise<readonly PackedFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
  const main = join(folder, 'model.onnx');
  const files: PackedFile[] = [];
  for (const path of [main, ...paths.filter(other => other !== main).sort()]) {
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash);
    files.push({
      location: relative(folder, path).split(sep).join('/'),
      digest: `sha256:${hash.digest('hex')}`,
      size: (await stat(path)).size,
    });
  }
  return files;
}
