import type { Tensor } from 'onnxruntime-node';
import type { Column, Table } from '../../core/data/table.ts';
import type { TensorSpec } from '../../core/onnx/facts.ts';
import type { MatchPlan } from '../match/plan.ts';
import { Feeds } from '../predict/feeds.ts';

/** Rows of zeros and empty words, as wide as the signature says (1 where it leaves a size open). */
export function blankRows(
  inputs: readonly TensorSpec[],
  rows: number,
): { readonly plan: MatchPlan; readonly table: Table } {
  const columns: Column[] = [];
  const plans = inputs.map(input => {
    const tail = input.shape.slice(1).map(size => (typeof size === 'number' && size > 0 ? size : 1));
    const width = tail.reduce((all, size) => all * size, 1);
    const first = input.shape[0];
    const places = Array.from({ length: width }, (_, i) => {
      const name = width === 1 ? input.name : `${input.name}[${i}]`;
      return (
        columns.push(
          input.type === 'string'
            ? { kind: 'category', name, codes: new Int32Array(rows), levels: [''] }
            : { kind: 'number', name, values: new Float64Array(rows) },
        ) - 1
      );
    });
    return {
      name: input.name,
      type: input.type,
      tail,
      fixedRows: typeof first === 'number' && first > 0 ? first : null,
      columns: places,
    };
  });
  const features = columns.map(({ name, kind }) => ({
    name,
    as: kind === 'category' ? ('text' as const) : ('number' as const),
  }));
  return { plan: { inputs: plans, features, pairings: [] }, table: { rows, columns } };
}

/** Tensors of zeros and empty words for one call. */
export async function blankFeeds(
  inputs: readonly TensorSpec[],
  rows: number,
): Promise<Record<string, Tensor>> {
  const { plan, table } = blankRows(inputs, rows);
  const padded = plan.inputs.reduce((count, input) => input.fixedRows ?? count, rows);
  const feeds = await Feeds.create(plan);
  return feeds.slice(feeds.pool(table, 'the signature'), 0, rows, padded);
}
