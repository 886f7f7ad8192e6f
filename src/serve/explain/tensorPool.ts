import type { ElementType } from '../../core/onnx/facts.ts';
import type { MatchPlan } from '../../engine/match/plan.ts';
import type { Elements } from '../../engine/predict/elements.ts';
import type { Pool } from '../../engine/predict/feeds.ts';
import type { Signature, Tensor } from '../contracts/request.ts';

/**
 * Tensors as the engine takes tables: each element of an input's row is a column.
 * @param tensors in the order of the signature; their shapes stand for what it leaves open
 * @param features names for the elements of a matrix, where the model has some
 */
export function tensorPlan(
  { inputs }: Signature,
  tensors: readonly Tensor[],
  features: readonly string[] | null,
): MatchPlan {
  const names: string[] = [];
  const plans = inputs.map(({ name, type }, place) => {
    const tail = tensors[place]!.shape.slice(1);
    const width = tail.reduce((all, size) => all * size, 1);
    const columns = Array.from({ length: width }, (_, element) => {
      const known = inputs.length === 1 && features?.length === width ? features[element] : undefined;
      names.push(known ?? (width === 1 ? name : `${name}[${element}]`));
      return names.length - 1;
    });
    return { name, type: type as ElementType, tail, fixedRows: null, columns };
  });
  return { inputs: plans, features: names.map(name => ({ name, as: 'number' })), pairings: [] };
}

/** @param tensors in the order of the signature */
export function tensorPool(tensors: readonly Tensor[]): Pool {
  const rows = tensors[0]?.shape[0] ?? 0;
  return {
    rows,
    inputs: tensors.map(({ data, shape }) => {
      const width = shape.slice(1).reduce((all, size) => all * size, 1);
      if (width === 1) return [data];
      return Array.from({ length: width }, (_, column) => {
        const elements = data.slice(0, rows) as Elements;
        for (let row = 0; row < rows; row++)
          (elements as unknown[])[row] = (data as readonly unknown[])[row * width + column];
        return elements;
      });
    }),
  };
}
