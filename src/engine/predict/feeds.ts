import type { Tensor } from 'onnxruntime-node';
import type { Table } from '../../core/data/table.ts';
import type { Mix } from '../../core/explain/types.ts';
import type { MatchPlan } from '../match/plan.ts';
import { runtime } from '../model/runtime.ts';
import { columnElements, emptyElements, type Elements } from './elements.ts';
import { composeMixes, type MixPlaces } from './mixes.ts';

type MakeTensor = (type: string, data: Elements, shape: readonly number[]) => Tensor;

/** A table's features as the elements that the model's inputs take, ready to be gathered. */
export interface Pool {
  readonly rows: number;
  /** pool.inputs[i][c]: all rows of the c-th element of input i. */
  readonly inputs: readonly (readonly Elements[])[];
}

/** Fills the model's inputs from pools. Buffers are used again from call to call. */
export class Feeds {
  readonly #plan: MatchPlan;
  readonly #tensor: MakeTensor;
  readonly #buffers: Elements[];
  /** Inputs and their elements that a feature fills. */
  readonly #elements: readonly (readonly (readonly [input: number, element: number])[])[];
  #capacity = 0;

  private constructor(plan: MatchPlan, tensor: MakeTensor) {
    this.#plan = plan;
    this.#tensor = tensor;
    this.#buffers = [];
    this.#elements = plan.features.map((_, feature) =>
      plan.inputs.flatMap(({ columns }, i) =>
        columns.flatMap((column, c) => (column === feature ? [[i, c] as const] : [])),
      ),
    );
  }

  static async create(plan: MatchPlan): Promise<Feeds> {
    const { Tensor } = await runtime();
    const construct = Tensor as unknown as new (
      type: string,
      data: Elements,
      shape: readonly number[],
    ) => Tensor;
    return new Feeds(plan, (type, data, shape) => new construct(type, data, shape));
  }

  /**
   * @param table the plan's features, in their order
   * @param offset row in the data of the table's first row, for sentences
   */
  pool(table: Table, path: string, offset = 0): Pool {
    return {
      rows: table.rows,
      inputs: this.#plan.inputs.map(input =>
        input.columns.map(feature =>
          columnElements(table.columns[feature]!, input.type, { input: input.name, path, offset }),
        ),
      ),
    };
  }

  /** Features of a row. */
  get features(): number {
    return this.#plan.features.length;
  }

  /**
   * A pool for one use, by `slice`: real numbers are the table's own, and are rounded as they are laid down, so
   * that a stream's rows are not copied twice.
   */
  passing(table: Table, path: string, offset = 0): Pool {
    return {
      rows: table.rows,
      inputs: this.#plan.inputs.map(({ columns, type, name }) =>
        columns.map(feature => {
          const column = table.columns[feature]!;
          return column.kind === 'number' && (type === 'float32' || type === 'float64')
            ? column.values
            : columnElements(column, type, { input: name, path, offset });
        }),
      ),
    };
  }

  /** Whether a feature fills the inputs alike from two rows of a pool. */
  same(pool: Pool, feature: number, a: number, b: number): boolean {
    const filled = this.#elements[feature]!;
    for (let e = 0; e < filled.length; e++) {
      const [i, c] = filled[e]!;
      const elements = pool.inputs[i]![c]!;
      if (!Object.is(elements[a], elements[b])) return false;
    }
    return true;
  }

  /** Rows [from, from + count) of a pool, repeated at the end up to `padded` rows. */
  slice(pool: Pool, from: number, count: number, padded: number): Record<string, Tensor> {
    this.#reserve(padded);
    this.#plan.inputs.forEach(({ columns }, i) => {
      pool.inputs[i]!.forEach((source, c) => {
        gatherRange(this.#buffers[i]!, source, columns.length, c, from, count, padded);
      });
    });
    return this.#tensors(padded);
  }

  /** Composed rows [from, from + count): row i takes feature j from pool row picks[i * d + j]. */
  gather(
    pool: Pool,
    picks: Int32Array,
    d: number,
    from: number,
    count: number,
    padded: number,
  ): Record<string, Tensor> {
    this.#reserve(padded);
    this.#plan.inputs.forEach(({ columns }, i) => {
      const target = this.#buffers[i]!;
      pool.inputs[i]!.forEach((source, c) => {
        gatherPicks(target, source, columns.length, c, picks, d, columns[c]!, from, count, padded);
      });
    });
    return this.#tensors(padded);
  }

  /** Composed rows [from, from + count) of mixes. */
  mix(
    pool: Pool,
    mixes: readonly Mix[],
    places: MixPlaces,
    from: number,
    count: number,
    padded: number,
  ): Record<string, Tensor> {
    this.#reserve(padded);
    this.#plan.inputs.forEach(({ columns }, i) => {
      const target = this.#buffers[i]!;
      composeMixes(target, pool.inputs[i]!, columns, mixes, places, from, from + count);
      for (let at = 0; at < columns.length; at++) repeatLast(target, columns.length, at, count, padded);
    });
    return this.#tensors(padded);
  }

  /** Points [from, from + count) of a matrix of features, row-major, for inputs of real numbers. */
  points(points: Float64Array, from: number, count: number, padded: number): Record<string, Tensor> {
    const d = this.#plan.features.length;
    this.#reserve(padded);
    this.#plan.inputs.forEach(({ columns }, i) => {
      const target = this.#buffers[i] as Float32Array | Float64Array;
      for (let p = 0, at = 0; p < padded; p++) {
        const start = (from + Math.min(p, count - 1)) * d;
        for (const feature of columns) target[at++] = points[start + feature]!;
      }
    });
    return this.#tensors(padded);
  }

  /** What the buffers hold in their first rows. */
  #tensors(rows: number): Record<string, Tensor> {
    const feeds: Record<string, Tensor> = {};
    this.#plan.inputs.forEach((input, i) => {
      const buffer = this.#buffers[i]!;
      const length = rows * input.columns.length;
      const data =
        buffer.length === length
          ? buffer
          : Array.isArray(buffer)
            ? buffer.slice(0, length)
            : (buffer.subarray(0, length) as Elements);
      feeds[input.name] = this.#tensor(input.type, data, [rows, ...input.tail]);
    });
    return feeds;
  }

  #reserve(rows: number): void {
    if (rows <= this.#capacity) return;
    this.#capacity = rows;
    this.#plan.inputs.forEach((input, i) => {
      this.#buffers[i] = emptyElements(input.type, rows * input.columns.length);
    });
  }
}

/** All element kinds are written alike; one shape of code for them keeps the loops monomorphic enough. */
type Slots<T> = { [index: number]: T };

function gatherRange(
  target: Elements,
  source: Elements,
  width: number,
  at: number,
  from: number,
  count: number,
  padded: number,
): void {
  if (width === 1 && !Array.isArray(target) && !Array.isArray(source)) {
    const part = source.subarray(from, from + count);
    target.set(part as never, 0);
    if (padded > count)
      (target as { fill(v: unknown, a: number, b: number): void }).fill(part[count - 1], count, padded);
    return;
  }
  if (target instanceof Float32Array && source instanceof Float64Array) {
    for (let i = 0, t = at; i < count; i++, t += width) target[t] = source[from + i]!;
  } else {
    const slots = target as Slots<unknown>;
    const values = source as Slots<unknown>;
    for (let i = 0; i < count; i++) slots[i * width + at] = values[from + i];
  }
  repeatLast(target, width, at, count, padded);
}

/** Rows [count, padded) are the last one again. */
function repeatLast(target: Elements, width: number, at: number, count: number, padded: number): void {
  const slots = target as Slots<unknown>;
  for (let i = count; i < padded; i++) slots[i * width + at] = slots[(count - 1) * width + at];
}

function gatherPicks(
  target: Elements,
  source: Elements,
  width: number,
  at: number,
  picks: Int32Array,
  d: number,
  feature: number,
  from: number,
  count: number,
  padded: number,
): void {
  if (target instanceof Float32Array && source instanceof Float32Array) {
    for (let i = 0, p = from * d + feature, t = at; i < count; i++, p += d, t += width)
      target[t] = source[picks[p]!]!;
  } else {
    const slots = target as Slots<unknown>;
    const values = source as Slots<unknown>;
    for (let i = 0; i < count; i++) slots[i * width + at] = values[picks[(from + i) * d + feature]!];
  }
  repeatLast(target, width, at, count, padded);
}
