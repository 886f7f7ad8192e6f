import { stringify } from 'yaml';
import type { TensorSpec } from '../../../core/onnx/facts.ts';
import type { Packed } from '../../../protocol/pack.ts';
import type { Content } from '../../../workspace/content.ts';

/** Versions that the environment of a loaded model names, and the layout follows. */
const versions = { mlflow: '3.17.2', onnx: '1.23.2', onnxruntime: '1.30.0', python: '3.12' } as const;

export interface MlflowFile {
  readonly path: string;
  readonly content: Content;
}

/**
 * A model as MLflow's ONNX flavour keeps it: `MLmodel` with the signature, the environment, and the model's
 * own files, external data beside it. `mlflow.onnx.load_model` and `mlflow models serve` read it.
 * @returns `MLmodel` last
 */
export function mlflowFiles(digest: string, { files, facts }: Packed, made: Date): readonly MlflowFile[] {
  const size = files.reduce((sum, part) => sum + part.size, 0);
  const { inputs, outputs } = facts;
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
    ...files.map(file => ({ path: file.path, content: file })),
    { path: 'requirements.txt', content: Buffer.from(`${requirements.join('\n')}\n`) },
    { path: 'conda.yaml', content: Buffer.from(stringify(conda)) },
    { path: 'python_env.yaml', content: Buffer.from(stringify(environment)) },
    { path: 'MLmodel', content: Buffer.from(stringify(description)) },
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
