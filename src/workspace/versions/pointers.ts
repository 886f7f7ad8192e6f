import { bytes } from '../../core/words.ts';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { VersionState } from '../types.ts';

/** Git LFS says that pointers are shorter than this many bytes. */
export const largestPointer = 1024;

export interface LfsPointer {
  /** SHA-256 of the real file, hex. */
  readonly oid: string;
  /** Bytes of the real file. */
  readonly size: number;
}

/** @see https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
export function parseLfsPointer(text: string): LfsPointer | null {
  if (!text.startsWith('version https://git-lfs.github.com/spec/')) return null;
  const oid = /^oid sha256:([0-9a-f]{64})$/m.exec(text)?.[1];
  const size = /^size (\d+)$/m.exec(text)?.[1];
  return oid === undefined || size === undefined ? null : { oid, size: Number(size) };
}

/** @see https://dvc.org/doc/user-guide/project-structure/dvc-files */
export function parseDvcPointer(text: string): { readonly md5: string; readonly size: number | null } | null {
  let value: unknown;
  try {
    value = parse(text);
  } catch {
    return null;
  }
  const outs = (value as { outs?: unknown } | null)?.outs;
  const first: unknown = Array.isArray(outs) ? outs[0] : null;
  if (typeof first !== 'object' || first === null) return null;
  const { md5, size } = first as { md5?: unknown; size?: unknown };
  return typeof md5 === 'string' ? { md5, size: typeof size === 'number' ? size : null } : null;
}

/** Why the model at `path` is not at hand, and what to do. */
export function lfsAdvice({ size }: LfsPointer, path: string): string {
  return (
    `\`${path}\` is a Git LFS pointer: the model itself (${bytes(size)}) is not on this machine. ` +
    `Run \`git lfs pull --include="${path}"\`.`
  );
}

/** A Git LFS pointer as what stands in place of the model at `path`. */
export function lfsState(pointer: LfsPointer, path: string): VersionState {
  return { kind: 'lfs-pointer', ...pointer, advice: lfsAdvice(pointer, path) };
}

/** The DVC file beside a model that isn't there; null when there is none. */
export async function dvcState(
  file: string,
  path: string,
): Promise<{ readonly state: VersionState; readonly size: number | null } | null> {
  const text = await readFile(`${file}.dvc`, 'utf8').catch(() => null);
  const pointer = text === null ? null : parseDvcPointer(text);
  if (pointer === null) return null;
  const advice = `\`${path}\` is kept by DVC and is not on this machine. Run \`dvc pull ${path}.dvc\`.`;
  return { state: { kind: 'dvc-pointer', md5: pointer.md5, advice }, size: pointer.size };
}
