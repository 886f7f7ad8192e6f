import { BadInput } from '../../core/failure.ts';
import type { ModelVersion } from '../types.ts';

/** The bytes of a version on disk, and what they are. */
export interface Materialised {
  readonly digest: string;
  /** Absolute path of the .onnx file; external data lies beside it. */
  readonly file: string;
}

/** Where the versions of a model come from when they are not the files at its path. */
export interface VersionSource {
  /** Newest first. Digests are those known already. */
  versions(offset: number, limit: number): Promise<ModelVersion[]>;
  /** By the source's own names, or the start of a known digest; null when there is none. */
  named(name: string): Promise<ModelVersion | null>;
  /** @throws BadInput when the bytes cannot be had */
  materialise(version: ModelVersion): Promise<Materialised>;
}

/** Of a registry that may not be asked, since the folder is not trusted. */
export class NoVersions implements VersionSource {
  versions(): Promise<ModelVersion[]> {
    return Promise.resolve([]);
  }

  named(): Promise<null> {
    return Promise.resolve(null);
  }

  materialise(): Promise<never> {
    return Promise.reject(
      new BadInput('not-trusted', 'This folder is not trusted: its registry is not asked.'),
    );
  }
}
