import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Column, Table } from '../../core/data/table.ts';
import { BadInput } from '../../core/failure.ts';
import type { ElementType } from '../../core/onnx/facts.ts';
import type { DataSource, Golden, ModelSource } from '../../protocol/engine.ts';
import { DataFile } from '../data/dataFile.ts';
import { matchData } from '../match/matchData.ts';
import type { MatchPlan } from '../match/plan.ts';
import { forSingleRows, loadModel, type LoadedModel } from '../model/load.ts';
import { numbersOf } from '../predict/elements.ts';
import { Feeds } from '../predict/feeds.ts';
import { blankRows } from '../runtime/blank.ts';

/** The words of the Open Inference Protocol for ONNX's element types. */
const datatypes: Readonly<Partial<Record<string, string>>> = {
  float16: 'FP16',
  float32: 'FP32',
  float64: 'FP64',
  int8: 'INT8',
  int16: 'INT16',
  int32: 'INT32',
  int64: 'INT64',
  uint8: 'UINT8',
  uint16: 'UINT16',
  uint32: 'UINT32',
  uint64: 'UINT64',
  bool: 'BOOL',
  string: 'BYTES',
};

/** Rows of data (or of zeros and empty words) as the protocol's tensors, and this machine's answer to them. */
export async function golden(request: {
  readonly model: ModelSource;
  readonly data: DataSource | null;
  readonly rows: number;
}): Promise<Golden> {
  const model = await loadModel(request.model);
  const session = await model.session(forSingleRows);
  try {
    const { plan, table } =
      request.data === null
        ? blankRows(model.facts.inputs, request.rows)
        : await completeRows(model, request.data, request.rows);
    const rows = plan.inputs.reduce((count, input) => input.fixedRows ?? count, table.rows);
    const feeds = await Feeds.create(plan);
    const tensors = feeds.slice(
      feeds.pool(table, request.data?.path ?? ''),
      0,
      Math.min(rows, table.rows),
      rows,
    );
    return {
      inputs: plan.inputs.map(({ name, type }) => written(name, type, tensors[name]!)),
      outputs: await answered(session, tensors),
      rows,
    };
  } finally {
    await session.release();
  }
}

async function answered(
  session: InferenceSession,
  tensors: Record<string, Tensor>,
): Promise<Golden['outputs']> {
  const answers = (await session.run(tensors)) as Record<string, Tensor>;
  return session.outputNames.map(name => {
    const tensor = answers[name]!;
    const plain = written(name, tensor.type as ElementType, tensor);
    const finite = plain.data.map(value =>
      typeof value === 'number' && !Number.isFinite(value) ? null : value,
    );
    return { ...plain, data: finite };
  });
}

function written(name: string, type: ElementType, tensor: Tensor): Golden['inputs'][number] {
  const datatype = datatypes[type];
  if (datatype === undefined)
    throw new BadInput(
      'output-kind',
      `The model's \`${name}\` has the type ${type}, which the Open Inference Protocol cannot carry.`,
    );
  const { data } = tensor;
  const values =
    type === 'string'
      ? Array.from(data as string[])
      : type === 'bool'
        ? Array.from(data as Uint8Array, value => value !== 0)
        : Array.from(numbersOf(data, type));
  return { name, shape: [...tensor.dims], datatype, data: values };
}

/** The first rows without a missing value: JSON has no word for a missing number. */
async function completeRows(
  model: LoadedModel,
  source: DataSource,
  rows: number,
): Promise<{ plan: MatchPlan; table: Table }> {
  const data = await DataFile.open(source);
  try {
    const plan = await matchData(model.facts, data, null, null);
    const table = await data.read(plan.features, { offset: 0, limit: Math.max(200, rows * 20) });
    const complete: number[] = [];
    for (let row = 0; row < table.rows && complete.length < rows; row++)
      if (table.columns.every(column => !isMissing(column, row))) complete.push(row);
    if (complete.length === 0) return blankRows(model.facts.inputs, rows);
    return { plan, table: pick(table, complete) };
  } finally {
    await data.close();
  }
}

function isMissing(column: Column, row: number): boolean {
  return column.kind === 'number' ? !Number.isFinite(column.values[row]) : column.codes[row] === -1;
}

function pick(table: Table, rows: readonly number[]): Table {
  return {
    rows: rows.length,
    columns: table.columns.map(column =>
      column.kind === 'number'
        ? { ...column, values: Float64Array.from(rows, row => column.values[row]!) }
        : { ...column, codes: Int32Array.from(rows, row => column.codes[row]!) },
    ),
  };
}
