// Made from onnx.proto by tools/proto.mjs. Do not edit.
/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

const $root = $protobuf.roots["default"] || ($protobuf.roots["default"] = {});

export const onnx = $root.onnx = (() => {

 const onnx = {};

 onnx.Version = (function() {
  const valuesById = $Object.create(null), values = $Object.create(valuesById);
  values[valuesById[0] = "_START_VERSION"] = 0;
  values[valuesById[1] = "IR_VERSION_2017_10_10"] = 1;
  values[valuesById[2] = "IR_VERSION_2017_10_30"] = 2;
  values[valuesById[3] = "IR_VERSION_2017_11_3"] = 3;
  values[valuesById[4] = "IR_VERSION_2019_1_22"] = 4;
  values[valuesById[5] = "IR_VERSION_2019_3_18"] = 5;
  values[valuesById[6] = "IR_VERSION_2019_9_19"] = 6;
  values[valuesById[7] = "IR_VERSION_2020_5_8"] = 7;
  values[valuesById[8] = "IR_VERSION_2021_7_30"] = 8;
  values[valuesById[9] = "IR_VERSION_2023_5_5"] = 9;
  values[valuesById[10] = "IR_VERSION_2024_3_25"] = 10;
  values[valuesById[11] = "IR_VERSION_2025_05_12"] = 11;
  values[valuesById[12] = "IR_VERSION_2025_08_26"] = 12;
  values[valuesById[13] = "IR_VERSION_2025_11_06"] = 13;
  values[valuesById[14] = "IR_VERSION"] = 14;
  return values;
 })();

 onnx.AttributeProto = (function() {

  const AttributeProto = function (properties) {
   this.floats = [];
   this.ints = [];
   this.strings = [];
   this.tensors = [];
   this.graphs = [];
   this.sparse_tensors = [];
   this.type_protos = [];
   if (properties)
    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
     if (properties[keys[i]] != null && keys[i] !== "__proto__")
      this[keys[i]] = properties[keys[i]];
  };

  AttributeProto.prototype.name = "";
  AttributeProto.prototype.ref_attr_name = "";
  AttributeProto.prototype.doc_string = "";
  AttributeProto.prototype.type = 0;
  AttributeProto.prototype.f = 0;
  AttributeProto.prototype.i = 0;
  AttributeProto.prototype.s = $util.newBuffer([]);
  AttributeProto.prototype.t = null;
  AttributeProto.prototype.g = null;
  AttributeProto.prototype.sparse_tensor = null;
  AttributeProto.prototype.tp = null;
  AttributeProto.prototype.floats = $util.emptyArray;
  AttributeProto.prototype.ints = $util.emptyArray;
  AttributeProto.prototype.strings = $util.emptyArray;
  AttributeProto.prototype.tensors = $util.emptyArray;
  AttributeProto.prototype.graphs = $util.emptyArray;
  AttributeProto.prototype.sparse_tensors = $util.emptyArray;
  AttributeProto.prototype.type_protos = $util.emptyArray;

  AttributeProto.create = function(properties) {
   return new AttributeProto(properties);
  };

  AttributeProto.encode = function (message, writer, _depth) {
   if (!writer)
    writer = $Writer.create();
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $util.recursionLimit)
    throw $Error("max depth exceeded");
   if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
    writer.uint32(10).string(message.name);
   if (message.f != null && $Object.hasOwnProperty.call(message, "f"))
    writer.uint32(21).float(message.f);
   if (message.i != null && $Object.hasOwnProperty.call(message, "i"))
    writer.uint32(24).int64(message.i);
   if (message.s != null && $Object.hasOwnProperty.call(message, "s"))
    writer.uint32(34).bytes(message.s);
   if (message.t != null && $Object.hasOwnProperty.call(message, "t"))
    $root.onnx.TensorProto.encode(message.t, writer.uint32(42).fork(), _depth + 1).ldelim();
   if (message.g != null && $Object.hasOwnProperty.call(message, "g"))
    $root.onnx.GraphProto.encode(message.g, writer.uint32(50).fork(), _depth + 1).ldelim();
   if (message.floats != null && message.floats.length)
    for (let i = 0; i < message.floats.length; ++i)
     writer.uint32(61).float(message.floats[i]);
   if (message.ints != null && message.ints.length)
    for (let i = 0; i < message.ints.length; ++i)
     writer.uint32(64).int64(message.ints[i]);
   if (message.strings != null && message.strings.length)
    for (let i = 0; i < message.strings.length; ++i)
     writer.uint32(74).bytes(message.strings[i]);
   if (message.tensors != null && message.tensors.length)
    for (let i = 0; i < message.tensors.length; ++i)
     $root.onnx.TensorProto.encode(message.tensors[i], writer.uint32(82).fork(), _depth + 1).ldelim();
   if (message.graphs != null && message.graphs.length)
    for (let i = 0; i < message.graphs.length; ++i)
     $root.onnx.GraphProto.encode(message.graphs[i], writer.uint32(90).fork(), _depth + 1).ldelim();
   if (message.doc_string != null && $Object.hasOwnProperty.call(message, "doc_string"))
    writer.uint32(106).string(message.doc_string);
   if (message.tp != null && $Object.hasOwnProperty.call(message, "tp"))
    $root.onnx.TypeProto.encode(message.tp, writer.uint32(114).fork(), _depth + 1).ldelim();
   if (message.type_protos != null && message.type_protos.length)
    for (let i = 0; i < message.type_protos.length; ++i)
     $root.onnx.TypeProto.encode(message.type_protos[i], writer.uint32(122).fork(), _depth + 1).ldelim();
   if (message.type != null && $Object.hasOwnProperty.call(message, "type"))
    writer.uint32(160).int32(message.type);
   if (message.ref_attr_name != null && $Object.hasOwnProperty.call(message, "ref_attr_name"))
    writer.uint32(170).string(message.ref_attr_name);
   if (message.sparse_tensor != null && $Object.hasOwnProperty.call(message, "sparse_tensor"))
    $root.onnx.SparseTensorProto.encode(message.sparse_tensor, writer.uint32(178).fork(), _depth + 1).ldelim();
   if (message.sparse_tensors != null && message.sparse_tensors.length)
    for (let i = 0; i < message.sparse_tensors.length; ++i)
     $root.onnx.SparseTensorProto.encode(message.sparse_tensors[i], writer.uint32(186).fork(), _depth + 1).ldelim();
   if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
    for (let i = 0; i < message.$unknowns.length; ++i)
     writer.raw(message.$unknowns[i]);
   return writer;
  };

  AttributeProto.decode = function (reader, length, _end, _depth, _target) {
   if (!(reader instanceof $Reader))
    reader = $Reader.create(reader);
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $Reader.recursionLimit)
    throw $Error("max depth exceeded");
   let end, message, value;
   if (length === $undefined)
    end = reader.len;
   else {
    end = reader.pos + length;
    if (end > reader.len)
     throw $RangeError("index out of range");
    length = reader.len;
    reader.len = end;
   }
   message = _target || new $root.onnx.AttributeProto();
   while (reader.pos < end) {
    let start = reader.pos;
    let tag = reader.tag();
    if (tag === _end) {
     _end = $undefined;
     break;
    }
    let wireType = tag & 7;
    switch (tag >>>= 3) {
    case 1: {
      if (wireType !== 2)
       break;
      message.name = reader.string();
      continue;
     }
    case 21: {
      if (wireType !== 2)
       break;
      message.ref_attr_name = reader.string();
      continue;
     }
    case 13: {
      if (wireType !== 2)
       break;
      message.doc_string = reader.string();
      continue;
     }
    case 20: {
      if (wireType !== 0)
       break;
      value = reader.int32();
      if ($root.onnx.AttributeProto.AttributeType[value] !== $undefined)
       message.type = value;
      else if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
      continue;
     }
    case 2: {
      if (wireType !== 5)
       break;
      message.f = reader.float();
      continue;
     }
    case 3: {
      if (wireType !== 0)
       break;
      message.i = reader.int64();
      continue;
     }
    case 4: {
      if (wireType !== 2)
       break;
      message.s = reader.bytes();
      continue;
     }
    case 5: {
      if (wireType !== 2)
       break;
      message.t = $root.onnx.TensorProto.decode(reader, reader.size(), $undefined, _depth + 1, message.t);
      continue;
     }
    case 6: {
      if (wireType !== 2)
       break;
      message.g = $root.onnx.GraphProto.decode(reader, reader.size(), $undefined, _depth + 1, message.g);
      continue;
     }
    case 22: {
      if (wireType !== 2)
       break;
      message.sparse_tensor = $root.onnx.SparseTensorProto.decode(reader, reader.size(), $undefined, _depth + 1, message.sparse_tensor);
      continue;
     }
    case 14: {
      if (wireType !== 2)
       break;
      message.tp = $root.onnx.TypeProto.decode(reader, reader.size(), $undefined, _depth + 1, message.tp);
      continue;
     }
    case 7: {
      if (wireType === 2) {
       if (!(message.floats && message.floats.length))
        message.floats = [];
       reader.floats(message.floats);
       continue;
      }
      if (wireType !== 5)
       break;
      if (!(message.floats && message.floats.length))
       message.floats = [];
      message.floats.push(reader.float());
      continue;
     }
    case 8: {
      if (wireType === 2) {
       if (!(message.ints && message.ints.length))
        message.ints = [];
       reader.int64s(message.ints);
       continue;
      }
      if (wireType !== 0)
       break;
      if (!(message.ints && message.ints.length))
       message.ints = [];
      message.ints.push(reader.int64());
      continue;
     }
    case 9: {
      if (wireType !== 2)
       break;
      if (!(message.strings && message.strings.length))
       message.strings = [];
      message.strings.push(reader.bytes());
      continue;
     }
    case 10: {
      if (wireType !== 2)
       break;
      if (!(message.tensors && message.tensors.length))
       message.tensors = [];
      message.tensors.push($root.onnx.TensorProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    case 11: {
      if (wireType !== 2)
       break;
      if (!(message.graphs && message.graphs.length))
       message.graphs = [];
      message.graphs.push($root.onnx.GraphProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    case 23: {
      if (wireType !== 2)
       break;
      if (!(message.sparse_tensors && message.sparse_tensors.length))
       message.sparse_tensors = [];
      message.sparse_tensors.push($root.onnx.SparseTensorProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    case 15: {
      if (wireType !== 2)
       break;
      if (!(message.type_protos && message.type_protos.length))
       message.type_protos = [];
      message.type_protos.push($root.onnx.TypeProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    }
    reader.skipType(wireType, _depth, tag);
    if (!reader.discardUnknown) {
     $util.makeProp(message, "$unknowns", false);
     (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
    }
   }
   if (length !== $undefined) {
    if (reader.pos !== end)
     throw $RangeError("index out of range");
    reader.len = length;
   }
   if (_end !== $undefined)
    throw $Error("missing end group");
   return message;
  };

  AttributeProto.AttributeType = (function() {
   const valuesById = $Object.create(null), values = $Object.create(valuesById);
   values[valuesById[0] = "UNDEFINED"] = 0;
   values[valuesById[1] = "FLOAT"] = 1;
   values[valuesById[2] = "INT"] = 2;
   values[valuesById[3] = "STRING"] = 3;
   values[valuesById[4] = "TENSOR"] = 4;
   values[valuesById[5] = "GRAPH"] = 5;
   values[valuesById[11] = "SPARSE_TENSOR"] = 11;
   values[valuesById[13] = "TYPE_PROTO"] = 13;
   values[valuesById[6] = "FLOATS"] = 6;
   values[valuesById[7] = "INTS"] = 7;
   values[valuesById[8] = "STRINGS"] = 8;
   values[valuesById[9] = "TENSORS"] = 9;
   values[valuesById[10] = "GRAPHS"] = 10;
   values[valuesById[12] = "SPARSE_TENSORS"] = 12;
   values[valuesById[14] = "TYPE_PROTOS"] = 14;
   return values;
  })();

  return AttributeProto;
 })();

 onnx.ValueInfoProto = (function() {

  const ValueInfoProto = function (properties) {
   this.metadata_props = [];
   if (properties)
    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
     if (properties[keys[i]] != null && keys[i] !== "__proto__")
      this[keys[i]] = properties[keys[i]];
  };

  ValueInfoProto.prototype.name = "";
  ValueInfoProto.prototype.type = null;
  ValueInfoProto.prototype.doc_string = "";
  ValueInfoProto.prototype.metadata_props = $util.emptyArray;

  ValueInfoProto.create = function(properties) {
   return new ValueInfoProto(properties);
  };

  ValueInfoProto.encode = function (message, writer, _depth) {
   if (!writer)
    writer = $Writer.create();
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $util.recursionLimit)
    throw $Error("max depth exceeded");
   if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
    writer.uint32(10).string(message.name);
   if (message.type != null && $Object.hasOwnProperty.call(message, "type"))
    $root.onnx.TypeProto.encode(message.type, writer.uint32(18).fork(), _depth + 1).ldelim();
   if (message.doc_string != null && $Object.hasOwnProperty.call(message, "doc_string"))
    writer.uint32(26).string(message.doc_string);
   if (message.metadata_props != null && message.metadata_props.length)
    for (let i = 0; i < message.metadata_props.length; ++i)
     $root.onnx.StringStringEntryProto.encode(message.metadata_props[i], writer.uint32(34).fork(), _depth + 1).ldelim();
   if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
    for (let i = 0; i < message.$unknowns.length; ++i)
     writer.raw(message.$unknowns[i]);
   return writer;
  };

  ValueInfoProto.decode = function (reader, length, _end, _depth, _target) {
   if (!(reader instanceof $Reader))
    reader = $Reader.create(reader);
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $Reader.recursionLimit)
    throw $Error("max depth exceeded");
   let end, message;
   if (length === $undefined)
    end = reader.len;
   else {
    end = reader.pos + length;
    if (end > reader.len)
     throw $RangeError("index out of range");
    length = reader.len;
    reader.len = end;
   }
   message = _target || new $root.onnx.ValueInfoProto();
   while (reader.pos < end) {
    let start = reader.pos;
    let tag = reader.tag();
    if (tag === _end) {
     _end = $undefined;
     break;
    }
    let wireType = tag & 7;
    switch (tag >>>= 3) {
    case 1: {
      if (wireType !== 2)
       break;
      message.name = reader.string();
      continue;
     }
    case 2: {
      if (wireType !== 2)
       break;
      message.type = $root.onnx.TypeProto.decode(reader, reader.size(), $undefined, _depth + 1, message.type);
      continue;
     }
    case 3: {
      if (wireType !== 2)
       break;
      message.doc_string = reader.string();
      continue;
     }
    case 4: {
      if (wireType !== 2)
       break;
      if (!(message.metadata_props && message.metadata_props.length))
       message.metadata_props = [];
      message.metadata_props.push($root.onnx.StringStringEntryProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    }
    reader.skipType(wireType, _depth, tag);
    if (!reader.discardUnknown) {
     $util.makeProp(message, "$unknowns", false);
     (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
    }
   }
   if (length !== $undefined) {
    if (reader.pos !== end)
     throw $RangeError("index out of range");
    reader.len = length;
   }
   if (_end !== $undefined)
    throw $Error("missing end group");
   return message;
  };

  return ValueInfoProto;
 })();

 onnx.NodeProto = (function() {

  const NodeProto = function (properties) {
   this.input = [];
   this.output = [];
   this.attribute = [];
   this.metadata_props = [];
   this.device_configurations = [];
   if (properties)
    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
     if (properties[keys[i]] != null && keys[i] !== "__proto__")
      this[keys[i]] = properties[keys[i]];
  };

  NodeProto.prototype.input = $util.emptyArray;
  NodeProto.prototype.output = $util.emptyArray;
  NodeProto.prototype.name = "";
  NodeProto.prototype.op_type = "";
  NodeProto.prototype.domain = "";
  NodeProto.prototype.overload = "";
  NodeProto.prototype.attribute = $util.emptyArray;
  NodeProto.prototype.doc_string = "";
  NodeProto.prototype.metadata_props = $util.emptyArray;
  NodeProto.prototype.device_configurations = $util.emptyArray;

  NodeProto.create = function(properties) {
   return new NodeProto(properties);
  };

  NodeProto.encode = function (message, writer, _depth) {
   if (!writer)
    writer = $Writer.create();
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $util.recursionLimit)
    throw $Error("max depth exceeded");
   if (message.input != null && message.input.length)
    for (let i = 0; i < message.input.length; ++i)
     writer.uint32(10).string(message.input[i]);
   if (message.output != null && message.output.length)
    for (let i = 0; i < message.output.length; ++i)
     writer.uint32(18).string(message.output[i]);
   if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
    writer.uint32(26).string(message.name);
   if (message.op_type != null && $Object.hasOwnProperty.call(message, "op_type"))
    writer.uint32(34).string(message.op_type);
   if (message.attribute != null && message.attribute.length)
    for (let i = 0; i < message.attribute.length; ++i)
     $root.onnx.AttributeProto.encode(message.attribute[i], writer.uint32(42).fork(), _depth + 1).ldelim();
   if (message.doc_string != null && $Object.hasOwnProperty.call(message, "doc_string"))
    writer.uint32(50).string(message.doc_string);
   if (message.domain != null && $Object.hasOwnProperty.call(message, "domain"))
    writer.uint32(58).string(message.domain);
   if (message.overload != null && $Object.hasOwnProperty.call(message, "overload"))
    writer.uint32(66).string(message.overload);
   if (message.metadata_props != null && message.metadata_props.length)
    for (let i = 0; i < message.metadata_props.length; ++i)
     $root.onnx.StringStringEntryProto.encode(message.metadata_props[i], writer.uint32(74).fork(), _depth + 1).ldelim();
   if (message.device_configurations != null && message.device_configurations.length)
    for (let i = 0; i < message.device_configurations.length; ++i)
     $root.onnx.NodeDeviceConfigurationProto.encode(message.device_configurations[i], writer.uint32(82).fork(), _depth + 1).ldelim();
   if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
    for (let i = 0; i < message.$unknowns.length; ++i)
     writer.raw(message.$unknowns[i]);
   return writer;
  };

  NodeProto.decode = function (reader, length, _end, _depth, _target) {
   if (!(reader instanceof $Reader))
    reader = $Reader.create(reader);
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $Reader.recursionLimit)
    throw $Error("max depth exceeded");
   let end, message;
   if (length === $undefined)
    end = reader.len;
   else {
    end = reader.pos + length;
    if (end > reader.len)
     throw $RangeError("index out of range");
    length = reader.len;
    reader.len = end;
   }
   message = _target || new $root.onnx.NodeProto();
   while (reader.pos < end) {
    let start = reader.pos;
    let tag = reader.tag();
    if (tag === _end) {
     _end = $undefined;
     break;
    }
    let wireType = tag & 7;
    switch (tag >>>= 3) {
    case 1: {
      if (wireType !== 2)
       break;
      if (!(message.input && message.input.length))
       message.input = [];
      message.input.push(reader.string());
      continue;
     }
    case 2: {
      if (wireType !== 2)
       break;
      if (!(message.output && message.output.length))
       message.output = [];
      message.output.push(reader.string());
      continue;
     }
    case 3: {
      if (wireType !== 2)
       break;
      message.name = reader.string();
      continue;
     }
    case 4: {
      if (wireType !== 2)
       break;
      message.op_type = reader.string();
      continue;
     }
    case 7: {
      if (wireType !== 2)
       break;
      message.domain = reader.string();
      continue;
     }
    case 8: {
      if (wireType !== 2)
       break;
      message.overload = reader.string();
      continue;
     }
    case 5: {
      if (wireType !== 2)
       break;
      if (!(message.attribute && message.attribute.length))
       message.attribute = [];
      message.attribute.push($root.onnx.AttributeProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    case 6: {
      if (wireType !== 2)
       break;
      message.doc_string = reader.string();
      continue;
     }
    case 9: {
      if (wireType !== 2)
       break;
      if (!(message.metadata_props && message.metadata_props.length))
       message.metadata_props = [];
      message.metadata_props.push($root.onnx.StringStringEntryProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    case 10: {
      if (wireType !== 2)
       break;
      if (!(message.device_configurations && message.device_configurations.length))
       message.device_configurations = [];
      message.device_configurations.push($root.onnx.NodeDeviceConfigurationProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    }
    reader.skipType(wireType, _depth, tag);
    if (!reader.discardUnknown) {
     $util.makeProp(message, "$unknowns", false);
     (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
    }
   }
   if (length !== $undefined) {
    if (reader.pos !== end)
     throw $RangeError("index out of range");
    reader.len = length;
   }
   if (_end !== $undefined)
    throw $Error("missing end group");
   return message;
  };

  return NodeProto;
 })();

 onnx.IntIntListEntryProto = (function() {

  const IntIntListEntryProto = function (properties) {
   this.value = [];
   if (properties)
    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
     if (properties[keys[i]] != null && keys[i] !== "__proto__")
      this[keys[i]] = properties[keys[i]];
  };

  IntIntListEntryProto.prototype.key = 0;
  IntIntListEntryProto.prototype.value = $util.emptyArray;

  IntIntListEntryProto.create = function(properties) {
   return new IntIntListEntryProto(properties);
  };

  IntIntListEntryProto.encode = function (message, writer, _depth) {
   if (!writer)
    writer = $Writer.create();
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $util.recursionLimit)
    throw $Error("max depth exceeded");
   if (message.key != null && $Object.hasOwnProperty.call(message, "key"))
    writer.uint32(8).int64(message.key);
   if (message.value != null && message.value.length)
    for (let i = 0; i < message.value.length; ++i)
     writer.uint32(16).int64(message.value[i]);
   if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
    for (let i = 0; i < message.$unknowns.length; ++i)
     writer.raw(message.$unknowns[i]);
   return writer;
  };

  IntIntListEntryProto.decode = function (reader, length, _end, _depth, _target) {
   if (!(reader instanceof $Reader))
    reader = $Reader.create(reader);
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $Reader.recursionLimit)
    throw $Error("max depth exceeded");
   let end, message;
   if (length === $undefined)
    end = reader.len;
   else {
    end = reader.pos + length;
    if (end > reader.len)
     throw $RangeError("index out of range");
    length = reader.len;
    reader.len = end;
   }
   message = _target || new $root.onnx.IntIntListEntryProto();
   while (reader.pos < end) {
    let start = reader.pos;
    let tag = reader.tag();
    if (tag === _end) {
     _end = $undefined;
     break;
    }
    let wireType = tag & 7;
    switch (tag >>>= 3) {
    case 1: {
      if (wireType !== 0)
       break;
      message.key = reader.int64();
      continue;
     }
    case 2: {
      if (wireType === 2) {
       if (!(message.value && message.value.length))
        message.value = [];
       reader.int64s(message.value);
       continue;
      }
      if (wireType !== 0)
       break;
      if (!(message.value && message.value.length))
       message.value = [];
      message.value.push(reader.int64());
      continue;
     }
    }
    reader.skipType(wireType, _depth, tag);
    if (!reader.discardUnknown) {
     $util.makeProp(message, "$unknowns", false);
     (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
    }
   }
   if (length !== $undefined) {
    if (reader.pos !== end)
     throw $RangeError("index out of range");
    reader.len = length;
   }
   if (_end !== $undefined)
    throw $Error("missing end group");
   return message;
  };

  return IntIntListEntryProto;
 })();

 onnx.NodeDeviceConfigurationProto = (function() {

  const NodeDeviceConfigurationProto = function (properties) {
   this.sharding_spec = [];
   if (properties)
    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
     if (properties[keys[i]] != null && keys[i] !== "__proto__")
      this[keys[i]] = properties[keys[i]];
  };

  NodeDeviceConfigurationProto.prototype.configuration_id = "";
  NodeDeviceConfigurationProto.prototype.sharding_spec = $util.emptyArray;
  NodeDeviceConfigurationProto.prototype.pipeline_stage = 0;

  NodeDeviceConfigurationProto.create = function(properties) {
   return new NodeDeviceConfigurationProto(properties);
  };

  NodeDeviceConfigurationProto.encode = function (message, writer, _depth) {
   if (!writer)
    writer = $Writer.create();
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $util.recursionLimit)
    throw $Error("max depth exceeded");
   if (message.configuration_id != null && $Object.hasOwnProperty.call(message, "configuration_id"))
    writer.uint32(10).string(message.configuration_id);
   if (message.sharding_spec != null && message.sharding_spec.length)
    for (let i = 0; i < message.sharding_spec.length; ++i)
     $root.onnx.ShardingSpecProto.encode(message.sharding_spec[i], writer.uint32(18).fork(), _depth + 1).ldelim();
   if (message.pipeline_stage != null && $Object.hasOwnProperty.call(message, "pipeline_stage"))
    writer.uint32(24).int32(message.pipeline_stage);
   if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
    for (let i = 0; i < message.$unknowns.length; ++i)
     writer.raw(message.$unknowns[i]);
   return writer;
  };

  NodeDeviceConfigurationProto.decode = function (reader, length, _end, _depth, _target) {
   if (!(reader instanceof $Reader))
    reader = $Reader.create(reader);
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $Reader.recursionLimit)
    throw $Error("max depth exceeded");
   let end, message;
   if (length === $undefined)
    end = reader.len;
   else {
    end = reader.pos + length;
    if (end > reader.len)
     throw $RangeError("index out of range");
    length = reader.len;
    reader.len = end;
   }
   message = _target || new $root.onnx.NodeDeviceConfigurationProto();
   while (reader.pos < end) {
    let start = reader.pos;
    let tag = reader.tag();
    if (tag === _end) {
     _end = $undefined;
     break;
    }
    let wireType = tag & 7;
    switch (tag >>>= 3) {
    case 1: {
      if (wireType !== 2)
       break;
      message.configuration_id = reader.string();
      continue;
     }
    case 2: {
      if (wireType !== 2)
       break;
      if (!(message.sharding_spec && message.sharding_spec.length))
       message.sharding_spec = [];
      message.sharding_spec.push($root.onnx.ShardingSpecProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    case 3: {
      if (wireType !== 0)
       break;
      message.pipeline_stage = reader.int32();
      continue;
     }
    }
    reader.skipType(wireType, _depth, tag);
    if (!reader.discardUnknown) {
     $util.makeProp(message, "$unknowns", false);
     (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
    }
   }
   if (length !== $undefined) {
    if (reader.pos !== end)
     throw $RangeError("index out of range");
    reader.len = length;
   }
   if (_end !== $undefined)
    throw $Error("missing end group");
   return message;
  };

  return NodeDeviceConfigurationProto;
 })();

 onnx.ShardingSpecProto = (function() {

  const ShardingSpecProto = function (properties) {
   this.device = [];
   this.index_to_device_group_map = [];
   this.sharded_dim = [];
   if (properties)
    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
     if (properties[keys[i]] != null && keys[i] !== "__proto__")
      this[keys[i]] = properties[keys[i]];
  };

  ShardingSpecProto.prototype.tensor_name = "";
  ShardingSpecProto.prototype.device = $util.emptyArray;
  ShardingSpecProto.prototype.index_to_device_group_map = $util.emptyArray;
  ShardingSpecProto.prototype.sharded_dim = $util.emptyArray;

  ShardingSpecProto.create = function(properties) {
   return new ShardingSpecProto(properties);
  };

  ShardingSpecProto.encode = function (message, writer, _depth) {
   if (!writer)
    writer = $Writer.create();
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $util.recursionLimit)
    throw $Error("max depth exceeded");
   if (message.tensor_name != null && $Object.hasOwnProperty.call(message, "tensor_name"))
    writer.uint32(10).string(message.tensor_name);
   if (message.device != null && message.device.length)
    for (let i = 0; i < message.device.length; ++i)
     writer.uint32(16).int64(message.device[i]);
   if (message.index_to_device_group_map != null && message.index_to_device_group_map.length)
    for (let i = 0; i < message.index_to_device_group_map.length; ++i)
     $root.onnx.IntIntListEntryProto.encode(message.index_to_device_group_map[i], writer.uint32(26).fork(), _depth + 1).ldelim();
   if (message.sharded_dim != null && message.sharded_dim.length)
    for (let i = 0; i < message.sharded_dim.length; ++i)
     $root.onnx.ShardedDimProto.encode(message.sharded_dim[i], writer.uint32(34).fork(), _depth + 1).ldelim();
   if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
    for (let i = 0; i < message.$unknowns.length; ++i)
     writer.raw(message.$unknowns[i]);
   return writer;
  };

  ShardingSpecProto.decode = function (reader, length, _end, _depth, _target) {
   if (!(reader instanceof $Reader))
    reader = $Reader.create(reader);
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $Reader.recursionLimit)
    throw $Error("max depth exceeded");
   let end, message;
   if (length === $undefined)
    end = reader.len;
   else {
    end = reader.pos + length;
    if (end > reader.len)
     throw $RangeError("index out of range");
    length = reader.len;
    reader.len = end;
   }
   message = _target || new $root.onnx.ShardingSpecProto();
   while (reader.pos < end) {
    let start = reader.pos;
    let tag = reader.tag();
    if (tag === _end) {
     _end = $undefined;
     break;
    }
    let wireType = tag & 7;
    switch (tag >>>= 3) {
    case 1: {
      if (wireType !== 2)
       break;
      message.tensor_name = reader.string();
      continue;
     }
    case 2: {
      if (wireType === 2) {
       if (!(message.device && message.device.length))
        message.device = [];
       reader.int64s(message.device);
       continue;
      }
      if (wireType !== 0)
       break;
      if (!(message.device && message.device.length))
       message.device = [];
      message.device.push(reader.int64());
      continue;
     }
    case 3: {
      if (wireType !== 2)
       break;
      if (!(message.index_to_device_group_map && message.index_to_device_group_map.length))
       message.index_to_device_group_map = [];
      message.index_to_device_group_map.push($root.onnx.IntIntListEntryProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    case 4: {
      if (wireType !== 2)
       break;
      if (!(message.sharded_dim && message.sharded_dim.length))
       message.sharded_dim = [];
      message.sharded_dim.push($root.onnx.ShardedDimProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    }
    reader.skipType(wireType, _depth, tag);
    if (!reader.discardUnknown) {
     $util.makeProp(message, "$unknowns", false);
     (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
    }
   }
   if (length !== $undefined) {
    if (reader.pos !== end)
     throw $RangeError("index out of range");
    reader.len = length;
   }
   if (_end !== $undefined)
    throw $Error("missing end group");
   return message;
  };

  return ShardingSpecProto;
 })();

 onnx.ShardedDimProto = (function() {

  const ShardedDimProto = function (properties) {
   this.simple_sharding = [];
   if (properties)
    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
     if (properties[keys[i]] != null && keys[i] !== "__proto__")
      this[keys[i]] = properties[keys[i]];
  };

  ShardedDimProto.prototype.axis = 0;
  ShardedDimProto.prototype.simple_sharding = $util.emptyArray;

  ShardedDimProto.create = function(properties) {
   return new ShardedDimProto(properties);
  };

  ShardedDimProto.encode = function (message, writer, _depth) {
   if (!writer)
    writer = $Writer.create();
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $util.recursionLimit)
    throw $Error("max depth exceeded");
   if (message.axis != null && $Object.hasOwnProperty.call(message, "axis"))
    writer.uint32(8).int64(message.axis);
   if (message.simple_sharding != null && message.simple_sharding.length)
    for (let i = 0; i < message.simple_sharding.length; ++i)
     $root.onnx.SimpleShardedDimProto.encode(message.simple_sharding[i], writer.uint32(18).fork(), _depth + 1).ldelim();
   if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
    for (let i = 0; i < message.$unknowns.length; ++i)
     writer.raw(message.$unknowns[i]);
   return writer;
  };

  ShardedDimProto.decode = function (reader, length, _end, _depth, _target) {
   if (!(reader instanceof $Reader))
    reader = $Reader.create(reader);
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $Reader.recursionLimit)
    throw $Error("max depth exceeded");
   let end, message;
   if (length === $undefined)
    end = reader.len;
   else {
    end = reader.pos + length;
    if (end > reader.len)
     throw $RangeError("index out of range");
    length = reader.len;
    reader.len = end;
   }
   message = _target || new $root.onnx.ShardedDimProto();
   while (reader.pos < end) {
    let start = reader.pos;
    let tag = reader.tag();
    if (tag === _end) {
     _end = $undefined;
     break;
    }
    let wireType = tag & 7;
    switch (tag >>>= 3) {
    case 1: {
      if (wireType !== 0)
       break;
      message.axis = reader.int64();
      continue;
     }
    case 2: {
      if (wireType !== 2)
       break;
      if (!(message.simple_sharding && message.simple_sharding.length))
       message.simple_sharding = [];
      message.simple_sharding.push($root.onnx.SimpleShardedDimProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    }
    reader.skipType(wireType, _depth, tag);
    if (!reader.discardUnknown) {
     $util.makeProp(message, "$unknowns", false);
     (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
    }
   }
   if (length !== $undefined) {
    if (reader.pos !== end)
     throw $RangeError("index out of range");
    reader.len = length;
   }
   if (_end !== $undefined)
    throw $Error("missing end group");
   return message;
  };

  return ShardedDimProto;
 })();

 onnx.SimpleShardedDimProto = (function() {

  const SimpleShardedDimProto = function (properties) {
   if (properties)
    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
     if (properties[keys[i]] != null && keys[i] !== "__proto__")
      this[keys[i]] = properties[keys[i]];
  };

  SimpleShardedDimProto.prototype.dim_value = null;
  SimpleShardedDimProto.prototype.dim_param = null;
  SimpleShardedDimProto.prototype.num_shards = 0;

  let $oneOfFields;

  $Object.defineProperty(SimpleShardedDimProto.prototype, "dim", {
   get: $util.oneOfGetter($oneOfFields = ["dim_value", "dim_param"]),
   set: $util.oneOfSetter($oneOfFields)
  });

  SimpleShardedDimProto.create = function(properties) {
   return new SimpleShardedDimProto(properties);
  };

  SimpleShardedDimProto.encode = function (message, writer, _depth) {
   if (!writer)
    writer = $Writer.create();
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $util.recursionLimit)
    throw $Error("max depth exceeded");
   if (message.dim_value != null && $Object.hasOwnProperty.call(message, "dim_value"))
    writer.uint32(8).int64(message.dim_value);
   if (message.dim_param != null && $Object.hasOwnProperty.call(message, "dim_param"))
    writer.uint32(18).string(message.dim_param);
   if (message.num_shards != null && $Object.hasOwnProperty.call(message, "num_shards"))
    writer.uint32(24).int64(message.num_shards);
   if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
    for (let i = 0; i < message.$unknowns.length; ++i)
     writer.raw(message.$unknowns[i]);
   return writer;
  };

  SimpleShardedDimProto.decode = function (reader, length, _end, _depth, _target) {
   if (!(reader instanceof $Reader))
    reader = $Reader.create(reader);
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $Reader.recursionLimit)
    throw $Error("max depth exceeded");
   let end, message;
   if (length === $undefined)
    end = reader.len;
   else {
    end = reader.pos + length;
    if (end > reader.len)
     throw $RangeError("index out of range");
    length = reader.len;
    reader.len = end;
   }
   message = _target || new $root.onnx.SimpleShardedDimProto();
   while (reader.pos < end) {
    let start = reader.pos;
    let tag = reader.tag();
    if (tag === _end) {
     _end = $undefined;
     break;
    }
    let wireType = tag & 7;
    switch (tag >>>= 3) {
    case 1: {
      if (wireType !== 0)
       break;
      message.dim_value = reader.int64();
      message.dim = "dim_value";
      continue;
     }
    case 2: {
      if (wireType !== 2)
       break;
      message.dim_param = reader.string();
      message.dim = "dim_param";
      continue;
     }
    case 3: {
      if (wireType !== 0)
       break;
      message.num_shards = reader.int64();
      continue;
     }
    }
    reader.skipType(wireType, _depth, tag);
    if (!reader.discardUnknown) {
     $util.makeProp(message, "$unknowns", false);
     (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
    }
   }
   if (length !== $undefined) {
    if (reader.pos !== end)
     throw $RangeError("index out of range");
    reader.len = length;
   }
   if (_end !== $undefined)
    throw $Error("missing end group");
   return message;
  };

  return SimpleShardedDimProto;
 })();

 onnx.TrainingInfoProto = (function() {

  const TrainingInfoProto = function (properties) {
   this.initialization_binding = [];
   this.update_binding = [];
   if (properties)
    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
     if (properties[keys[i]] != null && keys[i] !== "__proto__")
      this[keys[i]] = properties[keys[i]];
  };

  TrainingInfoProto.prototype.initialization = null;
  TrainingInfoProto.prototype.algorithm = null;
  TrainingInfoProto.prototype.initialization_binding = $util.emptyArray;
  TrainingInfoProto.prototype.update_binding = $util.emptyArray;

  TrainingInfoProto.create = function(properties) {
   return new TrainingInfoProto(properties);
  };

  TrainingInfoProto.encode = function (message, writer, _depth) {
   if (!writer)
    writer = $Writer.create();
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $util.recursionLimit)
    throw $Error("max depth exceeded");
   if (message.initialization != null && $Object.hasOwnProperty.call(message, "initialization"))
    $root.onnx.GraphProto.encode(message.initialization, writer.uint32(10).fork(), _depth + 1).ldelim();
   if (message.algorithm != null && $Object.hasOwnProperty.call(message, "algorithm"))
    $root.onnx.GraphProto.encode(message.algorithm, writer.uint32(18).fork(), _depth + 1).ldelim();
   if (message.initialization_binding != null && message.initialization_binding.length)
    for (let i = 0; i < message.initialization_binding.length; ++i)
     $root.onnx.StringStringEntryProto.encode(message.initialization_binding[i], writer.uint32(26).fork(), _depth + 1).ldelim();
   if (message.update_binding != null && message.update_binding.length)
    for (let i = 0; i < message.update_binding.length; ++i)
     $root.onnx.StringStringEntryProto.encode(message.update_binding[i], writer.uint32(34).fork(), _depth + 1).ldelim();
   if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
    for (let i = 0; i < message.$unknowns.length; ++i)
     writer.raw(message.$unknowns[i]);
   return writer;
  };

  TrainingInfoProto.decode = function (reader, length, _end, _depth, _target) {
   if (!(reader instanceof $Reader))
    reader = $Reader.create(reader);
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $Reader.recursionLimit)
    throw $Error("max depth exceeded");
   let end, message;
   if (length === $undefined)
    end = reader.len;
   else {
    end = reader.pos + length;
    if (end > reader.len)
     throw $RangeError("index out of range");
    length = reader.len;
    reader.len = end;
   }
   message = _target || new $root.onnx.TrainingInfoProto();
   while (reader.pos < end) {
    let start = reader.pos;
    let tag = reader.tag();
    if (tag === _end) {
     _end = $undefined;
     break;
    }
    let wireType = tag & 7;
    switch (tag >>>= 3) {
    case 1: {
      if (wireType !== 2)
       break;
      message.initialization = $root.onnx.GraphProto.decode(reader, reader.size(), $undefined, _depth + 1, message.initialization);
      continue;
     }
    case 2: {
      if (wireType !== 2)
       break;
      message.algorithm = $root.onnx.GraphProto.decode(reader, reader.size(), $undefined, _depth + 1, message.algorithm);
      continue;
     }
    case 3: {
      if (wireType !== 2)
       break;
      if (!(message.initialization_binding && message.initialization_binding.length))
       message.initialization_binding = [];
      message.initialization_binding.push($root.onnx.StringStringEntryProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    case 4: {
      if (wireType !== 2)
       break;
      if (!(message.update_binding && message.update_binding.length))
       message.update_binding = [];
      message.update_binding.push($root.onnx.StringStringEntryProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    }
    reader.skipType(wireType, _depth, tag);
    if (!reader.discardUnknown) {
     $util.makeProp(message, "$unknowns", false);
     (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
    }
   }
   if (length !== $undefined) {
    if (reader.pos !== end)
     throw $RangeError("index out of range");
    reader.len = length;
   }
   if (_end !== $undefined)
    throw $Error("missing end group");
   return message;
  };

  return TrainingInfoProto;
 })();

 onnx.ModelProto = (function() {

  const ModelProto = function (properties) {
   this.opset_import = [];
   this.metadata_props = [];
   this.training_info = [];
   this.functions = [];
   this.configuration = [];
   if (properties)
    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
     if (properties[keys[i]] != null && keys[i] !== "__proto__")
      this[keys[i]] = properties[keys[i]];
  };

  ModelProto.prototype.ir_version = 0;
  ModelProto.prototype.opset_import = $util.emptyArray;
  ModelProto.prototype.producer_name = "";
  ModelProto.prototype.producer_version = "";
  ModelProto.prototype.domain = "";
  ModelProto.prototype.model_version = 0;
  ModelProto.prototype.doc_string = "";
  ModelProto.prototype.graph = null;
  ModelProto.prototype.metadata_props = $util.emptyArray;
  ModelProto.prototype.training_info = $util.emptyArray;
  ModelProto.prototype.functions = $util.emptyArray;
  ModelProto.prototype.configuration = $util.emptyArray;

  ModelProto.create = function(properties) {
   return new ModelProto(properties);
  };

  ModelProto.encode = function (message, writer, _depth) {
   if (!writer)
    writer = $Writer.create();
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $util.recursionLimit)
    throw $Error("max depth exceeded");
   if (message.ir_version != null && $Object.hasOwnProperty.call(message, "ir_version"))
    writer.uint32(8).int64(message.ir_version);
   if (message.producer_name != null && $Object.hasOwnProperty.call(message, "producer_name"))
    writer.uint32(18).string(message.producer_name);
   if (message.producer_version != null && $Object.hasOwnProperty.call(message, "producer_version"))
    writer.uint32(26).string(message.producer_version);
   if (message.domain != null && $Object.hasOwnProperty.call(message, "domain"))
    writer.uint32(34).string(message.domain);
   if (message.model_version != null && $Object.hasOwnProperty.call(message, "model_version"))
    writer.uint32(40).int64(message.model_version);
   if (message.doc_string != null && $Object.hasOwnProperty.call(message, "doc_string"))
    writer.uint32(50).string(message.doc_string);
   if (message.graph != null && $Object.hasOwnProperty.call(message, "graph"))
    $root.onnx.GraphProto.encode(message.graph, writer.uint32(58).fork(), _depth + 1).ldelim();
   if (message.opset_import != null && message.opset_import.length)
    for (let i = 0; i < message.opset_import.length; ++i)
     $root.onnx.OperatorSetIdProto.encode(message.opset_import[i], writer.uint32(66).fork(), _depth + 1).ldelim();
   if (message.metadata_props != null && message.metadata_props.length)
    for (let i = 0; i < message.metadata_props.length; ++i)
     $root.onnx.StringStringEntryProto.encode(message.metadata_props[i], writer.uint32(114).fork(), _depth + 1).ldelim();
   if (message.training_info != null && message.training_info.length)
    for (let i = 0; i < message.training_info.length; ++i)
     $root.onnx.TrainingInfoProto.encode(message.training_info[i], writer.uint32(162).fork(), _depth + 1).ldelim();
   if (message.functions != null && message.functions.length)
    for (let i = 0; i < message.functions.length; ++i)
     $root.onnx.FunctionProto.encode(message.functions[i], writer.uint32(202).fork(), _depth + 1).ldelim();
   if (message.configuration != null && message.configuration.length)
    for (let i = 0; i < message.configuration.length; ++i)
     $root.onnx.DeviceConfigurationProto.encode(message.configuration[i], writer.uint32(210).fork(), _depth + 1).ldelim();
   if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
    for (let i = 0; i < message.$unknowns.length; ++i)
     writer.raw(message.$unknowns[i]);
   return writer;
  };

  ModelProto.decode = function (reader, length, _end, _depth, _target) {
   if (!(reader instanceof $Reader))
    reader = $Reader.create(reader);
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $Reader.recursionLimit)
    throw $Error("max depth exceeded");
   let end, message;
   if (length === $undefined)
    end = reader.len;
   else {
    end = reader.pos + length;
    if (end > reader.len)
     throw $RangeError("index out of range");
    length = reader.len;
    reader.len = end;
   }
   message = _target || new $root.onnx.ModelProto();
   while (reader.pos < end) {
    let start = reader.pos;
    let tag = reader.tag();
    if (tag === _end) {
     _end = $undefined;
     break;
    }
    let wireType = tag & 7;
    switch (tag >>>= 3) {
    case 1: {
      if (wireType !== 0)
       break;
      message.ir_version = reader.int64();
      continue;
     }
    case 8: {
      if (wireType !== 2)
       break;
      if (!(message.opset_import && message.opset_import.length))
       message.opset_import = [];
      message.opset_import.push($root.onnx.OperatorSetIdProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    case 2: {
      if (wireType !== 2)
       break;
      message.producer_name = reader.string();
      continue;
     }
    case 3: {
      if (wireType !== 2)
       break;
      message.producer_version = reader.string();
      continue;
     }
    case 4: {
      if (wireType !== 2)
       break;
      message.domain = reader.string();
      continue;
     }
    case 5: {
      if (wireType !== 0)
       break;
      message.model_version = reader.int64();
      continue;
     }
    case 6: {
      if (wireType !== 2)
       break;
      message.doc_string = reader.string();
      continue;
     }
    case 7: {
      if (wireType !== 2)
       break;
      message.graph = $root.onnx.GraphProto.decode(reader, reader.size(), $undefined, _depth + 1, message.graph);
      continue;
     }
    case 14: {
      if (wireType !== 2)
       break;
      if (!(message.metadata_props && message.metadata_props.length))
       message.metadata_props = [];
      message.metadata_props.push($root.onnx.StringStringEntryProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    case 20: {
      if (wireType !== 2)
       break;
      if (!(message.training_info && message.training_info.length))
       message.training_info = [];
      message.training_info.push($root.onnx.TrainingInfoProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    case 25: {
      if (wireType !== 2)
       break;
      if (!(message.functions && message.functions.length))
       message.functions = [];
      message.functions.push($root.onnx.FunctionProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    case 26: {
      if (wireType !== 2)
       break;
      if (!(message.configuration && message.configuration.length))
       message.configuration = [];
      message.configuration.push($root.onnx.DeviceConfigurationProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    }
    reader.skipType(wireType, _depth, tag);
    if (!reader.discardUnknown) {
     $util.makeProp(message, "$unknowns", false);
     (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
    }
   }
   if (length !== $undefined) {
    if (reader.pos !== end)
     throw $RangeError("index out of range");
    reader.len = length;
   }
   if (_end !== $undefined)
    throw $Error("missing end group");
   return message;
  };

  return ModelProto;
 })();

 onnx.DeviceConfigurationProto = (function() {

  const DeviceConfigurationProto = function (properties) {
   this.device = [];
   if (properties)
    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
     if (properties[keys[i]] != null && keys[i] !== "__proto__")
      this[keys[i]] = properties[keys[i]];
  };

  DeviceConfigurationProto.prototype.name = "";
  DeviceConfigurationProto.prototype.num_devices = 0;
  DeviceConfigurationProto.prototype.device = $util.emptyArray;

  DeviceConfigurationProto.create = function(properties) {
   return new DeviceConfigurationProto(properties);
  };

  DeviceConfigurationProto.encode = function (message, writer, _depth) {
   if (!writer)
    writer = $Writer.create();
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $util.recursionLimit)
    throw $Error("max depth exceeded");
   if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
    writer.uint32(10).string(message.name);
   if (message.num_devices != null && $Object.hasOwnProperty.call(message, "num_devices"))
    writer.uint32(16).int32(message.num_devices);
   if (message.device != null && message.device.length)
    for (let i = 0; i < message.device.length; ++i)
     writer.uint32(26).string(message.device[i]);
   if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
    for (let i = 0; i < message.$unknowns.length; ++i)
     writer.raw(message.$unknowns[i]);
   return writer;
  };

  DeviceConfigurationProto.decode = function (reader, length, _end, _depth, _target) {
   if (!(reader instanceof $Reader))
    reader = $Reader.create(reader);
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $Reader.recursionLimit)
    throw $Error("max depth exceeded");
   let end, message;
   if (length === $undefined)
    end = reader.len;
   else {
    end = reader.pos + length;
    if (end > reader.len)
     throw $RangeError("index out of range");
    length = reader.len;
    reader.len = end;
   }
   message = _target || new $root.onnx.DeviceConfigurationProto();
   while (reader.pos < end) {
    let start = reader.pos;
    let tag = reader.tag();
    if (tag === _end) {
     _end = $undefined;
     break;
    }
    let wireType = tag & 7;
    switch (tag >>>= 3) {
    case 1: {
      if (wireType !== 2)
       break;
      message.name = reader.string();
      continue;
     }
    case 2: {
      if (wireType !== 0)
       break;
      message.num_devices = reader.int32();
      continue;
     }
    case 3: {
      if (wireType !== 2)
       break;
      if (!(message.device && message.device.length))
       message.device = [];
      message.device.push(reader.string());
      continue;
     }
    }
    reader.skipType(wireType, _depth, tag);
    if (!reader.discardUnknown) {
     $util.makeProp(message, "$unknowns", false);
     (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
    }
   }
   if (length !== $undefined) {
    if (reader.pos !== end)
     throw $RangeError("index out of range");
    reader.len = length;
   }
   if (_end !== $undefined)
    throw $Error("missing end group");
   return message;
  };

  return DeviceConfigurationProto;
 })();

 onnx.StringStringEntryProto = (function() {

  const StringStringEntryProto = function (properties) {
   if (properties)
    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
     if (properties[keys[i]] != null && keys[i] !== "__proto__")
      this[keys[i]] = properties[keys[i]];
  };

  StringStringEntryProto.prototype.key = "";
  StringStringEntryProto.prototype.value = "";

  StringStringEntryProto.create = function(properties) {
   return new StringStringEntryProto(properties);
  };

  StringStringEntryProto.encode = function (message, writer, _depth) {
   if (!writer)
    writer = $Writer.create();
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $util.recursionLimit)
    throw $Error("max depth exceeded");
   if (message.key != null && $Object.hasOwnProperty.call(message, "key"))
    writer.uint32(10).string(message.key);
   if (message.value != null && $Object.hasOwnProperty.call(message, "value"))
    writer.uint32(18).string(message.value);
   if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
    for (let i = 0; i < message.$unknowns.length; ++i)
     writer.raw(message.$unknowns[i]);
   return writer;
  };

  StringStringEntryProto.decode = function (reader, length, _end, _depth, _target) {
   if (!(reader instanceof $Reader))
    reader = $Reader.create(reader);
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $Reader.recursionLimit)
    throw $Error("max depth exceeded");
   let end, message;
   if (length === $undefined)
    end = reader.len;
   else {
    end = reader.pos + length;
    if (end > reader.len)
     throw $RangeError("index out of range");
    length = reader.len;
    reader.len = end;
   }
   message = _target || new $root.onnx.StringStringEntryProto();
   while (reader.pos < end) {
    let start = reader.pos;
    let tag = reader.tag();
    if (tag === _end) {
     _end = $undefined;
     break;
    }
    let wireType = tag & 7;
    switch (tag >>>= 3) {
    case 1: {
      if (wireType !== 2)
       break;
      message.key = reader.string();
      continue;
     }
    case 2: {
      if (wireType !== 2)
       break;
      message.value = reader.string();
      continue;
     }
    }
    reader.skipType(wireType, _depth, tag);
    if (!reader.discardUnknown) {
     $util.makeProp(message, "$unknowns", false);
     (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
    }
   }
   if (length !== $undefined) {
    if (reader.pos !== end)
     throw $RangeError("index out of range");
    reader.len = length;
   }
   if (_end !== $undefined)
    throw $Error("missing end group");
   return message;
  };

  return StringStringEntryProto;
 })();

 onnx.TensorAnnotation = (function() {

  const TensorAnnotation = function (properties) {
   this.quant_parameter_tensor_names = [];
   if (properties)
    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
     if (properties[keys[i]] != null && keys[i] !== "__proto__")
      this[keys[i]] = properties[keys[i]];
  };

  TensorAnnotation.prototype.tensor_name = "";
  TensorAnnotation.prototype.quant_parameter_tensor_names = $util.emptyArray;

  TensorAnnotation.create = function(properties) {
   return new TensorAnnotation(properties);
  };

  TensorAnnotation.encode = function (message, writer, _depth) {
   if (!writer)
    writer = $Writer.create();
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $util.recursionLimit)
    throw $Error("max depth exceeded");
   if (message.tensor_name != null && $Object.hasOwnProperty.call(message, "tensor_name"))
    writer.uint32(10).string(message.tensor_name);
   if (message.quant_parameter_tensor_names != null && message.quant_parameter_tensor_names.length)
    for (let i = 0; i < message.quant_parameter_tensor_names.length; ++i)
     $root.onnx.StringStringEntryProto.encode(message.quant_parameter_tensor_names[i], writer.uint32(18).fork(), _depth + 1).ldelim();
   if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
    for (let i = 0; i < message.$unknowns.length; ++i)
     writer.raw(message.$unknowns[i]);
   return writer;
  };

  TensorAnnotation.decode = function (reader, length, _end, _depth, _target) {
   if (!(reader instanceof $Reader))
    reader = $Reader.create(reader);
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $Reader.recursionLimit)
    throw $Error("max depth exceeded");
   let end, message;
   if (length === $undefined)
    end = reader.len;
   else {
    end = reader.pos + length;
    if (end > reader.len)
     throw $RangeError("index out of range");
    length = reader.len;
    reader.len = end;
   }
   message = _target || new $root.onnx.TensorAnnotation();
   while (reader.pos < end) {
    let start = reader.pos;
    let tag = reader.tag();
    if (tag === _end) {
     _end = $undefined;
     break;
    }
    let wireType = tag & 7;
    switch (tag >>>= 3) {
    case 1: {
      if (wireType !== 2)
       break;
      message.tensor_name = reader.string();
      continue;
     }
    case 2: {
      if (wireType !== 2)
       break;
      if (!(message.quant_parameter_tensor_names && message.quant_parameter_tensor_names.length))
       message.quant_parameter_tensor_names = [];
      message.quant_parameter_tensor_names.push($root.onnx.StringStringEntryProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    }
    reader.skipType(wireType, _depth, tag);
    if (!reader.discardUnknown) {
     $util.makeProp(message, "$unknowns", false);
     (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
    }
   }
   if (length !== $undefined) {
    if (reader.pos !== end)
     throw $RangeError("index out of range");
    reader.len = length;
   }
   if (_end !== $undefined)
    throw $Error("missing end group");
   return message;
  };

  return TensorAnnotation;
 })();

 onnx.GraphProto = (function() {

  const GraphProto = function (properties) {
   this.node = [];
   this.initializer = [];
   this.sparse_initializer = [];
   this.input = [];
   this.output = [];
   this.value_info = [];
   this.quantization_annotation = [];
   this.metadata_props = [];
   if (properties)
    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
     if (properties[keys[i]] != null && keys[i] !== "__proto__")
      this[keys[i]] = properties[keys[i]];
  };

  GraphProto.prototype.node = $util.emptyArray;
  GraphProto.prototype.name = "";
  GraphProto.prototype.initializer = $util.emptyArray;
  GraphProto.prototype.sparse_initializer = $util.emptyArray;
  GraphProto.prototype.doc_string = "";
  GraphProto.prototype.input = $util.emptyArray;
  GraphProto.prototype.output = $util.emptyArray;
  GraphProto.prototype.value_info = $util.emptyArray;
  GraphProto.prototype.quantization_annotation = $util.emptyArray;
  GraphProto.prototype.metadata_props = $util.emptyArray;

  GraphProto.create = function(properties) {
   return new GraphProto(properties);
  };

  GraphProto.encode = function (message, writer, _depth) {
   if (!writer)
    writer = $Writer.create();
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $util.recursionLimit)
    throw $Error("max depth exceeded");
   if (message.node != null && message.node.length)
    for (let i = 0; i < message.node.length; ++i)
     $root.onnx.NodeProto.encode(message.node[i], writer.uint32(10).fork(), _depth + 1).ldelim();
   if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
    writer.uint32(18).string(message.name);
   if (message.initializer != null && message.initializer.length)
    for (let i = 0; i < message.initializer.length; ++i)
     $root.onnx.TensorProto.encode(message.initializer[i], writer.uint32(42).fork(), _depth + 1).ldelim();
   if (message.doc_string != null && $Object.hasOwnProperty.call(message, "doc_string"))
    writer.uint32(82).string(message.doc_string);
   if (message.input != null && message.input.length)
    for (let i = 0; i < message.input.length; ++i)
     $root.onnx.ValueInfoProto.encode(message.input[i], writer.uint32(90).fork(), _depth + 1).ldelim();
   if (message.output != null && message.output.length)
    for (let i = 0; i < message.output.length; ++i)
     $root.onnx.ValueInfoProto.encode(message.output[i], writer.uint32(98).fork(), _depth + 1).ldelim();
   if (message.value_info != null && message.value_info.length)
    for (let i = 0; i < message.value_info.length; ++i)
     $root.onnx.ValueInfoProto.encode(message.value_info[i], writer.uint32(106).fork(), _depth + 1).ldelim();
   if (message.quantization_annotation != null && message.quantization_annotation.length)
    for (let i = 0; i < message.quantization_annotation.length; ++i)
     $root.onnx.TensorAnnotation.encode(message.quantization_annotation[i], writer.uint32(114).fork(), _depth + 1).ldelim();
   if (message.sparse_initializer != null && message.sparse_initializer.length)
    for (let i = 0; i < message.sparse_initializer.length; ++i)
     $root.onnx.SparseTensorProto.encode(message.sparse_initializer[i], writer.uint32(122).fork(), _depth + 1).ldelim();
   if (message.metadata_props != null && message.metadata_props.length)
    for (let i = 0; i < message.metadata_props.length; ++i)
     $root.onnx.StringStringEntryProto.encode(message.metadata_props[i], writer.uint32(130).fork(), _depth + 1).ldelim();
   if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
    for (let i = 0; i < message.$unknowns.length; ++i)
     writer.raw(message.$unknowns[i]);
   return writer;
  };

  GraphProto.decode = function (reader, length, _end, _depth, _target) {
   if (!(reader instanceof $Reader))
    reader = $Reader.create(reader);
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $Reader.recursionLimit)
    throw $Error("max depth exceeded");
   let end, message;
   if (length === $undefined)
    end = reader.len;
   else {
    end = reader.pos + length;
    if (end > reader.len)
     throw $RangeError("index out of range");
    length = reader.len;
    reader.len = end;
   }
   message = _target || new $root.onnx.GraphProto();
   while (reader.pos < end) {
    let start = reader.pos;
    let tag = reader.tag();
    if (tag === _end) {
     _end = $undefined;
     break;
    }
    let wireType = tag & 7;
    switch (tag >>>= 3) {
    case 1: {
      if (wireType !== 2)
       break;
      if (!(message.node && message.node.length))
       message.node = [];
      message.node.push($root.onnx.NodeProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    case 2: {
      if (wireType !== 2)
       break;
      message.name = reader.string();
      continue;
     }
    case 5: {
      if (wireType !== 2)
       break;
      if (!(message.initializer && message.initializer.length))
       message.initializer = [];
      message.initializer.push($root.onnx.TensorProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    case 15: {
      if (wireType !== 2)
       break;
      if (!(message.sparse_initializer && message.sparse_initializer.length))
       message.sparse_initializer = [];
      message.sparse_initializer.push($root.onnx.SparseTensorProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    case 10: {
      if (wireType !== 2)
       break;
      message.doc_string = reader.string();
      continue;
     }
    case 11: {
      if (wireType !== 2)
       break;
      if (!(message.input && message.input.length))
       message.input = [];
      message.input.push($root.onnx.ValueInfoProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    case 12: {
      if (wireType !== 2)
       break;
      if (!(message.output && message.output.length))
       message.output = [];
      message.output.push($root.onnx.ValueInfoProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    case 13: {
      if (wireType !== 2)
       break;
      if (!(message.value_info && message.value_info.length))
       message.value_info = [];
      message.value_info.push($root.onnx.ValueInfoProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    case 14: {
      if (wireType !== 2)
       break;
      if (!(message.quantization_annotation && message.quantization_annotation.length))
       message.quantization_annotation = [];
      message.quantization_annotation.push($root.onnx.TensorAnnotation.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    case 16: {
      if (wireType !== 2)
       break;
      if (!(message.metadata_props && message.metadata_props.length))
       message.metadata_props = [];
      message.metadata_props.push($root.onnx.StringStringEntryProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    }
    reader.skipType(wireType, _depth, tag);
    if (!reader.discardUnknown) {
     $util.makeProp(message, "$unknowns", false);
     (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
    }
   }
   if (length !== $undefined) {
    if (reader.pos !== end)
     throw $RangeError("index out of range");
    reader.len = length;
   }
   if (_end !== $undefined)
    throw $Error("missing end group");
   return message;
  };

  return GraphProto;
 })();

 onnx.TensorProto = (function() {

  const TensorProto = function (properties) {
   this.dims = [];
   this.float_data = [];
   this.int32_data = [];
   this.string_data = [];
   this.int64_data = [];
   this.external_data = [];
   this.double_data = [];
   this.uint64_data = [];
   this.metadata_props = [];
   if (properties)
    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
     if (properties[keys[i]] != null && keys[i] !== "__proto__")
      this[keys[i]] = properties[keys[i]];
  };

  TensorProto.prototype.dims = $util.emptyArray;
  TensorProto.prototype.data_type = 0;
  TensorProto.prototype.segment = null;
  TensorProto.prototype.float_data = $util.emptyArray;
  TensorProto.prototype.int32_data = $util.emptyArray;
  TensorProto.prototype.string_data = $util.emptyArray;
  TensorProto.prototype.int64_data = $util.emptyArray;
  TensorProto.prototype.name = "";
  TensorProto.prototype.doc_string = "";
  TensorProto.prototype.raw_data = $util.newBuffer([]);
  TensorProto.prototype.external_data = $util.emptyArray;
  TensorProto.prototype.data_location = 0;
  TensorProto.prototype.double_data = $util.emptyArray;
  TensorProto.prototype.uint64_data = $util.emptyArray;
  TensorProto.prototype.metadata_props = $util.emptyArray;

  TensorProto.create = function(properties) {
   return new TensorProto(properties);
  };

  TensorProto.encode = function (message, writer, _depth) {
   if (!writer)
    writer = $Writer.create();
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $util.recursionLimit)
    throw $Error("max depth exceeded");
   if (message.dims != null && message.dims.length)
    for (let i = 0; i < message.dims.length; ++i)
     writer.uint32(8).int64(message.dims[i]);
   if (message.data_type != null && $Object.hasOwnProperty.call(message, "data_type"))
    writer.uint32(16).int32(message.data_type);
   if (message.segment != null && $Object.hasOwnProperty.call(message, "segment"))
    $root.onnx.TensorProto.Segment.encode(message.segment, writer.uint32(26).fork(), _depth + 1).ldelim();
   if (message.float_data != null && message.float_data.length)
    writer.uint32(34).floats(message.float_data);
   if (message.int32_data != null && message.int32_data.length)
    writer.uint32(42).int32s(message.int32_data);
   if (message.string_data != null && message.string_data.length)
    for (let i = 0; i < message.string_data.length; ++i)
     writer.uint32(50).bytes(message.string_data[i]);
   if (message.int64_data != null && message.int64_data.length)
    writer.uint32(58).int64s(message.int64_data);
   if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
    writer.uint32(66).string(message.name);
   if (message.raw_data != null && $Object.hasOwnProperty.call(message, "raw_data"))
    writer.uint32(74).bytes(message.raw_data);
   if (message.double_data != null && message.double_data.length)
    writer.uint32(82).doubles(message.double_data);
   if (message.uint64_data != null && message.uint64_data.length)
    writer.uint32(90).uint64s(message.uint64_data);
   if (message.doc_string != null && $Object.hasOwnProperty.call(message, "doc_string"))
    writer.uint32(98).string(message.doc_string);
   if (message.external_data != null && message.external_data.length)
    for (let i = 0; i < message.external_data.length; ++i)
     $root.onnx.StringStringEntryProto.encode(message.external_data[i], writer.uint32(106).fork(), _depth + 1).ldelim();
   if (message.data_location != null && $Object.hasOwnProperty.call(message, "data_location"))
    writer.uint32(112).int32(message.data_location);
   if (message.metadata_props != null && message.metadata_props.length)
    for (let i = 0; i < message.metadata_props.length; ++i)
     $root.onnx.StringStringEntryProto.encode(message.metadata_props[i], writer.uint32(130).fork(), _depth + 1).ldelim();
   if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
    for (let i = 0; i < message.$unknowns.length; ++i)
     writer.raw(message.$unknowns[i]);
   return writer;
  };

  TensorProto.decode = function (reader, length, _end, _depth, _target) {
   if (!(reader instanceof $Reader))
    reader = $Reader.create(reader);
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $Reader.recursionLimit)
    throw $Error("max depth exceeded");
   let end, message, value;
   if (length === $undefined)
    end = reader.len;
   else {
    end = reader.pos + length;
    if (end > reader.len)
     throw $RangeError("index out of range");
    length = reader.len;
    reader.len = end;
   }
   message = _target || new $root.onnx.TensorProto();
   while (reader.pos < end) {
    let start = reader.pos;
    let tag = reader.tag();
    if (tag === _end) {
     _end = $undefined;
     break;
    }
    let wireType = tag & 7;
    switch (tag >>>= 3) {
    case 1: {
      if (wireType === 2) {
       if (!(message.dims && message.dims.length))
        message.dims = [];
       reader.int64s(message.dims);
       continue;
      }
      if (wireType !== 0)
       break;
      if (!(message.dims && message.dims.length))
       message.dims = [];
      message.dims.push(reader.int64());
      continue;
     }
    case 2: {
      if (wireType !== 0)
       break;
      message.data_type = reader.int32();
      continue;
     }
    case 3: {
      if (wireType !== 2)
       break;
      message.segment = $root.onnx.TensorProto.Segment.decode(reader, reader.size(), $undefined, _depth + 1, message.segment);
      continue;
     }
    case 4: {
      if (wireType === 2) {
       if (!(message.float_data && message.float_data.length))
        message.float_data = [];
       reader.floats(message.float_data);
       continue;
      }
      if (wireType !== 5)
       break;
      if (!(message.float_data && message.float_data.length))
       message.float_data = [];
      message.float_data.push(reader.float());
      continue;
     }
    case 5: {
      if (wireType === 2) {
       if (!(message.int32_data && message.int32_data.length))
        message.int32_data = [];
       reader.int32s(message.int32_data);
       continue;
      }
      if (wireType !== 0)
       break;
      if (!(message.int32_data && message.int32_data.length))
       message.int32_data = [];
      message.int32_data.push(reader.int32());
      continue;
     }
    case 6: {
      if (wireType !== 2)
       break;
      if (!(message.string_data && message.string_data.length))
       message.string_data = [];
      message.string_data.push(reader.bytes());
      continue;
     }
    case 7: {
      if (wireType === 2) {
       if (!(message.int64_data && message.int64_data.length))
        message.int64_data = [];
       reader.int64s(message.int64_data);
       continue;
      }
      if (wireType !== 0)
       break;
      if (!(message.int64_data && message.int64_data.length))
       message.int64_data = [];
      message.int64_data.push(reader.int64());
      continue;
     }
    case 8: {
      if (wireType !== 2)
       break;
      message.name = reader.string();
      continue;
     }
    case 12: {
      if (wireType !== 2)
       break;
      message.doc_string = reader.string();
      continue;
     }
    case 9: {
      if (wireType !== 2)
       break;
      message.raw_data = reader.bytes();
      continue;
     }
    case 13: {
      if (wireType !== 2)
       break;
      if (!(message.external_data && message.external_data.length))
       message.external_data = [];
      message.external_data.push($root.onnx.StringStringEntryProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    case 14: {
      if (wireType !== 0)
       break;
      value = reader.int32();
      if ($root.onnx.TensorProto.DataLocation[value] !== $undefined)
       message.data_location = value;
      else if (!reader.discardUnknown) {
       $util.makeProp(message, "$unknowns", false);
       (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
      }
      continue;
     }
    case 10: {
      if (wireType === 2) {
       if (!(message.double_data && message.double_data.length))
        message.double_data = [];
       reader.doubles(message.double_data);
       continue;
      }
      if (wireType !== 1)
       break;
      if (!(message.double_data && message.double_data.length))
       message.double_data = [];
      message.double_data.push(reader.double());
      continue;
     }
    case 11: {
      if (wireType === 2) {
       if (!(message.uint64_data && message.uint64_data.length))
        message.uint64_data = [];
       reader.uint64s(message.uint64_data);
       continue;
      }
      if (wireType !== 0)
       break;
      if (!(message.uint64_data && message.uint64_data.length))
       message.uint64_data = [];
      message.uint64_data.push(reader.uint64());
      continue;
     }
    case 16: {
      if (wireType !== 2)
       break;
      if (!(message.metadata_props && message.metadata_props.length))
       message.metadata_props = [];
      message.metadata_props.push($root.onnx.StringStringEntryProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    }
    reader.skipType(wireType, _depth, tag);
    if (!reader.discardUnknown) {
     $util.makeProp(message, "$unknowns", false);
     (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
    }
   }
   if (length !== $undefined) {
    if (reader.pos !== end)
     throw $RangeError("index out of range");
    reader.len = length;
   }
   if (_end !== $undefined)
    throw $Error("missing end group");
   return message;
  };

  TensorProto.DataType = (function() {
   const valuesById = $Object.create(null), values = $Object.create(valuesById);
   values[valuesById[0] = "UNDEFINED"] = 0;
   values[valuesById[1] = "FLOAT"] = 1;
   values[valuesById[2] = "UINT8"] = 2;
   values[valuesById[3] = "INT8"] = 3;
   values[valuesById[4] = "UINT16"] = 4;
   values[valuesById[5] = "INT16"] = 5;
   values[valuesById[6] = "INT32"] = 6;
   values[valuesById[7] = "INT64"] = 7;
   values[valuesById[8] = "STRING"] = 8;
   values[valuesById[9] = "BOOL"] = 9;
   values[valuesById[10] = "FLOAT16"] = 10;
   values[valuesById[11] = "DOUBLE"] = 11;
   values[valuesById[12] = "UINT32"] = 12;
   values[valuesById[13] = "UINT64"] = 13;
   values[valuesById[14] = "COMPLEX64"] = 14;
   values[valuesById[15] = "COMPLEX128"] = 15;
   values[valuesById[16] = "BFLOAT16"] = 16;
   values[valuesById[17] = "FLOAT8E4M3FN"] = 17;
   values[valuesById[18] = "FLOAT8E4M3FNUZ"] = 18;
   values[valuesById[19] = "FLOAT8E5M2"] = 19;
   values[valuesById[20] = "FLOAT8E5M2FNUZ"] = 20;
   values[valuesById[21] = "UINT4"] = 21;
   values[valuesById[22] = "INT4"] = 22;
   values[valuesById[23] = "FLOAT4E2M1"] = 23;
   values[valuesById[24] = "FLOAT8E8M0"] = 24;
   values[valuesById[25] = "UINT2"] = 25;
   values[valuesById[26] = "INT2"] = 26;
   values[valuesById[27] = "FLOAT6E2M3"] = 27;
   values[valuesById[28] = "FLOAT6E3M2"] = 28;
   return values;
  })();

  TensorProto.Segment = (function() {

   const Segment = function (properties) {
    if (properties)
     for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
      if (properties[keys[i]] != null && keys[i] !== "__proto__")
       this[keys[i]] = properties[keys[i]];
   };

   Segment.prototype.begin = 0;
   Segment.prototype.end = 0;

   Segment.create = function(properties) {
    return new Segment(properties);
   };

   Segment.encode = function (message, writer, _depth) {
    if (!writer)
     writer = $Writer.create();
    if (_depth === $undefined)
     _depth = 0;
    if (_depth > $util.recursionLimit)
     throw $Error("max depth exceeded");
    if (message.begin != null && $Object.hasOwnProperty.call(message, "begin"))
     writer.uint32(8).int64(message.begin);
    if (message.end != null && $Object.hasOwnProperty.call(message, "end"))
     writer.uint32(16).int64(message.end);
    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
     for (let i = 0; i < message.$unknowns.length; ++i)
      writer.raw(message.$unknowns[i]);
    return writer;
   };

   Segment.decode = function (reader, length, _end, _depth, _target) {
    if (!(reader instanceof $Reader))
     reader = $Reader.create(reader);
    if (_depth === $undefined)
     _depth = 0;
    if (_depth > $Reader.recursionLimit)
     throw $Error("max depth exceeded");
    let end, message;
    if (length === $undefined)
     end = reader.len;
    else {
     end = reader.pos + length;
     if (end > reader.len)
      throw $RangeError("index out of range");
     length = reader.len;
     reader.len = end;
    }
    message = _target || new $root.onnx.TensorProto.Segment();
    while (reader.pos < end) {
     let start = reader.pos;
     let tag = reader.tag();
     if (tag === _end) {
      _end = $undefined;
      break;
     }
     let wireType = tag & 7;
     switch (tag >>>= 3) {
     case 1: {
       if (wireType !== 0)
        break;
       message.begin = reader.int64();
       continue;
      }
     case 2: {
       if (wireType !== 0)
        break;
       message.end = reader.int64();
       continue;
      }
     }
     reader.skipType(wireType, _depth, tag);
     if (!reader.discardUnknown) {
      $util.makeProp(message, "$unknowns", false);
      (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
     }
    }
    if (length !== $undefined) {
     if (reader.pos !== end)
      throw $RangeError("index out of range");
     reader.len = length;
    }
    if (_end !== $undefined)
     throw $Error("missing end group");
    return message;
   };

   return Segment;
  })();

  TensorProto.DataLocation = (function() {
   const valuesById = $Object.create(null), values = $Object.create(valuesById);
   values[valuesById[0] = "DEFAULT"] = 0;
   values[valuesById[1] = "EXTERNAL"] = 1;
   return values;
  })();

  return TensorProto;
 })();

 onnx.SparseTensorProto = (function() {

  const SparseTensorProto = function (properties) {
   this.dims = [];
   if (properties)
    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
     if (properties[keys[i]] != null && keys[i] !== "__proto__")
      this[keys[i]] = properties[keys[i]];
  };

  SparseTensorProto.prototype.values = null;
  SparseTensorProto.prototype.indices = null;
  SparseTensorProto.prototype.dims = $util.emptyArray;

  SparseTensorProto.create = function(properties) {
   return new SparseTensorProto(properties);
  };

  SparseTensorProto.encode = function (message, writer, _depth) {
   if (!writer)
    writer = $Writer.create();
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $util.recursionLimit)
    throw $Error("max depth exceeded");
   if (message.values != null && $Object.hasOwnProperty.call(message, "values"))
    $root.onnx.TensorProto.encode(message.values, writer.uint32(10).fork(), _depth + 1).ldelim();
   if (message.indices != null && $Object.hasOwnProperty.call(message, "indices"))
    $root.onnx.TensorProto.encode(message.indices, writer.uint32(18).fork(), _depth + 1).ldelim();
   if (message.dims != null && message.dims.length)
    for (let i = 0; i < message.dims.length; ++i)
     writer.uint32(24).int64(message.dims[i]);
   if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
    for (let i = 0; i < message.$unknowns.length; ++i)
     writer.raw(message.$unknowns[i]);
   return writer;
  };

  SparseTensorProto.decode = function (reader, length, _end, _depth, _target) {
   if (!(reader instanceof $Reader))
    reader = $Reader.create(reader);
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $Reader.recursionLimit)
    throw $Error("max depth exceeded");
   let end, message;
   if (length === $undefined)
    end = reader.len;
   else {
    end = reader.pos + length;
    if (end > reader.len)
     throw $RangeError("index out of range");
    length = reader.len;
    reader.len = end;
   }
   message = _target || new $root.onnx.SparseTensorProto();
   while (reader.pos < end) {
    let start = reader.pos;
    let tag = reader.tag();
    if (tag === _end) {
     _end = $undefined;
     break;
    }
    let wireType = tag & 7;
    switch (tag >>>= 3) {
    case 1: {
      if (wireType !== 2)
       break;
      message.values = $root.onnx.TensorProto.decode(reader, reader.size(), $undefined, _depth + 1, message.values);
      continue;
     }
    case 2: {
      if (wireType !== 2)
       break;
      message.indices = $root.onnx.TensorProto.decode(reader, reader.size(), $undefined, _depth + 1, message.indices);
      continue;
     }
    case 3: {
      if (wireType === 2) {
       if (!(message.dims && message.dims.length))
        message.dims = [];
       reader.int64s(message.dims);
       continue;
      }
      if (wireType !== 0)
       break;
      if (!(message.dims && message.dims.length))
       message.dims = [];
      message.dims.push(reader.int64());
      continue;
     }
    }
    reader.skipType(wireType, _depth, tag);
    if (!reader.discardUnknown) {
     $util.makeProp(message, "$unknowns", false);
     (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
    }
   }
   if (length !== $undefined) {
    if (reader.pos !== end)
     throw $RangeError("index out of range");
    reader.len = length;
   }
   if (_end !== $undefined)
    throw $Error("missing end group");
   return message;
  };

  return SparseTensorProto;
 })();

 onnx.TensorShapeProto = (function() {

  const TensorShapeProto = function (properties) {
   this.dim = [];
   if (properties)
    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
     if (properties[keys[i]] != null && keys[i] !== "__proto__")
      this[keys[i]] = properties[keys[i]];
  };

  TensorShapeProto.prototype.dim = $util.emptyArray;

  TensorShapeProto.create = function(properties) {
   return new TensorShapeProto(properties);
  };

  TensorShapeProto.encode = function (message, writer, _depth) {
   if (!writer)
    writer = $Writer.create();
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $util.recursionLimit)
    throw $Error("max depth exceeded");
   if (message.dim != null && message.dim.length)
    for (let i = 0; i < message.dim.length; ++i)
     $root.onnx.TensorShapeProto.Dimension.encode(message.dim[i], writer.uint32(10).fork(), _depth + 1).ldelim();
   if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
    for (let i = 0; i < message.$unknowns.length; ++i)
     writer.raw(message.$unknowns[i]);
   return writer;
  };

  TensorShapeProto.decode = function (reader, length, _end, _depth, _target) {
   if (!(reader instanceof $Reader))
    reader = $Reader.create(reader);
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $Reader.recursionLimit)
    throw $Error("max depth exceeded");
   let end, message;
   if (length === $undefined)
    end = reader.len;
   else {
    end = reader.pos + length;
    if (end > reader.len)
     throw $RangeError("index out of range");
    length = reader.len;
    reader.len = end;
   }
   message = _target || new $root.onnx.TensorShapeProto();
   while (reader.pos < end) {
    let start = reader.pos;
    let tag = reader.tag();
    if (tag === _end) {
     _end = $undefined;
     break;
    }
    let wireType = tag & 7;
    switch (tag >>>= 3) {
    case 1: {
      if (wireType !== 2)
       break;
      if (!(message.dim && message.dim.length))
       message.dim = [];
      message.dim.push($root.onnx.TensorShapeProto.Dimension.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    }
    reader.skipType(wireType, _depth, tag);
    if (!reader.discardUnknown) {
     $util.makeProp(message, "$unknowns", false);
     (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
    }
   }
   if (length !== $undefined) {
    if (reader.pos !== end)
     throw $RangeError("index out of range");
    reader.len = length;
   }
   if (_end !== $undefined)
    throw $Error("missing end group");
   return message;
  };

  TensorShapeProto.Dimension = (function() {

   const Dimension = function (properties) {
    if (properties)
     for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
      if (properties[keys[i]] != null && keys[i] !== "__proto__")
       this[keys[i]] = properties[keys[i]];
   };

   Dimension.prototype.dim_value = null;
   Dimension.prototype.dim_param = null;
   Dimension.prototype.denotation = "";

   let $oneOfFields;

   $Object.defineProperty(Dimension.prototype, "value", {
    get: $util.oneOfGetter($oneOfFields = ["dim_value", "dim_param"]),
    set: $util.oneOfSetter($oneOfFields)
   });

   Dimension.create = function(properties) {
    return new Dimension(properties);
   };

   Dimension.encode = function (message, writer, _depth) {
    if (!writer)
     writer = $Writer.create();
    if (_depth === $undefined)
     _depth = 0;
    if (_depth > $util.recursionLimit)
     throw $Error("max depth exceeded");
    if (message.dim_value != null && $Object.hasOwnProperty.call(message, "dim_value"))
     writer.uint32(8).int64(message.dim_value);
    if (message.dim_param != null && $Object.hasOwnProperty.call(message, "dim_param"))
     writer.uint32(18).string(message.dim_param);
    if (message.denotation != null && $Object.hasOwnProperty.call(message, "denotation"))
     writer.uint32(26).string(message.denotation);
    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
     for (let i = 0; i < message.$unknowns.length; ++i)
      writer.raw(message.$unknowns[i]);
    return writer;
   };

   Dimension.decode = function (reader, length, _end, _depth, _target) {
    if (!(reader instanceof $Reader))
     reader = $Reader.create(reader);
    if (_depth === $undefined)
     _depth = 0;
    if (_depth > $Reader.recursionLimit)
     throw $Error("max depth exceeded");
    let end, message;
    if (length === $undefined)
     end = reader.len;
    else {
     end = reader.pos + length;
     if (end > reader.len)
      throw $RangeError("index out of range");
     length = reader.len;
     reader.len = end;
    }
    message = _target || new $root.onnx.TensorShapeProto.Dimension();
    while (reader.pos < end) {
     let start = reader.pos;
     let tag = reader.tag();
     if (tag === _end) {
      _end = $undefined;
      break;
     }
     let wireType = tag & 7;
     switch (tag >>>= 3) {
     case 1: {
       if (wireType !== 0)
        break;
       message.dim_value = reader.int64();
       message.value = "dim_value";
       continue;
      }
     case 2: {
       if (wireType !== 2)
        break;
       message.dim_param = reader.string();
       message.value = "dim_param";
       continue;
      }
     case 3: {
       if (wireType !== 2)
        break;
       message.denotation = reader.string();
       continue;
      }
     }
     reader.skipType(wireType, _depth, tag);
     if (!reader.discardUnknown) {
      $util.makeProp(message, "$unknowns", false);
      (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
     }
    }
    if (length !== $undefined) {
     if (reader.pos !== end)
      throw $RangeError("index out of range");
     reader.len = length;
    }
    if (_end !== $undefined)
     throw $Error("missing end group");
    return message;
   };

   return Dimension;
  })();

  return TensorShapeProto;
 })();

 onnx.TypeProto = (function() {

  const TypeProto = function (properties) {
   if (properties)
    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
     if (properties[keys[i]] != null && keys[i] !== "__proto__")
      this[keys[i]] = properties[keys[i]];
  };

  TypeProto.prototype.tensor_type = null;
  TypeProto.prototype.sequence_type = null;
  TypeProto.prototype.map_type = null;
  TypeProto.prototype.optional_type = null;
  TypeProto.prototype.sparse_tensor_type = null;
  TypeProto.prototype.opaque_type = null;
  TypeProto.prototype.denotation = "";

  let $oneOfFields;

  $Object.defineProperty(TypeProto.prototype, "value", {
   get: $util.oneOfGetter($oneOfFields = ["tensor_type", "sequence_type", "map_type", "optional_type", "sparse_tensor_type", "opaque_type"]),
   set: $util.oneOfSetter($oneOfFields)
  });

  TypeProto.create = function(properties) {
   return new TypeProto(properties);
  };

  TypeProto.encode = function (message, writer, _depth) {
   if (!writer)
    writer = $Writer.create();
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $util.recursionLimit)
    throw $Error("max depth exceeded");
   if (message.tensor_type != null && $Object.hasOwnProperty.call(message, "tensor_type"))
    $root.onnx.TypeProto.Tensor.encode(message.tensor_type, writer.uint32(10).fork(), _depth + 1).ldelim();
   if (message.sequence_type != null && $Object.hasOwnProperty.call(message, "sequence_type"))
    $root.onnx.TypeProto.Sequence.encode(message.sequence_type, writer.uint32(34).fork(), _depth + 1).ldelim();
   if (message.map_type != null && $Object.hasOwnProperty.call(message, "map_type"))
    $root.onnx.TypeProto.Map.encode(message.map_type, writer.uint32(42).fork(), _depth + 1).ldelim();
   if (message.denotation != null && $Object.hasOwnProperty.call(message, "denotation"))
    writer.uint32(50).string(message.denotation);
   if (message.opaque_type != null && $Object.hasOwnProperty.call(message, "opaque_type"))
    $root.onnx.TypeProto.Opaque.encode(message.opaque_type, writer.uint32(58).fork(), _depth + 1).ldelim();
   if (message.sparse_tensor_type != null && $Object.hasOwnProperty.call(message, "sparse_tensor_type"))
    $root.onnx.TypeProto.SparseTensor.encode(message.sparse_tensor_type, writer.uint32(66).fork(), _depth + 1).ldelim();
   if (message.optional_type != null && $Object.hasOwnProperty.call(message, "optional_type"))
    $root.onnx.TypeProto.Optional.encode(message.optional_type, writer.uint32(74).fork(), _depth + 1).ldelim();
   if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
    for (let i = 0; i < message.$unknowns.length; ++i)
     writer.raw(message.$unknowns[i]);
   return writer;
  };

  TypeProto.decode = function (reader, length, _end, _depth, _target) {
   if (!(reader instanceof $Reader))
    reader = $Reader.create(reader);
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $Reader.recursionLimit)
    throw $Error("max depth exceeded");
   let end, message;
   if (length === $undefined)
    end = reader.len;
   else {
    end = reader.pos + length;
    if (end > reader.len)
     throw $RangeError("index out of range");
    length = reader.len;
    reader.len = end;
   }
   message = _target || new $root.onnx.TypeProto();
   while (reader.pos < end) {
    let start = reader.pos;
    let tag = reader.tag();
    if (tag === _end) {
     _end = $undefined;
     break;
    }
    let wireType = tag & 7;
    switch (tag >>>= 3) {
    case 1: {
      if (wireType !== 2)
       break;
      message.tensor_type = $root.onnx.TypeProto.Tensor.decode(reader, reader.size(), $undefined, _depth + 1, message.tensor_type);
      message.value = "tensor_type";
      continue;
     }
    case 4: {
      if (wireType !== 2)
       break;
      message.sequence_type = $root.onnx.TypeProto.Sequence.decode(reader, reader.size(), $undefined, _depth + 1, message.sequence_type);
      message.value = "sequence_type";
      continue;
     }
    case 5: {
      if (wireType !== 2)
       break;
      message.map_type = $root.onnx.TypeProto.Map.decode(reader, reader.size(), $undefined, _depth + 1, message.map_type);
      message.value = "map_type";
      continue;
     }
    case 9: {
      if (wireType !== 2)
       break;
      message.optional_type = $root.onnx.TypeProto.Optional.decode(reader, reader.size(), $undefined, _depth + 1, message.optional_type);
      message.value = "optional_type";
      continue;
     }
    case 8: {
      if (wireType !== 2)
       break;
      message.sparse_tensor_type = $root.onnx.TypeProto.SparseTensor.decode(reader, reader.size(), $undefined, _depth + 1, message.sparse_tensor_type);
      message.value = "sparse_tensor_type";
      continue;
     }
    case 7: {
      if (wireType !== 2)
       break;
      message.opaque_type = $root.onnx.TypeProto.Opaque.decode(reader, reader.size(), $undefined, _depth + 1, message.opaque_type);
      message.value = "opaque_type";
      continue;
     }
    case 6: {
      if (wireType !== 2)
       break;
      message.denotation = reader.string();
      continue;
     }
    }
    reader.skipType(wireType, _depth, tag);
    if (!reader.discardUnknown) {
     $util.makeProp(message, "$unknowns", false);
     (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
    }
   }
   if (length !== $undefined) {
    if (reader.pos !== end)
     throw $RangeError("index out of range");
    reader.len = length;
   }
   if (_end !== $undefined)
    throw $Error("missing end group");
   return message;
  };

  TypeProto.Tensor = (function() {

   const Tensor = function (properties) {
    if (properties)
     for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
      if (properties[keys[i]] != null && keys[i] !== "__proto__")
       this[keys[i]] = properties[keys[i]];
   };

   Tensor.prototype.elem_type = 0;
   Tensor.prototype.shape = null;

   Tensor.create = function(properties) {
    return new Tensor(properties);
   };

   Tensor.encode = function (message, writer, _depth) {
    if (!writer)
     writer = $Writer.create();
    if (_depth === $undefined)
     _depth = 0;
    if (_depth > $util.recursionLimit)
     throw $Error("max depth exceeded");
    if (message.elem_type != null && $Object.hasOwnProperty.call(message, "elem_type"))
     writer.uint32(8).int32(message.elem_type);
    if (message.shape != null && $Object.hasOwnProperty.call(message, "shape"))
     $root.onnx.TensorShapeProto.encode(message.shape, writer.uint32(18).fork(), _depth + 1).ldelim();
    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
     for (let i = 0; i < message.$unknowns.length; ++i)
      writer.raw(message.$unknowns[i]);
    return writer;
   };

   Tensor.decode = function (reader, length, _end, _depth, _target) {
    if (!(reader instanceof $Reader))
     reader = $Reader.create(reader);
    if (_depth === $undefined)
     _depth = 0;
    if (_depth > $Reader.recursionLimit)
     throw $Error("max depth exceeded");
    let end, message;
    if (length === $undefined)
     end = reader.len;
    else {
     end = reader.pos + length;
     if (end > reader.len)
      throw $RangeError("index out of range");
     length = reader.len;
     reader.len = end;
    }
    message = _target || new $root.onnx.TypeProto.Tensor();
    while (reader.pos < end) {
     let start = reader.pos;
     let tag = reader.tag();
     if (tag === _end) {
      _end = $undefined;
      break;
     }
     let wireType = tag & 7;
     switch (tag >>>= 3) {
     case 1: {
       if (wireType !== 0)
        break;
       message.elem_type = reader.int32();
       continue;
      }
     case 2: {
       if (wireType !== 2)
        break;
       message.shape = $root.onnx.TensorShapeProto.decode(reader, reader.size(), $undefined, _depth + 1, message.shape);
       continue;
      }
     }
     reader.skipType(wireType, _depth, tag);
     if (!reader.discardUnknown) {
      $util.makeProp(message, "$unknowns", false);
      (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
     }
    }
    if (length !== $undefined) {
     if (reader.pos !== end)
      throw $RangeError("index out of range");
     reader.len = length;
    }
    if (_end !== $undefined)
     throw $Error("missing end group");
    return message;
   };

   return Tensor;
  })();

  TypeProto.Sequence = (function() {

   const Sequence = function (properties) {
    if (properties)
     for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
      if (properties[keys[i]] != null && keys[i] !== "__proto__")
       this[keys[i]] = properties[keys[i]];
   };

   Sequence.prototype.elem_type = null;

   Sequence.create = function(properties) {
    return new Sequence(properties);
   };

   Sequence.encode = function (message, writer, _depth) {
    if (!writer)
     writer = $Writer.create();
    if (_depth === $undefined)
     _depth = 0;
    if (_depth > $util.recursionLimit)
     throw $Error("max depth exceeded");
    if (message.elem_type != null && $Object.hasOwnProperty.call(message, "elem_type"))
     $root.onnx.TypeProto.encode(message.elem_type, writer.uint32(10).fork(), _depth + 1).ldelim();
    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
     for (let i = 0; i < message.$unknowns.length; ++i)
      writer.raw(message.$unknowns[i]);
    return writer;
   };

   Sequence.decode = function (reader, length, _end, _depth, _target) {
    if (!(reader instanceof $Reader))
     reader = $Reader.create(reader);
    if (_depth === $undefined)
     _depth = 0;
    if (_depth > $Reader.recursionLimit)
     throw $Error("max depth exceeded");
    let end, message;
    if (length === $undefined)
     end = reader.len;
    else {
     end = reader.pos + length;
     if (end > reader.len)
      throw $RangeError("index out of range");
     length = reader.len;
     reader.len = end;
    }
    message = _target || new $root.onnx.TypeProto.Sequence();
    while (reader.pos < end) {
     let start = reader.pos;
     let tag = reader.tag();
     if (tag === _end) {
      _end = $undefined;
      break;
     }
     let wireType = tag & 7;
     switch (tag >>>= 3) {
     case 1: {
       if (wireType !== 2)
        break;
       message.elem_type = $root.onnx.TypeProto.decode(reader, reader.size(), $undefined, _depth + 1, message.elem_type);
       continue;
      }
     }
     reader.skipType(wireType, _depth, tag);
     if (!reader.discardUnknown) {
      $util.makeProp(message, "$unknowns", false);
      (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
     }
    }
    if (length !== $undefined) {
     if (reader.pos !== end)
      throw $RangeError("index out of range");
     reader.len = length;
    }
    if (_end !== $undefined)
     throw $Error("missing end group");
    return message;
   };

   return Sequence;
  })();

  TypeProto.Map = (function() {

   const Map = function (properties) {
    if (properties)
     for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
      if (properties[keys[i]] != null && keys[i] !== "__proto__")
       this[keys[i]] = properties[keys[i]];
   };

   Map.prototype.key_type = 0;
   Map.prototype.value_type = null;

   Map.create = function(properties) {
    return new Map(properties);
   };

   Map.encode = function (message, writer, _depth) {
    if (!writer)
     writer = $Writer.create();
    if (_depth === $undefined)
     _depth = 0;
    if (_depth > $util.recursionLimit)
     throw $Error("max depth exceeded");
    if (message.key_type != null && $Object.hasOwnProperty.call(message, "key_type"))
     writer.uint32(8).int32(message.key_type);
    if (message.value_type != null && $Object.hasOwnProperty.call(message, "value_type"))
     $root.onnx.TypeProto.encode(message.value_type, writer.uint32(18).fork(), _depth + 1).ldelim();
    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
     for (let i = 0; i < message.$unknowns.length; ++i)
      writer.raw(message.$unknowns[i]);
    return writer;
   };

   Map.decode = function (reader, length, _end, _depth, _target) {
    if (!(reader instanceof $Reader))
     reader = $Reader.create(reader);
    if (_depth === $undefined)
     _depth = 0;
    if (_depth > $Reader.recursionLimit)
     throw $Error("max depth exceeded");
    let end, message;
    if (length === $undefined)
     end = reader.len;
    else {
     end = reader.pos + length;
     if (end > reader.len)
      throw $RangeError("index out of range");
     length = reader.len;
     reader.len = end;
    }
    message = _target || new $root.onnx.TypeProto.Map();
    while (reader.pos < end) {
     let start = reader.pos;
     let tag = reader.tag();
     if (tag === _end) {
      _end = $undefined;
      break;
     }
     let wireType = tag & 7;
     switch (tag >>>= 3) {
     case 1: {
       if (wireType !== 0)
        break;
       message.key_type = reader.int32();
       continue;
      }
     case 2: {
       if (wireType !== 2)
        break;
       message.value_type = $root.onnx.TypeProto.decode(reader, reader.size(), $undefined, _depth + 1, message.value_type);
       continue;
      }
     }
     reader.skipType(wireType, _depth, tag);
     if (!reader.discardUnknown) {
      $util.makeProp(message, "$unknowns", false);
      (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
     }
    }
    if (length !== $undefined) {
     if (reader.pos !== end)
      throw $RangeError("index out of range");
     reader.len = length;
    }
    if (_end !== $undefined)
     throw $Error("missing end group");
    return message;
   };

   return Map;
  })();

  TypeProto.Optional = (function() {

   const Optional = function (properties) {
    if (properties)
     for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
      if (properties[keys[i]] != null && keys[i] !== "__proto__")
       this[keys[i]] = properties[keys[i]];
   };

   Optional.prototype.elem_type = null;

   Optional.create = function(properties) {
    return new Optional(properties);
   };

   Optional.encode = function (message, writer, _depth) {
    if (!writer)
     writer = $Writer.create();
    if (_depth === $undefined)
     _depth = 0;
    if (_depth > $util.recursionLimit)
     throw $Error("max depth exceeded");
    if (message.elem_type != null && $Object.hasOwnProperty.call(message, "elem_type"))
     $root.onnx.TypeProto.encode(message.elem_type, writer.uint32(10).fork(), _depth + 1).ldelim();
    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
     for (let i = 0; i < message.$unknowns.length; ++i)
      writer.raw(message.$unknowns[i]);
    return writer;
   };

   Optional.decode = function (reader, length, _end, _depth, _target) {
    if (!(reader instanceof $Reader))
     reader = $Reader.create(reader);
    if (_depth === $undefined)
     _depth = 0;
    if (_depth > $Reader.recursionLimit)
     throw $Error("max depth exceeded");
    let end, message;
    if (length === $undefined)
     end = reader.len;
    else {
     end = reader.pos + length;
     if (end > reader.len)
      throw $RangeError("index out of range");
     length = reader.len;
     reader.len = end;
    }
    message = _target || new $root.onnx.TypeProto.Optional();
    while (reader.pos < end) {
     let start = reader.pos;
     let tag = reader.tag();
     if (tag === _end) {
      _end = $undefined;
      break;
     }
     let wireType = tag & 7;
     switch (tag >>>= 3) {
     case 1: {
       if (wireType !== 2)
        break;
       message.elem_type = $root.onnx.TypeProto.decode(reader, reader.size(), $undefined, _depth + 1, message.elem_type);
       continue;
      }
     }
     reader.skipType(wireType, _depth, tag);
     if (!reader.discardUnknown) {
      $util.makeProp(message, "$unknowns", false);
      (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
     }
    }
    if (length !== $undefined) {
     if (reader.pos !== end)
      throw $RangeError("index out of range");
     reader.len = length;
    }
    if (_end !== $undefined)
     throw $Error("missing end group");
    return message;
   };

   return Optional;
  })();

  TypeProto.SparseTensor = (function() {

   const SparseTensor = function (properties) {
    if (properties)
     for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
      if (properties[keys[i]] != null && keys[i] !== "__proto__")
       this[keys[i]] = properties[keys[i]];
   };

   SparseTensor.prototype.elem_type = 0;
   SparseTensor.prototype.shape = null;

   SparseTensor.create = function(properties) {
    return new SparseTensor(properties);
   };

   SparseTensor.encode = function (message, writer, _depth) {
    if (!writer)
     writer = $Writer.create();
    if (_depth === $undefined)
     _depth = 0;
    if (_depth > $util.recursionLimit)
     throw $Error("max depth exceeded");
    if (message.elem_type != null && $Object.hasOwnProperty.call(message, "elem_type"))
     writer.uint32(8).int32(message.elem_type);
    if (message.shape != null && $Object.hasOwnProperty.call(message, "shape"))
     $root.onnx.TensorShapeProto.encode(message.shape, writer.uint32(18).fork(), _depth + 1).ldelim();
    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
     for (let i = 0; i < message.$unknowns.length; ++i)
      writer.raw(message.$unknowns[i]);
    return writer;
   };

   SparseTensor.decode = function (reader, length, _end, _depth, _target) {
    if (!(reader instanceof $Reader))
     reader = $Reader.create(reader);
    if (_depth === $undefined)
     _depth = 0;
    if (_depth > $Reader.recursionLimit)
     throw $Error("max depth exceeded");
    let end, message;
    if (length === $undefined)
     end = reader.len;
    else {
     end = reader.pos + length;
     if (end > reader.len)
      throw $RangeError("index out of range");
     length = reader.len;
     reader.len = end;
    }
    message = _target || new $root.onnx.TypeProto.SparseTensor();
    while (reader.pos < end) {
     let start = reader.pos;
     let tag = reader.tag();
     if (tag === _end) {
      _end = $undefined;
      break;
     }
     let wireType = tag & 7;
     switch (tag >>>= 3) {
     case 1: {
       if (wireType !== 0)
        break;
       message.elem_type = reader.int32();
       continue;
      }
     case 2: {
       if (wireType !== 2)
        break;
       message.shape = $root.onnx.TensorShapeProto.decode(reader, reader.size(), $undefined, _depth + 1, message.shape);
       continue;
      }
     }
     reader.skipType(wireType, _depth, tag);
     if (!reader.discardUnknown) {
      $util.makeProp(message, "$unknowns", false);
      (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
     }
    }
    if (length !== $undefined) {
     if (reader.pos !== end)
      throw $RangeError("index out of range");
     reader.len = length;
    }
    if (_end !== $undefined)
     throw $Error("missing end group");
    return message;
   };

   return SparseTensor;
  })();

  TypeProto.Opaque = (function() {

   const Opaque = function (properties) {
    if (properties)
     for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
      if (properties[keys[i]] != null && keys[i] !== "__proto__")
       this[keys[i]] = properties[keys[i]];
   };

   Opaque.prototype.domain = "";
   Opaque.prototype.name = "";

   Opaque.create = function(properties) {
    return new Opaque(properties);
   };

   Opaque.encode = function (message, writer, _depth) {
    if (!writer)
     writer = $Writer.create();
    if (_depth === $undefined)
     _depth = 0;
    if (_depth > $util.recursionLimit)
     throw $Error("max depth exceeded");
    if (message.domain != null && $Object.hasOwnProperty.call(message, "domain"))
     writer.uint32(10).string(message.domain);
    if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
     writer.uint32(18).string(message.name);
    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
     for (let i = 0; i < message.$unknowns.length; ++i)
      writer.raw(message.$unknowns[i]);
    return writer;
   };

   Opaque.decode = function (reader, length, _end, _depth, _target) {
    if (!(reader instanceof $Reader))
     reader = $Reader.create(reader);
    if (_depth === $undefined)
     _depth = 0;
    if (_depth > $Reader.recursionLimit)
     throw $Error("max depth exceeded");
    let end, message;
    if (length === $undefined)
     end = reader.len;
    else {
     end = reader.pos + length;
     if (end > reader.len)
      throw $RangeError("index out of range");
     length = reader.len;
     reader.len = end;
    }
    message = _target || new $root.onnx.TypeProto.Opaque();
    while (reader.pos < end) {
     let start = reader.pos;
     let tag = reader.tag();
     if (tag === _end) {
      _end = $undefined;
      break;
     }
     let wireType = tag & 7;
     switch (tag >>>= 3) {
     case 1: {
       if (wireType !== 2)
        break;
       message.domain = reader.string();
       continue;
      }
     case 2: {
       if (wireType !== 2)
        break;
       message.name = reader.string();
       continue;
      }
     }
     reader.skipType(wireType, _depth, tag);
     if (!reader.discardUnknown) {
      $util.makeProp(message, "$unknowns", false);
      (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
     }
    }
    if (length !== $undefined) {
     if (reader.pos !== end)
      throw $RangeError("index out of range");
     reader.len = length;
    }
    if (_end !== $undefined)
     throw $Error("missing end group");
    return message;
   };

   return Opaque;
  })();

  return TypeProto;
 })();

 onnx.OperatorSetIdProto = (function() {

  const OperatorSetIdProto = function (properties) {
   if (properties)
    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
     if (properties[keys[i]] != null && keys[i] !== "__proto__")
      this[keys[i]] = properties[keys[i]];
  };

  OperatorSetIdProto.prototype.domain = "";
  OperatorSetIdProto.prototype.version = 0;

  OperatorSetIdProto.create = function(properties) {
   return new OperatorSetIdProto(properties);
  };

  OperatorSetIdProto.encode = function (message, writer, _depth) {
   if (!writer)
    writer = $Writer.create();
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $util.recursionLimit)
    throw $Error("max depth exceeded");
   if (message.domain != null && $Object.hasOwnProperty.call(message, "domain"))
    writer.uint32(10).string(message.domain);
   if (message.version != null && $Object.hasOwnProperty.call(message, "version"))
    writer.uint32(16).int64(message.version);
   if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
    for (let i = 0; i < message.$unknowns.length; ++i)
     writer.raw(message.$unknowns[i]);
   return writer;
  };

  OperatorSetIdProto.decode = function (reader, length, _end, _depth, _target) {
   if (!(reader instanceof $Reader))
    reader = $Reader.create(reader);
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $Reader.recursionLimit)
    throw $Error("max depth exceeded");
   let end, message;
   if (length === $undefined)
    end = reader.len;
   else {
    end = reader.pos + length;
    if (end > reader.len)
     throw $RangeError("index out of range");
    length = reader.len;
    reader.len = end;
   }
   message = _target || new $root.onnx.OperatorSetIdProto();
   while (reader.pos < end) {
    let start = reader.pos;
    let tag = reader.tag();
    if (tag === _end) {
     _end = $undefined;
     break;
    }
    let wireType = tag & 7;
    switch (tag >>>= 3) {
    case 1: {
      if (wireType !== 2)
       break;
      message.domain = reader.string();
      continue;
     }
    case 2: {
      if (wireType !== 0)
       break;
      message.version = reader.int64();
      continue;
     }
    }
    reader.skipType(wireType, _depth, tag);
    if (!reader.discardUnknown) {
     $util.makeProp(message, "$unknowns", false);
     (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
    }
   }
   if (length !== $undefined) {
    if (reader.pos !== end)
     throw $RangeError("index out of range");
    reader.len = length;
   }
   if (_end !== $undefined)
    throw $Error("missing end group");
   return message;
  };

  return OperatorSetIdProto;
 })();

 onnx.OperatorStatus = (function() {
  const valuesById = $Object.create(null), values = $Object.create(valuesById);
  values[valuesById[0] = "EXPERIMENTAL"] = 0;
  values[valuesById[1] = "STABLE"] = 1;
  return values;
 })();

 onnx.FunctionProto = (function() {

  const FunctionProto = function (properties) {
   this.input = [];
   this.output = [];
   this.attribute = [];
   this.attribute_proto = [];
   this.node = [];
   this.opset_import = [];
   this.value_info = [];
   this.metadata_props = [];
   if (properties)
    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
     if (properties[keys[i]] != null && keys[i] !== "__proto__")
      this[keys[i]] = properties[keys[i]];
  };

  FunctionProto.prototype.name = "";
  FunctionProto.prototype.input = $util.emptyArray;
  FunctionProto.prototype.output = $util.emptyArray;
  FunctionProto.prototype.attribute = $util.emptyArray;
  FunctionProto.prototype.attribute_proto = $util.emptyArray;
  FunctionProto.prototype.node = $util.emptyArray;
  FunctionProto.prototype.doc_string = "";
  FunctionProto.prototype.opset_import = $util.emptyArray;
  FunctionProto.prototype.domain = "";
  FunctionProto.prototype.overload = "";
  FunctionProto.prototype.value_info = $util.emptyArray;
  FunctionProto.prototype.metadata_props = $util.emptyArray;

  FunctionProto.create = function(properties) {
   return new FunctionProto(properties);
  };

  FunctionProto.encode = function (message, writer, _depth) {
   if (!writer)
    writer = $Writer.create();
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $util.recursionLimit)
    throw $Error("max depth exceeded");
   if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
    writer.uint32(10).string(message.name);
   if (message.input != null && message.input.length)
    for (let i = 0; i < message.input.length; ++i)
     writer.uint32(34).string(message.input[i]);
   if (message.output != null && message.output.length)
    for (let i = 0; i < message.output.length; ++i)
     writer.uint32(42).string(message.output[i]);
   if (message.attribute != null && message.attribute.length)
    for (let i = 0; i < message.attribute.length; ++i)
     writer.uint32(50).string(message.attribute[i]);
   if (message.node != null && message.node.length)
    for (let i = 0; i < message.node.length; ++i)
     $root.onnx.NodeProto.encode(message.node[i], writer.uint32(58).fork(), _depth + 1).ldelim();
   if (message.doc_string != null && $Object.hasOwnProperty.call(message, "doc_string"))
    writer.uint32(66).string(message.doc_string);
   if (message.opset_import != null && message.opset_import.length)
    for (let i = 0; i < message.opset_import.length; ++i)
     $root.onnx.OperatorSetIdProto.encode(message.opset_import[i], writer.uint32(74).fork(), _depth + 1).ldelim();
   if (message.domain != null && $Object.hasOwnProperty.call(message, "domain"))
    writer.uint32(82).string(message.domain);
   if (message.attribute_proto != null && message.attribute_proto.length)
    for (let i = 0; i < message.attribute_proto.length; ++i)
     $root.onnx.AttributeProto.encode(message.attribute_proto[i], writer.uint32(90).fork(), _depth + 1).ldelim();
   if (message.value_info != null && message.value_info.length)
    for (let i = 0; i < message.value_info.length; ++i)
     $root.onnx.ValueInfoProto.encode(message.value_info[i], writer.uint32(98).fork(), _depth + 1).ldelim();
   if (message.overload != null && $Object.hasOwnProperty.call(message, "overload"))
    writer.uint32(106).string(message.overload);
   if (message.metadata_props != null && message.metadata_props.length)
    for (let i = 0; i < message.metadata_props.length; ++i)
     $root.onnx.StringStringEntryProto.encode(message.metadata_props[i], writer.uint32(114).fork(), _depth + 1).ldelim();
   if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
    for (let i = 0; i < message.$unknowns.length; ++i)
     writer.raw(message.$unknowns[i]);
   return writer;
  };

  FunctionProto.decode = function (reader, length, _end, _depth, _target) {
   if (!(reader instanceof $Reader))
    reader = $Reader.create(reader);
   if (_depth === $undefined)
    _depth = 0;
   if (_depth > $Reader.recursionLimit)
    throw $Error("max depth exceeded");
   let end, message;
   if (length === $undefined)
    end = reader.len;
   else {
    end = reader.pos + length;
    if (end > reader.len)
     throw $RangeError("index out of range");
    length = reader.len;
    reader.len = end;
   }
   message = _target || new $root.onnx.FunctionProto();
   while (reader.pos < end) {
    let start = reader.pos;
    let tag = reader.tag();
    if (tag === _end) {
     _end = $undefined;
     break;
    }
    let wireType = tag & 7;
    switch (tag >>>= 3) {
    case 1: {
      if (wireType !== 2)
       break;
      message.name = reader.string();
      continue;
     }
    case 4: {
      if (wireType !== 2)
       break;
      if (!(message.input && message.input.length))
       message.input = [];
      message.input.push(reader.string());
      continue;
     }
    case 5: {
      if (wireType !== 2)
       break;
      if (!(message.output && message.output.length))
       message.output = [];
      message.output.push(reader.string());
      continue;
     }
    case 6: {
      if (wireType !== 2)
       break;
      if (!(message.attribute && message.attribute.length))
       message.attribute = [];
      message.attribute.push(reader.string());
      continue;
     }
    case 11: {
      if (wireType !== 2)
       break;
      if (!(message.attribute_proto && message.attribute_proto.length))
       message.attribute_proto = [];
      message.attribute_proto.push($root.onnx.AttributeProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    case 7: {
      if (wireType !== 2)
       break;
      if (!(message.node && message.node.length))
       message.node = [];
      message.node.push($root.onnx.NodeProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    case 8: {
      if (wireType !== 2)
       break;
      message.doc_string = reader.string();
      continue;
     }
    case 9: {
      if (wireType !== 2)
       break;
      if (!(message.opset_import && message.opset_import.length))
       message.opset_import = [];
      message.opset_import.push($root.onnx.OperatorSetIdProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    case 10: {
      if (wireType !== 2)
       break;
      message.domain = reader.string();
      continue;
     }
    case 13: {
      if (wireType !== 2)
       break;
      message.overload = reader.string();
      continue;
     }
    case 12: {
      if (wireType !== 2)
       break;
      if (!(message.value_info && message.value_info.length))
       message.value_info = [];
      message.value_info.push($root.onnx.ValueInfoProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    case 14: {
      if (wireType !== 2)
       break;
      if (!(message.metadata_props && message.metadata_props.length))
       message.metadata_props = [];
      message.metadata_props.push($root.onnx.StringStringEntryProto.decode(reader, reader.size(), $undefined, _depth + 1));
      continue;
     }
    }
    reader.skipType(wireType, _depth, tag);
    if (!reader.discardUnknown) {
     $util.makeProp(message, "$unknowns", false);
     (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
    }
   }
   if (length !== $undefined) {
    if (reader.pos !== end)
     throw $RangeError("index out of range");
    reader.len = length;
   }
   if (_end !== $undefined)
    throw $Error("missing end group");
   return message;
  };

  return FunctionProto;
 })();

 return onnx;
})();

export {
  $root as default
};
