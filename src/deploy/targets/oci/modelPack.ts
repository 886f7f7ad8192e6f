import * as z from 'zod';
import { sha256Of } from './distribution.ts';

/**
 * A model as a CNCF ModelPack artifact: an OCI manifest with one uncompressed layer a file. Its bytes are a
 * function of the model alone, so that the same version has the same manifest from any machine.
 * @see https://github.com/modelpack/model-spec
 */

export const manifestType = 'application/vnd.oci.image.manifest.v1+json';
export const indexType = 'application/vnd.oci.image.index.v1+json';
export const modelArtifact = 'application/vnd.cncf.model.manifest.v1+json';
const configType = 'application/vnd.cncf.model.config.v1+json';
const weightType = 'application/vnd.cncf.model.weight.v1.raw';
const filePathKey = 'org.cncf.model.filepath';
const versionKey = 'org.opencontainers.image.version';
const digestKey = 'io.slipway.model.digest';

export const descriptor = z.object({
  mediaType: z.string(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.number().int().min(0),
  artifactType: z.string().optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});
export type Descriptor = z.infer<typeof descriptor>;

const manifest = z.object({
  artifactType: z.string().optional(),
  layers: z.array(descriptor),
  annotations: z.record(z.string(), z.string()).optional(),
});

/** A file of the model, hashed. */
export interface PackedFile {
  /** Relative to the model's folder, with `/`. */
  readonly location: string;
  /** sha256:... */
  readonly digest: string;
  readonly size: number;
}

export interface PackedModel {
  readonly manifest: Uint8Array<ArrayBuffer>;
  readonly config: Uint8Array<ArrayBuffer>;
}

/** @param files the .onnx file first, then its external data */
export function packModel(
  model: { readonly digest: string; readonly name: string; readonly version: string | null },
  files: readonly PackedFile[],
): PackedModel {
  const config = jsonBytes({
    descriptor: { name: model.name, ...(model.version === null ? {} : { version: model.version }) },
    config: { format: 'onnx' },
    modelfs: { type: 'layers', diffIds: files.map(({ digest }) => digest) },
  });
  return {
    config,
    manifest: jsonBytes({
      schemaVersion: 2,
      mediaType: manifestType,
      artifactType: modelArtifact,
      config: { mediaType: configType, digest: sha256Of(config), size: config.length },
      layers: files.map(({ location, digest, size }) => ({
        mediaType: weightType,
        digest,
        size,
        annotations: { [filePathKey]: location },
      })),
      annotations: {
        'org.opencontainers.image.title': model.name,
        ...(model.version === null ? {} : { [versionKey]: model.version }),
        [digestKey]: model.digest,
      },
    }),
  };
}

/** What a manifest holds; null when it is not a model that was pushed from here. */
export interface FoundModel {
  /** The model's digest, hex. */
  readonly digest: string;
  readonly version: string | null;
  readonly files: readonly PackedFile[];
}

export function readModelManifest(bytes: Uint8Array): FoundModel | null {
  const parsed = manifest.safeParse(parseJson(bytes));
  if (!parsed.success || parsed.data.artifactType !== modelArtifact) return null;
  const { annotations = {}, layers } = parsed.data;
  const digest = annotations[digestKey];
  if (digest === undefined) return null;
  const files = layers.flatMap(({ annotations: of, digest: layer, size }) => {
    const location = of?.[filePathKey];
    // A registry is not trusted to say where on this disk a file goes.
    return location === undefined || !isInside(location) ? [] : [{ location, digest: layer, size }];
  });
  return { digest, version: annotations[versionKey] ?? null, files };
}

/** A version's name as a tag; null when it cannot be one, or could be mistaken for one of ours. */
export function versionTag(version: string | null): string | null {
  return version !== null && /^\w[\w.-]{0,127}$/.test(version) && !/-[0-9a-f]{64}$/.test(version)
    ? version
    : null;
}

export function jsonBytes(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}

function isInside(location: string): boolean {
  return (
    location !== '' &&
    !/\\|:|^\//.test(location) &&
    location.split('/').every(part => !/^\.{0,2}$/.test(part))
  );
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}
