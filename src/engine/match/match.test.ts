import { describe, expect, it } from 'vitest';
import { BadInput } from '../../core/failure.ts';
import type { ElementType, TensorSpec } from '../../core/onnx/facts.ts';
import type { DataColumn } from '../data/dataFile.ts';
import { dataOf, opened } from '../testing.ts';
import { settleText } from './convert.ts';
import { matchColumns, type MatchTask } from './match.ts';

const input = (name: string, width: number | string = 1, type: ElementType = 'float32'): TensorSpec => ({
  name,
  kind: 'tensor',
  type,
  shape: ['n', width],
});
const column = (name: string, kind: DataColumn['kind'] = 'number'): DataColumn => ({
  name,
  kind,
  type: { number: 'DOUBLE', text: 'VARCHAR', truth: 'BOOLEAN', time: 'DATE', other: 'STRUCT' }[kind],
});
const match = (task: Partial<MatchTask>): ReturnType<typeof matchColumns> =>
  matchColumns({
    inputs: [],
    metadata: {},
    columns: [],
    label: null,
    reference: null,
    path: 'data.csv',
    ...task,
  });
const pairs = (plan: ReturnType<typeof matchColumns>): string[] =>
  plan.pairings.map(pairing => `${pairing.input} <- ${pairing.column} (${pairing.by})`);

describe('columns for inputs', () => {
  it('are found by name, exactly first, then without regard to case and punctuation', () => {
    const plan = match({
      inputs: [input('credit_amount'), input('Age'), input('age')],
      columns: [column('Credit Amount'), column('age'), column('Age'), column('spare')],
    });
    expect(pairs(plan)).toEqual([
      'credit_amount <- Credit Amount (name)',
      'Age <- Age (name)',
      'age <- age (name)',
    ]);
  });

  it('fill several matrices by numbered names', () => {
    const plan = match({
      inputs: [input('ids', 2), input('mask', '?')],
      columns: [
        column('mask[1]'),
        column('ids_1'),
        column('mask[0]'),
        column('ids_0'),
        column('words', 'text'),
      ],
    });
    expect(pairs(plan)).toEqual([
      'ids[0] <- ids_0 (name)',
      'ids[1] <- ids_1 (name)',
      'mask[0] <- mask[0] (name)',
      'mask[1] <- mask[1] (name)',
    ]);
  });

  it('fill a matrix by the feature names of the metadata, in that order', () => {
    for (const feature_names of ['["b", "a"]', 'b, a']) {
      const plan = match({
        inputs: [input('x', 2)],
        metadata: { feature_names },
        columns: [column('a'), column('spare'), column('b')],
      });
      expect(pairs(plan)).toEqual(['x[0] <- b (feature names)', 'x[1] <- a (feature names)']);
    }
  });

  it('fill a matrix by the names of the reference when the data has more columns', () => {
    const plan = match({
      inputs: [input('x', 2)],
      columns: [column('b'), column('day'), column('a'), column('y')],
      label: 'y',
      reference: ['a', 'b', 'y'],
    });
    expect(pairs(plan)).toEqual(['x[0] <- a (feature names)', 'x[1] <- b (feature names)']);
  });

  it('fill a matrix by order, the label left out', () => {
    const plan = match({
      inputs: [input('x', 2)],
      columns: [column('a'), column('y'), column('b')],
      label: 'y',
    });
    expect(pairs(plan)).toEqual(['x[0] <- a (order)', 'x[1] <- b (order)']);
    expect(plan.inputs[0]).toMatchObject({ tail: [2], fixedRows: null, columns: [0, 1] });
  });

  it('fill a matrix of open width, and an image row by row', () => {
    const columns = ['a', 'b', 'c', 'd'].map(name => column(name));
    expect(match({ inputs: [input('x', 'd')], columns }).inputs[0]!.tail).toEqual([4]);
    const image: TensorSpec = { name: 'x', kind: 'tensor', type: 'float32', shape: [1, 1, 2, 2] };
    expect(match({ inputs: [image], columns }).inputs[0]).toMatchObject({ tail: [1, 2, 2], fixedRows: 1 });
  });

  it('fill a matrix with what the named inputs leave', () => {
    const plan = match({
      inputs: [input('city', 1, 'string'), input('numbers', 2)],
      columns: [column('a'), column('city', 'text'), column('b')],
    });
    expect(pairs(plan)).toEqual([
      'city <- city (name)',
      'numbers[0] <- a (order)',
      'numbers[1] <- b (order)',
    ]);
  });

  it('are named when they are missing', () => {
    const lost = (): unknown =>
      match({ inputs: [input('purpose'), input('age')], columns: [column('age')], path: 'credit.csv' });
    expect(lost).toThrow(BadInput);
    expect(lost).toThrow(
      '`credit.csv` has no column `purpose`, which the model needs. Choose another file or rename a column',
    );
  });

  it('are counted when a matrix has another width', () => {
    expect(() => match({ inputs: [input('x', 3)], columns: [column('a'), column('b')] })).toThrow(
      /takes 3 values a row.*`data\.csv` has 2 columns/,
    );
  });

  it.each([
    ['time', 'dates or times'],
    ['other', 'nested values'],
  ] as const)('of %s are refused as numbers', (kind, words) => {
    expect(() => match({ inputs: [input('a')], columns: [column('a', kind)] })).toThrow(words);
  });

  it('of bytes are refused as words, too', () => {
    const columns = [{ ...column('a', 'other'), type: 'BLOB' }];
    expect(() => match({ inputs: [input('a', 1, 'string')], columns })).toThrow(
      /holds bytes \(BLOB\), .* Write it as the words/,
    );
  });
});

describe('text that is wanted as numbers', () => {
  const settle = async (text: string): Promise<ReturnType<typeof matchColumns>> => {
    const data = await opened(await dataOf(text));
    return await settleText(data, match({ inputs: [input('a')], columns: data.columns }));
  };

  it('is refused with the first such value and its row', async () => {
    await expect(settle('a,b\n1,2\nred,3\n')).rejects.toThrow(/`red` in column `a` \(row 2\)/);
  });

  it('is read when it says true and false', async () => {
    const plan = await settle('a,b\nTrue,2\nFalse,3\n');
    expect(plan.features).toEqual([{ name: 'a', as: 'truth' }]);
    expect(plan.pairings[0]!.rule).toBe('true is 1, false is 0; missing is NaN');
  });
});
