import { describe, expect, it } from 'vitest';
import { golden, rowsOf, type Row } from '../../../../tools/fixtures/exampleModel.ts';
import { examplePlan } from '../../../../tools/fixtures/examplePlan.ts';
import { onnx } from '../../onnx/onnx.generated.js';
import { floats, integer, integers, modelOf, node, numbers, text, texts, value } from '../../onnx/testing.ts';
import { linearMargins, linearRounding, LinearShap } from '../linear/shap.ts';
import { combinedEnsemble } from './combined.ts';
import { binned, evaluateForest, forestOf } from './forest.ts';
import { planAdditive } from './pipeline.ts';
import { proveReading, roundingOf } from './proof.ts';
import { TreeShap } from './shap.ts';

const still = { aborted: false, throwIfAborted: (): void => undefined };

interface Explained {
  readonly model: string;
  readonly data: string;
  readonly background_data: string;
  readonly output: string;
  readonly players: readonly string[];
  readonly rows: readonly number[];
  readonly background: readonly number[];
  readonly values: readonly (readonly number[])[];
  readonly base_values: readonly number[];
}

const { exact, additive } = await golden<{ exact: Explained[]; additive: Explained }>('shapley.json');
// Of models whose players are all their columns, in the space of the margin.
const whole = [additive, ...exact.filter(({ output }) => output === 'value')];

describe.each(whole)('$model in its raw columns', entry => {
  it("gives shap's values of the columns, one player each", async () => {
    const [data, reference] = [await rowsOf(entry.data), await rowsOf(entry.background_data)];
    const example = await examplePlan(entry.model, entry.players);
    const { plan, columns } = example;
    expect(plan.merged).toBeNull();
    expect([...columns].sort()).toEqual([...entry.players].sort());
    const pool: readonly Row[] = [
      ...entry.rows.map(row => data[row]!),
      ...entry.background.map(row => reference[row]!),
    ];
    const { encoded, scores } = await example.run(pool.length, (row, column) => pool[row]![column]!);
    const n = entry.rows.length;
    const features = plan.playerOf.length;
    const rows = { data: encoded.subarray(0, n * features), rows: n };
    const background = { data: encoded.subarray(n * features), rows: pool.length - n };
    const all = { data: encoded, rows: pool.length };
    // Answers of two classes: the golden values are those of the first, `bad`.
    const forest = plan.kind === 'trees' ? forestOf(combinedEnsemble(plan, true)) : null;
    const margins =
      forest === null
        ? linearMargins(plan, all)
        : evaluateForest(forest, binned(forest, encoded, pool.length), pool.length);
    const rounding = forest === null ? linearRounding(plan, all) : roundingOf(forest);
    expect(proveReading(margins, plan.columns.length, plan.link, scores, rounding).refused).toBeNull();
    const found =
      forest === null
        ? new LinearShap({ players: columns, plan, column: 0, space: 'margin' }, background).explain(
            rows,
            null,
          )
        : new TreeShap(
            { players: columns, plan, forest, column: 0, method: 'interventional', space: 'margin' },
            background,
          ).explain(rows, null, still);
    const range = Math.max(...margins) - Math.min(...margins);
    entry.values.forEach((values, i) => {
      expect(Math.abs(found.baseValue - entry.base_values[i]!) / range).toBeLessThan(1e-5);
      values.forEach((expected, j) => {
        const at = columns.indexOf(entry.players[j]!);
        expect(Math.abs(found.values[i * columns.length + at]! - expected) / range).toBeLessThan(1e-5);
      });
    });
  });

  it('has a player behind every encoded column: swapping one raw column changes only its own', async () => {
    const data = await rowsOf(entry.data);
    const example = await examplePlan(entry.model, entry.players);
    const { plan, columns } = example;
    const features = plan.playerOf.length;
    const n = columns.length;
    // Row p is row 0 with column p of another row.
    const [own, other] = [data[0]!, data[41]!];
    const { encoded } = await example.run(n + 2, (row, column) =>
      row === n + 1 || columns[row] === column ? other[column]! : own[column]!,
    );
    const at = (row: number, feature: number): number => encoded[row * features + feature]!;
    for (let p = 0; p < n; p++)
      for (let f = 0; f < features; f++) expect(at(p, f)).toBe(at(plan.playerOf[f] === p ? n + 1 : n, f));
  });
});

const { INT64, STRING } = onnx.TensorProto.DataType;

function plannedOf(nodes: Parameters<typeof modelOf>[0], output = 'y'): ReturnType<typeof planAdditive> {
  return planAdditive(modelOf(nodes), output);
}

/** A linear regressor that reads all of `from`. */
const regressor = (from: string, features: number): ReturnType<typeof node> =>
  node(
    'ai.onnx.ml.LinearRegressor',
    [from],
    ['y'],
    [
      numbers(
        'coefficients',
        Array.from({ length: features }, (_, f) => f + 1),
      ),
      numbers('intercepts', [0.5]),
    ],
  );

describe('planAdditive', () => {
  it('follows encoders back to the columns of several inputs', () => {
    const planned = plannedOf({
      name: 'g',
      node: [
        node('Concat', ['a', 'b'], ['ab'], [integer('axis', 1)]),
        node('ai.onnx.ml.Imputer', ['ab'], ['filled'], [numbers('imputed_value_floats', [1, 2])]),
        node(
          'ai.onnx.ml.Scaler',
          ['filled'],
          ['scaled'],
          [numbers('offset', [0, 0]), numbers('scale', [1, 2])],
        ),
        node('ai.onnx.ml.OneHotEncoder', ['word'], ['hot3'], [texts('cats_strings', ['x', 'y', 'z'])]),
        node('Reshape', ['hot3', 'shape'], ['hot'], []),
        node('ai.onnx.ml.ArrayFeatureExtractor', ['scaled', 'last'], ['lastOne'], []),
        node('Concat', ['hot', 'scaled', 'lastOne'], ['all'], [integer('axis', -1)]),
        regressor('all', 6),
      ],
      input: [value('word', ['n', 1], STRING), value('a', ['n', 1]), value('b', ['n', 1])],
      output: [value('y', ['n', 1])],
      initializer: [
        { name: 'shape', dims: [2], data_type: INT64, int64_data: [-1, 3] },
        { name: 'last', dims: [1], data_type: INT64, int64_data: [1] },
      ],
    });
    expect(planned).toMatchObject({ plan: { kind: 'linear', input: 'all', link: 'identity', merged: null } });
    if ('plan' in planned) expect([...planned.plan.playerOf]).toEqual([0, 0, 0, 1, 2, 2]);
  });

  it('takes columns together that an operator mixes, and says so', () => {
    const planned = plannedOf({
      name: 'g',
      node: [
        node('Concat', ['a', 'b'], ['ab'], [integer('axis', 1)]),
        node('ai.onnx.ml.Normalizer', ['ab'], ['unit'], [text('norm', 'L2')]),
        node('Concat', ['unit', 'c'], ['all'], [integer('axis', 1)]),
        regressor('all', 3),
      ],
      input: ['a', 'b', 'c'].map(name => value(name, ['n', 1])),
      output: [value('y', ['n', 1])],
    });
    expect(planned).toMatchObject({ plan: { players: [[0, 1], [2]] } });
    if ('plan' in planned) expect(planned.plan.merged).toContain('a[0], b[0]');
  });

  it.each([
    ['mix all its columns', [node('ai.onnx.ml.Normalizer', ['x'], ['z'], []), regressor('z', 4)]],
    [
      'Clip stands between its sums and its scores',
      [node('MatMul', ['x', 'w'], ['z']), node('Clip', ['z'], ['y'])],
    ],
    ['TopK cannot be followed back', [node('TopK', ['x', 'k'], ['z', 'i']), regressor('z', 4)]],
    [
      'its scores add trees and linear terms',
      [stump('x', 'trees'), linear('x', 'line'), node('Add', ['trees', 'line'], ['y'])],
    ],
    ['no tree ensemble or linear operator', []],
  ])('refuses in a sentence when %s', (reason, nodes) => {
    const planned = plannedOf({
      name: 'g',
      node: nodes,
      input: [value('x', ['n', 4])],
      output: [value('y', ['n', 1])],
      initializer: [floats('w', [4, 1], [1, 2, 3, 4])],
    });
    expect(planned).toEqual({
      refused: expect.stringMatching(
        new RegExp(`^The model has no exact method: .*${reason}.*\\. Explain it as a black box\\.$`),
      ) as string,
    });
  });

  it('refuses an ensemble that tests columns its matrix lacks', () => {
    const planned = plannedOf({
      name: 'g',
      node: [regressor('x', 4)],
      input: [value('x', ['n', 3])],
      output: [value('y', ['n', 1])],
    });
    expect(planned).toEqual({
      refused: expect.stringContaining('column 3 of a matrix of 3 columns') as string,
    });
  });

  it('asks for the width of a matrix that the file does not give', () => {
    const graph = {
      name: 'g',
      node: [regressor('x', 3)],
      input: [value('x', ['n', 'd'])],
      output: [value('y', ['n', 1])],
    };
    expect(plannedOf(graph)).toHaveProperty('refused');
    expect(planAdditive(modelOf(graph), 'y', new Map([['x', 3]]))).toHaveProperty('plan');
  });
});

function linear(input: string, output: string): ReturnType<typeof node> {
  return node(
    'ai.onnx.ml.LinearRegressor',
    [input],
    [output],
    [numbers('coefficients', [1, 2, 3, 4]), numbers('intercepts', [0.5])],
  );
}

/** One test with two leaves. */
function stump(input: string, output: string): ReturnType<typeof node> {
  return node(
    'ai.onnx.ml.TreeEnsembleRegressor',
    [input],
    [output],
    [
      integer('n_targets', 1),
      integers('nodes_treeids', [0, 0, 0]),
      integers('nodes_nodeids', [0, 1, 2]),
      integers('nodes_featureids', [0, 0, 0]),
      numbers('nodes_values', [0.5, 0, 0]),
      texts('nodes_modes', ['BRANCH_LEQ', 'LEAF', 'LEAF']),
      integers('nodes_truenodeids', [1, 0, 0]),
      integers('nodes_falsenodeids', [2, 0, 0]),
      integers('target_treeids', [0, 0]),
      integers('target_nodeids', [1, 2]),
      integers('target_ids', [0, 0]),
      numbers('target_weights', [1, -1]),
    ],
  );
}
