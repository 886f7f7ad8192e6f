import { parse } from 'yaml';
import * as z from 'zod';
import { BadInput } from '../../core/failure.ts';
import { decodeModel } from '../../core/onnx/decode.ts';
import { externalDataOf } from '../../core/onnx/externalData.ts';
import type { Mlflow, RegisteredVersion } from './client.ts';

const description = z.object({
  flavors: z.record(z.string(), z.looseObject({ data: z.string().optional() })),
});

export interface FetchedFile {
  /** Beside `model.onnx`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * The ONNX model of a registered version: `model.onnx`, and its external data.
 * @throws BadInput when it is no ONNX model, or its files are not handed out
 */
export async function fetchOnnx(
  mlflow: Mlflow,
  version: RegisteredVersion,
  signal: AbortSignal,
): Promise<readonly FetchedFile[]> {
  const folder = await mlflow.artifactsOf(version.name, version.version, signal);
  const file = async (path: string): Promise<Uint8Array> => await mlflow.file(version, folder, path, signal);
  const text = new TextDecoder().decode(await file('MLmodel'));
  const { flavors } = parsed(text, version);
  const data = flavors['onnx']?.data;
  if (data === undefined)
    throw new BadInput(
      'mlflow-flavor',
      `Version ${version.version} of ${version.name} in MLflow is no ONNX model (it is ${Object.keys(flavors).join(', ')}). Log it with mlflow.onnx.`,
    );
  const model = await file(data);
  const beside = data.slice(0, data.lastIndexOf('/') + 1);
  const files: FetchedFile[] = [{ path: 'model.onnx', bytes: model }];
  for (const location of new Set(externalDataOf(decodeModel(model)).map(tensor => tensor.location)))
    files.push({ path: location, bytes: await file(`${beside}${location}`) });
  return files;
}

function parsed(text: string, { name, version }: RegisteredVersion): z.infer<typeof description> {
  try {
    return description.parse(parse(text));
  } catch {
    throw new BadInput(
      'mlflow-flavor',
      `Version ${version} of ${name} in MLflow has an MLmodel file that cannot be read. Log it again.`,
    );
  }
}
