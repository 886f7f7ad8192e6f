// Made from onnx.proto by tools/proto.mjs. Do not edit.
import type { Reader, Writer } from 'protobufjs/minimal.js';

/** What a message is made from: any of its fields; enums and int64 are numbers. */
export type Init<T> = T extends Uint8Array
  ? Uint8Array
  : T extends readonly (infer Item)[]
    ? readonly Init<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]?: Init<T[Key]> }
      : T;

/** Decoded messages: absent fields read as their default ('' or 0 or [] or null). */
export namespace onnx {
  namespace Version {
    const _START_VERSION: 0;
    const IR_VERSION_2017_10_10: 1;
    const IR_VERSION_2017_10_30: 2;
    const IR_VERSION_2017_11_3: 3;
    const IR_VERSION_2019_1_22: 4;
    const IR_VERSION_2019_3_18: 5;
    const IR_VERSION_2019_9_19: 6;
    const IR_VERSION_2020_5_8: 7;
    const IR_VERSION_2021_7_30: 8;
    const IR_VERSION_2023_5_5: 9;
    const IR_VERSION_2024_3_25: 10;
    const IR_VERSION_2025_05_12: 11;
    const IR_VERSION_2025_08_26: 12;
    const IR_VERSION_2025_11_06: 13;
    const IR_VERSION: 14;
  }
  class AttributeProto {
    name: string;
    ref_attr_name: string;
    doc_string: string;
    type: number;
    f: number;
    i: number;
    s: Uint8Array;
    t: onnx.TensorProto | null;
    g: onnx.GraphProto | null;
    sparse_tensor: onnx.SparseTensorProto | null;
    tp: onnx.TypeProto | null;
    floats: number[];
    ints: number[];
    strings: Uint8Array[];
    tensors: onnx.TensorProto[];
    graphs: onnx.GraphProto[];
    sparse_tensors: onnx.SparseTensorProto[];
    type_protos: onnx.TypeProto[];
    constructor(properties?: Init<onnx.AttributeProto>);
    static decode(reader: Reader | Uint8Array, length?: number): onnx.AttributeProto;
    static encode(message: Init<onnx.AttributeProto>, writer?: Writer): Writer;
  }
  namespace AttributeProto {
    namespace AttributeType {
      const UNDEFINED: 0;
      const FLOAT: 1;
      const INT: 2;
      const STRING: 3;
      const TENSOR: 4;
      const GRAPH: 5;
      const SPARSE_TENSOR: 11;
      const TYPE_PROTO: 13;
      const FLOATS: 6;
      const INTS: 7;
      const STRINGS: 8;
      const TENSORS: 9;
      const GRAPHS: 10;
      const SPARSE_TENSORS: 12;
      const TYPE_PROTOS: 14;
    }
  }
  class ValueInfoProto {
    name: string;
    type: onnx.TypeProto | null;
    doc_string: string;
    metadata_props: onnx.StringStringEntryProto[];
    constructor(properties?: Init<onnx.ValueInfoProto>);
    static decode(reader: Reader | Uint8Array, length?: number): onnx.ValueInfoProto;
    static encode(message: Init<onnx.ValueInfoProto>, writer?: Writer): Writer;
  }
  class NodeProto {
    input: string[];
    output: string[];
    name: string;
    op_type: string;
    domain: string;
    overload: string;
    attribute: onnx.AttributeProto[];
    doc_string: string;
    metadata_props: onnx.StringStringEntryProto[];
    device_configurations: onnx.NodeDeviceConfigurationProto[];
    constructor(properties?: Init<onnx.NodeProto>);
    static decode(reader: Reader | Uint8Array, length?: number): onnx.NodeProto;
    static encode(message: Init<onnx.NodeProto>, writer?: Writer): Writer;
  }
  class IntIntListEntryProto {
    key: number;
    value: number[];
    constructor(properties?: Init<onnx.IntIntListEntryProto>);
    static decode(reader: Reader | Uint8Array, length?: number): onnx.IntIntListEntryProto;
    static encode(message: Init<onnx.IntIntListEntryProto>, writer?: Writer): Writer;
  }
  class NodeDeviceConfigurationProto {
    configuration_id: string;
    sharding_spec: onnx.ShardingSpecProto[];
    pipeline_stage: number;
    constructor(properties?: Init<onnx.NodeDeviceConfigurationProto>);
    static decode(reader: Reader | Uint8Array, length?: number): onnx.NodeDeviceConfigurationProto;
    static encode(message: Init<onnx.NodeDeviceConfigurationProto>, writer?: Writer): Writer;
  }
  class ShardingSpecProto {
    tensor_name: string;
    device: number[];
    index_to_device_group_map: onnx.IntIntListEntryProto[];
    sharded_dim: onnx.ShardedDimProto[];
    constructor(properties?: Init<onnx.ShardingSpecProto>);
    static decode(reader: Reader | Uint8Array, length?: number): onnx.ShardingSpecProto;
    static encode(message: Init<onnx.ShardingSpecProto>, writer?: Writer): Writer;
  }
  class ShardedDimProto {
    axis: number;
    simple_sharding: onnx.SimpleShardedDimProto[];
    constructor(properties?: Init<onnx.ShardedDimProto>);
    static decode(reader: Reader | Uint8Array, length?: number): onnx.ShardedDimProto;
    static encode(message: Init<onnx.ShardedDimProto>, writer?: Writer): Writer;
  }
  class SimpleShardedDimProto {
    dim_value: number | null;
    dim_param: string | null;
    num_shards: number;
    constructor(properties?: Init<onnx.SimpleShardedDimProto>);
    static decode(reader: Reader | Uint8Array, length?: number): onnx.SimpleShardedDimProto;
    static encode(message: Init<onnx.SimpleShardedDimProto>, writer?: Writer): Writer;
  }
  class TrainingInfoProto {
    initialization: onnx.GraphProto | null;
    algorithm: onnx.GraphProto | null;
    initialization_binding: onnx.StringStringEntryProto[];
    update_binding: onnx.StringStringEntryProto[];
    constructor(properties?: Init<onnx.TrainingInfoProto>);
    static decode(reader: Reader | Uint8Array, length?: number): onnx.TrainingInfoProto;
    static encode(message: Init<onnx.TrainingInfoProto>, writer?: Writer): Writer;
  }
  class ModelProto {
    ir_version: number;
    opset_import: onnx.OperatorSetIdProto[];
    producer_name: string;
    producer_version: string;
    domain: string;
    model_version: number;
    doc_string: string;
    graph: onnx.GraphProto | null;
    metadata_props: onnx.StringStringEntryProto[];
    training_info: onnx.TrainingInfoProto[];
    functions: onnx.FunctionProto[];
    configuration: onnx.DeviceConfigurationProto[];
    constructor(properties?: Init<onnx.ModelProto>);
    static decode(reader: Reader | Uint8Array, length?: number): onnx.ModelProto;
    static encode(message: Init<onnx.ModelProto>, writer?: Writer): Writer;
  }
  class DeviceConfigurationProto {
    name: string;
    num_devices: number;
    device: string[];
    constructor(properties?: Init<onnx.DeviceConfigurationProto>);
    static decode(reader: Reader | Uint8Array, length?: number): onnx.DeviceConfigurationProto;
    static encode(message: Init<onnx.DeviceConfigurationProto>, writer?: Writer): Writer;
  }
  class StringStringEntryProto {
    key: string;
    value: string;
    constructor(properties?: Init<onnx.StringStringEntryProto>);
    static decode(reader: Reader | Uint8Array, length?: number): onnx.StringStringEntryProto;
    static encode(message: Init<onnx.StringStringEntryProto>, writer?: Writer): Writer;
  }
  class TensorAnnotation {
    tensor_name: string;
    quant_parameter_tensor_names: onnx.StringStringEntryProto[];
    constructor(properties?: Init<onnx.TensorAnnotation>);
    static decode(reader: Reader | Uint8Array, length?: number): onnx.TensorAnnotation;
    static encode(message: Init<onnx.TensorAnnotation>, writer?: Writer): Writer;
  }
  class GraphProto {
    node: onnx.NodeProto[];
    name: string;
    initializer: onnx.TensorProto[];
    sparse_initializer: onnx.SparseTensorProto[];
    doc_string: string;
    input: onnx.ValueInfoProto[];
    output: onnx.ValueInfoProto[];
    value_info: onnx.ValueInfoProto[];
    quantization_annotation: onnx.TensorAnnotation[];
    metadata_props: onnx.StringStringEntryProto[];
    constructor(properties?: Init<onnx.GraphProto>);
    static decode(reader: Reader | Uint8Array, length?: number): onnx.GraphProto;
    static encode(message: Init<onnx.GraphProto>, writer?: Writer): Writer;
  }
  class TensorProto {
    dims: number[];
    data_type: number;
    segment: onnx.TensorProto.Segment | null;
    float_data: number[];
    int32_data: number[];
    string_data: Uint8Array[];
    int64_data: number[];
    name: string;
    doc_string: string;
    raw_data: Uint8Array;
    external_data: onnx.StringStringEntryProto[];
    data_location: number;
    double_data: number[];
    uint64_data: number[];
    metadata_props: onnx.StringStringEntryProto[];
    constructor(properties?: Init<onnx.TensorProto>);
    static decode(reader: Reader | Uint8Array, length?: number): onnx.TensorProto;
    static encode(message: Init<onnx.TensorProto>, writer?: Writer): Writer;
  }
  namespace TensorProto {
    namespace DataType {
      const UNDEFINED: 0;
      const FLOAT: 1;
      const UINT8: 2;
      const INT8: 3;
      const UINT16: 4;
      const INT16: 5;
      const INT32: 6;
      const INT64: 7;
      const STRING: 8;
      const BOOL: 9;
      const FLOAT16: 10;
      const DOUBLE: 11;
      const UINT32: 12;
      const UINT64: 13;
      const COMPLEX64: 14;
      const COMPLEX128: 15;
      const BFLOAT16: 16;
      const FLOAT8E4M3FN: 17;
      const FLOAT8E4M3FNUZ: 18;
      const FLOAT8E5M2: 19;
      const FLOAT8E5M2FNUZ: 20;
      const UINT4: 21;
      const INT4: 22;
      const FLOAT4E2M1: 23;
      const FLOAT8E8M0: 24;
      const UINT2: 25;
      const INT2: 26;
      const FLOAT6E2M3: 27;
      const FLOAT6E3M2: 28;
    }
    class Segment {
      begin: number;
      end: number;
      constructor(properties?: Init<onnx.TensorProto.Segment>);
      static decode(reader: Reader | Uint8Array, length?: number): onnx.TensorProto.Segment;
      static encode(message: Init<onnx.TensorProto.Segment>, writer?: Writer): Writer;
    }
    namespace DataLocation {
      const DEFAULT: 0;
      const EXTERNAL: 1;
    }
  }
  class SparseTensorProto {
    values: onnx.TensorProto | null;
    indices: onnx.TensorProto | null;
    dims: number[];
    constructor(properties?: Init<onnx.SparseTensorProto>);
    static decode(reader: Reader | Uint8Array, length?: number): onnx.SparseTensorProto;
    static encode(message: Init<onnx.SparseTensorProto>, writer?: Writer): Writer;
  }
  class TensorShapeProto {
    dim: onnx.TensorShapeProto.Dimension[];
    constructor(properties?: Init<onnx.TensorShapeProto>);
    static decode(reader: Reader | Uint8Array, length?: number): onnx.TensorShapeProto;
    static encode(message: Init<onnx.TensorShapeProto>, writer?: Writer): Writer;
  }
  namespace TensorShapeProto {
    class Dimension {
      dim_value: number | null;
      dim_param: string | null;
      denotation: string;
      constructor(properties?: Init<onnx.TensorShapeProto.Dimension>);
      static decode(reader: Reader | Uint8Array, length?: number): onnx.TensorShapeProto.Dimension;
      static encode(message: Init<onnx.TensorShapeProto.Dimension>, writer?: Writer): Writer;
    }
  }
  class TypeProto {
    tensor_type: onnx.TypeProto.Tensor | null;
    sequence_type: onnx.TypeProto.Sequence | null;
    map_type: onnx.TypeProto.Map | null;
    optional_type: onnx.TypeProto.Optional | null;
    sparse_tensor_type: onnx.TypeProto.SparseTensor | null;
    opaque_type: onnx.TypeProto.Opaque | null;
    denotation: string;
    constructor(properties?: Init<onnx.TypeProto>);
    static decode(reader: Reader | Uint8Array, length?: number): onnx.TypeProto;
    static encode(message: Init<onnx.TypeProto>, writer?: Writer): Writer;
  }
  namespace TypeProto {
    class Tensor {
      elem_type: number;
      shape: onnx.TensorShapeProto | null;
      constructor(properties?: Init<onnx.TypeProto.Tensor>);
      static decode(reader: Reader | Uint8Array, length?: number): onnx.TypeProto.Tensor;
      static encode(message: Init<onnx.TypeProto.Tensor>, writer?: Writer): Writer;
    }
    class Sequence {
      elem_type: onnx.TypeProto | null;
      constructor(properties?: Init<onnx.TypeProto.Sequence>);
      static decode(reader: Reader | Uint8Array, length?: number): onnx.TypeProto.Sequence;
      static encode(message: Init<onnx.TypeProto.Sequence>, writer?: Writer): Writer;
    }
    class Map {
      key_type: number;
      value_type: onnx.TypeProto | null;
      constructor(properties?: Init<onnx.TypeProto.Map>);
      static decode(reader: Reader | Uint8Array, length?: number): onnx.TypeProto.Map;
      static encode(message: Init<onnx.TypeProto.Map>, writer?: Writer): Writer;
    }
    class Optional {
      elem_type: onnx.TypeProto | null;
      constructor(properties?: Init<onnx.TypeProto.Optional>);
      static decode(reader: Reader | Uint8Array, length?: number): onnx.TypeProto.Optional;
      static encode(message: Init<onnx.TypeProto.Optional>, writer?: Writer): Writer;
    }
    class SparseTensor {
      elem_type: number;
      shape: onnx.TensorShapeProto | null;
      constructor(properties?: Init<onnx.TypeProto.SparseTensor>);
      static decode(reader: Reader | Uint8Array, length?: number): onnx.TypeProto.SparseTensor;
      static encode(message: Init<onnx.TypeProto.SparseTensor>, writer?: Writer): Writer;
    }
    class Opaque {
      domain: string;
      name: string;
      constructor(properties?: Init<onnx.TypeProto.Opaque>);
      static decode(reader: Reader | Uint8Array, length?: number): onnx.TypeProto.Opaque;
      static encode(message: Init<onnx.TypeProto.Opaque>, writer?: Writer): Writer;
    }
  }
  class OperatorSetIdProto {
    domain: string;
    version: number;
    constructor(properties?: Init<onnx.OperatorSetIdProto>);
    static decode(reader: Reader | Uint8Array, length?: number): onnx.OperatorSetIdProto;
    static encode(message: Init<onnx.OperatorSetIdProto>, writer?: Writer): Writer;
  }
  namespace OperatorStatus {
    const EXPERIMENTAL: 0;
    const STABLE: 1;
  }
  class FunctionProto {
    name: string;
    input: string[];
    output: string[];
    attribute: string[];
    attribute_proto: onnx.AttributeProto[];
    node: onnx.NodeProto[];
    doc_string: string;
    opset_import: onnx.OperatorSetIdProto[];
    domain: string;
    overload: string;
    value_info: onnx.ValueInfoProto[];
    metadata_props: onnx.StringStringEntryProto[];
    constructor(properties?: Init<onnx.FunctionProto>);
    static decode(reader: Reader | Uint8Array, length?: number): onnx.FunctionProto;
    static encode(message: Init<onnx.FunctionProto>, writer?: Writer): Writer;
  }
}
