import { stringify } from 'yaml';
import { BadInput } from '../../../core/failure.ts';
import { decodeModel } from '../../../core/onnx/decode.ts';
import { externalDataOf } from '../../../core/onnx/externalData.ts';
import type { TensorSpec } from '../../../core/onnx/facts.ts';
import { modelFacts } from '../../../core/onnx/modelFacts.ts';
import { modelDigest } from '../../../engine/model/digest.ts';
import { readExternal, readModel } from '../../../engine/model/files.ts';
import type { ModelBytes } from '../../../serve/models.ts';
import type { PulledFile } from '../answerHere.ts';

/** Versions that the environment of a loaded model names, and the layout follows. */
const versions = { mlflow: '3.17.2', onnx: '1.23.2', onnxruntime: '1.30.0', python: '3.12' } as const;

/**
 * A model as MLflow's ONNX flavour keeps it: `MLmodel` with the signature, the environment, and the model's
 * own bytes, external data beside it. `mlflow.onnx.load_model` and `mlflow models serve` read it.
 * @returns the model first, `MLmodel` last
 * @throws BadInput when the bytes are not what the digest says
 */
export async function mlflowFiles({ digest, file }: ModelBytes, made: Date): Promise<readonly PulledFile[]> {
  const bytes = await readModel(file);
  const proto = decodeModel(bytes);
  const external = await readExternal(file, externalDataOf(proto));
  const found = modelDigest(bytes, external);
  if (found !== digest)
    throw new BadInput(
      'digest',
      `\`${file}\` is ${found.slice(0, 12)} now, and ${digest.slice(0, 12)} was asked for. Choose the version again.`,
    );
  const size = external.reduce((sum, part) => sum + part.bytes.length, bytes.length);
  const { inputs, outputs } = modelFacts(proto, { digest, size, externalFiles: [] });
  const requirements = [
    `mlflow==${versions.mlflow}`,
    `onnx==${versions.onnx}`,
    `onnxruntime==${versions.onnxruntime}`,
  ];
  const description = {
    artifact_path: 'model',
    flavors: {
      onnx: {
        code: null,
        data: 'model.onnx',
        onnx_session_options: null,
        onnx_version: versions.onnx,
        providers: ['CPUExecutionProvider'],
      },
      python_function: {
        data: 'model.onnx',
        env: { conda: 'conda.yaml', virtualenv: 'python_env.yaml' },
        loader_module: 'mlflow.onnx',
        python_version: versions.python,
      },
    },
    metadata: { 'slipway.digest': digest },
    mlflow_version: versions.mlflow,
    model_size_bytes: size,
    model_uuid: digest.slice(0, 32),
    signature: {
      inputs: schemaOf(inputs),
      // MLflow has no word for the maps of a ZipMap.
      outputs: outputs.every(({ kind }) => kind === 'tensor') ? schemaOf(outputs) : null,
      params: null,
    },
    utc_time_created: made.toISOString().replace('T', ' ').replace('Z', '000'),
  };
  const conda = {
    channels: ['conda-forge'],
    dependencies: [`python=${versions.python}`, 'pip', { pip: requirements }],
    name: 'mlflow-env',
  };
  const environment = {
    python: versions.python,
    build_dependencies: ['pip'],
    dependencies: ['-r requirements.txt'],
  };
  return [
    { path: 'model.onnx', bytes },
    ...external.map(({ location, bytes: part }) => ({ path: location, bytes: part })),
    { path: 'requirements.txt', bytes: Buffer.from(`${requirements.join('\n')}\n`) },
    { path: 'conda.yaml', bytes: Buffer.from(stringify(conda)) },
    { path: 'python_env.yaml', bytes: Buffer.from(stringify(environment)) },
    { path: 'MLmodel', bytes: Buffer.from(stringify(description)) },
  ];
}

/** A tensor schema as MLflow writes it: JSON within the YAML. NumPy calls its words `str`. */
function schemaOf(specs: readonly TensorSpec[]): string {
  return JSON.stringify(
    specs.map(({ name, type, shape }) => ({
      name,
      type: 'tensor',
      'tensor-spec': {
        dtype: type === 'string' ? 'str' : type,
        shape: shape.map(axis => (typeof axis === 'number' ? axis : -1)),
      },
    })),
  );
}
