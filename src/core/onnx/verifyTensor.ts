import { BadInput } from '../failure.ts';
import { onnx } from './onnx.generated.js';
import { bitsOf, elementCount, isExternal, tensorNumbers } from './tensor.ts';
import { has, type PlacedSparseTensor, type PlacedTensor } from './walk.ts';

const T = onnx.TensorProto.DataType;
const TYPES = new Set<number>(Object.values(T));

/** A dense tensor that stands for a sparse one may not be larger: ONNX Runtime unfolds it in memory. */
const LARGEST_UNFOLDED = 2 ** 31;

type ValueField =
  | 'raw_data'
  | 'float_data'
  | 'int32_data'
  | 'string_data'
  | 'int64_data'
  | 'double_data'
  | 'uint64_data';
const VALUE_FIELDS: readonly ValueField[] = [
  'raw_data',
  'float_data',
  'int32_data',
  'string_data',
  'int64_data',
  'double_data',
  'uint64_data',
];

/** Which field holds a type's values when they are not raw, and how many entries an element takes there. */
function typedField(type: number): readonly [field: ValueField, entries: number] {
  switch (type) {
    case T.FLOAT:
      return ['float_data', 1];
    case T.COMPLEX64:
      return ['float_data', 2];
    case T.DOUBLE:
      return ['double_data', 1];
    case T.COMPLEX128:
      return ['double_data', 2];
    case T.INT64:
      return ['int64_data', 1];
    case T.UINT32:
    case T.UINT64:
      return ['uint64_data', 1];
    case T.STRING:
      return ['string_data', 1];
    default:
      // Types below a byte are packed, byte by byte, into the int32 entries.
      return ['int32_data', Math.min(1, bitsOf(type)! / 8)];
  }
}

function fail(where: string, what: string): never {
  throw new BadInput(
    'damaged-tensor',
    `The model is damaged: the ${where} ${what}. Export or copy it again.`,
  );
}

/** @throws BadInput when type, shape and values of a tensor do not fit together */
export function verifyTensor({ tensor, where }: PlacedTensor): void {
  const { data_type: type, dims } = tensor;
  if (type === T.UNDEFINED) fail(where, 'has no element type');
  if (!TYPES.has(type)) fail(where, `has the element type ${type}, which ONNX does not know`);
  const count = elementCount(dims);
  if (count === null) fail(where, `has the shape [${dims.join(', ')}], which is not possible`);
  if (tensor.segment !== null) fail(where, 'is stored in segments, which ONNX Runtime does not read');
  const filled = VALUE_FIELDS.filter(field => tensor[field].length > 0);
  if (isExternal(tensor)) {
    if (filled.length > 0) fail(where, `says its values lie in another file, and has ${filled[0]!} as well`);
    if (type === T.STRING) fail(where, 'keeps strings in another file, which ONNX does not allow');
    return;
  }
  if (filled.length > 1) fail(where, `has its values twice, in ${filled.join(' and ')}`);
  const [field] = filled;
  if (field === undefined) {
    if (count > 0) fail(where, `has ${count} elements and no values`);
    return;
  }
  verifyLength(tensor, field, count, where);
}

function verifyLength(tensor: onnx.TensorProto, field: ValueField, count: number, where: string): void {
  const type = tensor.data_type;
  const found = tensor[field].length;
  const [expectedField, entries] = typedField(type);
  if (field === 'raw_data') {
    const bits = bitsOf(type);
    if (bits === null) fail(where, 'holds strings as raw bytes, which ONNX does not allow');
    // count <= 2^53, so count * bits may round; what is beyond 2^53 cannot equal a real length anyway.
    const bytes = Math.ceil((count * bits) / 8);
    if (bytes !== found) fail(where, `has ${found} bytes where its shape and type ask for ${bytes}`);
    return;
  }
  if (field !== expectedField) fail(where, `keeps its values in ${field} instead of ${expectedField}`);
  const length = Math.ceil(count * entries);
  if (length !== found) fail(where, `has ${found} values where its shape asks for ${length}`);
}

/** @throws BadInput when values, indices and shape of a sparse tensor do not fit together */
export function verifySparse({ sparse, where }: PlacedSparseTensor): void {
  const { values, indices, dims } = sparse;
  if (values === null) fail(where, 'has no values');
  const size = elementCount(dims);
  if (size === null || dims.length === 0)
    fail(where, `has the shape [${dims.join(', ')}], which is not possible`);
  if (size * ((bitsOf(values.data_type) ?? 128) / 8) > LARGEST_UNFOLDED) {
    fail(where, `unfolds to ${size} elements, more than 2 GiB`);
  }
  if (values.dims.length !== 1) fail(where, 'has values that are no list');
  const stored = values.dims[0]!;
  if (stored > size) fail(where, `stores ${stored} values for ${size} elements`);
  if (indices === null) {
    if (stored > 0) fail(where, 'has values without indices');
    return;
  }
  verifyIndices(indices, stored, dims, where);
}

function verifyIndices(
  indices: onnx.TensorProto,
  stored: number,
  dims: readonly number[],
  where: string,
): void {
  if (indices.data_type !== T.INT64) fail(where, 'has indices that are not int64');
  const numbers = isExternal(indices) ? null : (tensorNumbers(indices) ?? []);
  if (numbers === null) fail(where, 'keeps its indices in another file, where they cannot be checked');
  const [rows, rank] = indices.dims;
  const linear = indices.dims.length === 1;
  if (rows !== stored || (!linear && (indices.dims.length !== 2 || rank !== dims.length))) {
    fail(where, `has indices of shape [${indices.dims.join(', ')}] for ${stored} values`);
  }
  const axes = linear ? [dims.reduce((product, dim) => product * dim, 1)] : dims;
  let before = -1;
  for (let row = 0; row < stored; row++) {
    let position = 0;
    for (const [axis, dim] of axes.entries()) {
      const index = numbers[row * axes.length + axis] ?? -1;
      if (index < 0 || index >= dim) fail(where, `has the index ${index} on an axis of ${dim}`);
      position = position * dim + index;
    }
    if (position <= before) fail(where, 'has indices that do not ascend');
    before = position;
  }
}

const FIELD_OF_TYPE: ReadonlyMap<number, keyof onnx.AttributeProto> = new Map<
  number,
  keyof onnx.AttributeProto
>([
  [onnx.AttributeProto.AttributeType.FLOAT, 'f'],
  [onnx.AttributeProto.AttributeType.INT, 'i'],
  [onnx.AttributeProto.AttributeType.STRING, 's'],
  [onnx.AttributeProto.AttributeType.TENSOR, 't'],
  [onnx.AttributeProto.AttributeType.GRAPH, 'g'],
  [onnx.AttributeProto.AttributeType.SPARSE_TENSOR, 'sparse_tensor'],
  [onnx.AttributeProto.AttributeType.TYPE_PROTO, 'tp'],
  [onnx.AttributeProto.AttributeType.FLOATS, 'floats'],
  [onnx.AttributeProto.AttributeType.INTS, 'ints'],
  [onnx.AttributeProto.AttributeType.STRINGS, 'strings'],
  [onnx.AttributeProto.AttributeType.TENSORS, 'tensors'],
  [onnx.AttributeProto.AttributeType.GRAPHS, 'graphs'],
  [onnx.AttributeProto.AttributeType.SPARSE_TENSORS, 'sparse_tensors'],
  [onnx.AttributeProto.AttributeType.TYPE_PROTOS, 'type_protos'],
]);
const ATTRIBUTE_FIELDS = [...FIELD_OF_TYPE.values()];

/**
 * @param inFunction whether the attribute may refer to one of the function's
 * @throws BadInput when an attribute's value is not of the type it states
 */
export function verifyAttribute(attribute: onnx.AttributeProto, owner: string, inFunction: boolean): void {
  const where = `attribute "${attribute.name}" of ${owner}`;
  if (attribute.name === '') fail(owner, 'has an attribute without a name');
  const filled = ATTRIBUTE_FIELDS.filter(field => {
    const value = attribute[field];
    return Array.isArray(value) ? value.length > 0 : has(attribute, field);
  });
  if (attribute.ref_attr_name !== '') {
    if (!inFunction) fail(where, 'refers to a function, outside of any');
    if (filled.length > 0) fail(where, 'has a value and refers to another attribute as well');
    return;
  }
  // Files of the first IR versions leave the type out; then the value tells it.
  const field = FIELD_OF_TYPE.get(attribute.type) ?? (attribute.type === 0 ? filled[0] : undefined);
  if (field === undefined) fail(where, 'has no type that ONNX knows');
  const other = filled.find(one => one !== field);
  if (other !== undefined) fail(where, `holds a value (${other}) that is not of its type (${field})`);
  // A number or text that is left out is 0 or empty; a message has no such default.
  if (attribute[field] === null) fail(where, 'has no value');
}
