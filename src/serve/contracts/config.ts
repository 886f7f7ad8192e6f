import type { Version } from '../fleet/version.ts';
import type { BatchSettings } from '../serving.ts';
import type { TensorSpec } from './request.ts';
import { datatypeOf } from './tensors.ts';

/**
 * What is served as Triton's model configuration (its model_config.proto), for clients that ask for it before
 * they send. `max_batch_size` above 0 stands for a free first dimension, which `dims` then leave out.
 */
export function modelConfig(name: string, version: Version, { rows, delay }: BatchSettings): object {
  const { joins, signature } = version;
  const tensor = ({ name: tensorName, type, shape }: TensorSpec): object => ({
    name: tensorName,
    data_type: `TYPE_${type === 'string' ? 'STRING' : (datatypeOf(type) ?? type)}`,
    dims: shape.slice(joins ? 1 : 0).map(size => (typeof size === 'number' ? size : -1)),
  });
  return {
    name,
    platform: 'onnxruntime_onnx',
    backend: 'onnxruntime',
    runtime: '',
    version_policy: { specific: { versions: [version.digest] } },
    max_batch_size: joins ? rows : 0,
    input: signature.inputs.map(tensor),
    output: signature.outputs.map(tensor),
    ...(joins ? { dynamic_batching: { max_queue_delay_microseconds: delay * 1000 } } : {}),
    instance_group: [{ name, kind: 'KIND_CPU', count: 1 }],
    parameters: { version_name: { string_value: version.name ?? '' } },
  };
}
