import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { cellAt, type Table } from '../../core/data/table.ts';
import { BadInput } from '../../core/failure.ts';
import { dataOf, example, opened, scratch } from '../testing.ts';
import { DataFile, type Wanted } from './dataFile.ts';

const cells = (table: Table): unknown[][] =>
  Array.from({ length: table.rows }, (_, row) => table.columns.map(column => cellAt(column, row)));

const both: Wanted[] = [
  { name: 'n', as: 'number' },
  { name: 'w', as: 'text' },
];

describe('a data file', () => {
  it('reads CSV, Parquet and JSON lines alike', async () => {
    const csv = await dataOf('n,w\n1,a\n,b\n2.5,\n');
    const lines = await dataOf('{"n":1,"w":"a"}\n{"n":null,"w":"b"}\n{"n":2.5,"w":null}\n', 'data.jsonl');
    const array = await dataOf('[{"n":1,"w":"a"},{"w":"b"},{"n":2.5}]', 'data.json');
    const parquet = join(await scratch(), 'data.parquet');
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run(
      `copy (select * from (values (1::float,'a'),(null,'b'),(2.5,null)) t(n,w)) to '${parquet}' (format parquet)`,
    );
    for (const source of [csv, lines, array, { file: parquet, path: 'data.parquet' }]) {
      const data = await opened(source);
      expect(cells(await data.read(both))).toEqual([
        [1, 'a'],
        [null, 'b'],
        [2.5, null],
      ]);
      expect(await data.rows()).toBe(3);
    }
  });

  it('streams batches in the order of the file, across the chunks of the database', async () => {
    const rows = 5000;
    const data = await opened(
      await dataOf(`n,w\n${Array.from({ length: rows }, (_, i) => `${i},w${i % 7}`).join('\n')}\n`),
    );
    const seen: unknown[][] = [];
    for await (const { offset, table } of data.scan(both, 777)) {
      expect(offset).toBe(seen.length);
      seen.push(...cells(table));
    }
    expect(seen).toEqual(Array.from({ length: rows }, (_, i) => [i, `w${i % 7}`]));
    expect(cells(await data.read(both, { offset: 4998, limit: 5 }))).toEqual([
      [4998, 'w0'],
      [4999, 'w1'],
    ]);
    expect(cells(await data.read(both, [3, 4097]))).toEqual([
      [3, 'w3'],
      [4097, 'w2'],
    ]);
  });

  it('reads missing floats and doubles as missing, wherever a batch begins', async () => {
    const parquet = join(await scratch(), 'data.parquet');
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run(
      `copy (select case when i % 7 > 0 then i::float end as f, case when i % 11 > 0 then i::double end as d, ` +
        `case when i % 13 > 0 then i end as n from range(5000) t(i)) to '${parquet}'`,
    );
    const data = await opened({ file: parquet, path: 'data.parquet' });
    const seen: unknown[][] = [];
    const wanted = ['f', 'd', 'n'].map(name => ({ name, as: 'number' as const }));
    for await (const { table } of data.scan(wanted, 777)) seen.push(...cells(table));
    expect(seen).toEqual(
      Array.from({ length: 5000 }, (_, i) => [7, 11, 13].map(every => (i % every > 0 ? i : null))),
    );
  });

  it('gives equal rows equal keys, whatever the kind of file', async () => {
    const keysOf = async (text: string, name: string): Promise<number[]> => {
      const data = await opened(await dataOf(text, name));
      for await (const { keys } of data.scan(both, 10, 2)) return Array.from(keys);
      return [];
    };
    const csv = await keysOf('n,w\n1,a\n2,a\n1,a\n,\n', 'data.csv');
    expect(csv[0]).toBe(csv[2]);
    expect(new Set(csv).size).toBe(3);
    expect(await keysOf('{"n":1,"w":"a"}\n{"n":2,"w":"a"}\n', 'data.jsonl')).toEqual(csv.slice(0, 2));
  });

  it('keeps words as they are written', async () => {
    const data = await opened(await dataOf('code,day,flag\n007,2026-01-02,True\n012,2026-01-03,False\n'));
    const wanted = ['code', 'day', 'flag'].map(name => ({ name, as: 'text' as const }));
    expect(cells(await data.read(wanted))).toEqual([
      ['007', '2026-01-02', 'True'],
      ['012', '2026-01-03', 'False'],
    ]);
    expect(cells(await data.read([{ name: 'flag', as: 'truth' }]))).toEqual([[1], [0]]);
  });

  it('reads what pandas takes for missing as missing', async () => {
    const data = await opened(await dataOf('n,w\nNA,NA\nNaN,null\n1,None\n'));
    expect(cells(await data.read(both))).toEqual([
      [null, null],
      [null, null],
      [1, 'None'],
    ]);
  });

  it('finds the first text that is no number', async () => {
    const data = await opened(await dataOf('n,m\n1,1\nx,2\n'));
    expect(await data.firstNotNumber('n')).toEqual({ row: 1, value: 'x' });
    expect(await data.firstNotNumber('m')).toBeNull();
  });

  it('cannot be made to read another file or loosen its configuration', async () => {
    const data = await opened(await dataOf('n\n1\n'));
    await expect(data.query("select * from read_text('/etc/hostname')")).rejects.toThrow(/disabled/);
    await expect(data.query("copy (select 1) to 'out.csv'")).rejects.toThrow(/disabled/);
    await expect(data.query('set enable_external_access = true')).rejects.toThrow(/locked|cannot/i);
    await expect(data.query('set memory_limit = 1')).rejects.toThrow(/locked/);
  });
});

describe('the header of a CSV file', () => {
  const one = [['x', 'y'], [[1, 2]]];
  it.each([
    ['is the first line', 'x,y\n1,2\n', one],
    ['is the first that is not empty', '\ufeff\r\n  \r\nx,y\r\n1,2\r\n', one],
    [
      'is kept over one column after a line that ends in CRLF',
      '\r\nx\r\na\r\nb\r\n',
      [['x'], [['a'], ['b']]],
    ],
    ['is kept over one column after a comment in CRLF', '# made\r\n\r\nx\r\n1\r\n', [['x'], [[1]]]],
    ['is no part of a byte order mark', '\ufeff"x"\n1\n', [['x'], [[1]]]],
    ['may hold quotes after a byte order mark', '\ufeff"x ""y"""\r\na\r\n', [['x "y"'], [['a']]]],
    ['may be several after a byte order mark', '\ufeff"x","y"\n1,2\n', one],
    ['may hold a delimiter after a byte order mark', '\ufeff"x, y"\n1\n', [['x, y'], [[1]]]],
    ['may be empty after a byte order mark', '\ufeff"",y\n1,2\n', [['column0', 'y'], [[1, 2]]]],
    ['comes after comments', '# made by hand\n\n# again\nx,y\n1,2\n', one],
    ['may begin with #', '#x,y\n1,2\n', [['#x', 'y'], [[1, 2]]]],
    ['is not passed over for a line that fits the next', 'x\n1,2\n', [['x'], [['1,2']]]],
    ['comes after a comment of as many fields', '# a, b\nx,y\n1,2\n', one],
    [
      'is the last of several comments over numbers',
      '# made by\n# x,y\n1.0e+00,nan\n',
      [['x', 'y'], [[1, null]]],
    ],
    [
      'is the last also where others have as many fields',
      '# a, b\n# x,y\n1,2\ninf,2\n',
      [
        ['x', 'y'],
        [
          [1, 2],
          [Infinity, 2],
        ],
      ],
    ],
    ['is the last of several comments over one column', '# a\r\n# "x"\r\n1\r\n', [['x'], [[1]]]],
    ['is a comment over words and numbers', '# made by\n# x,y\na,2\n', [['x', 'y'], [['a', 2]]]],
    ['is no comment over the names of numbers', '# made by\n# a, b\nx,y\n1,2\n', one],
    [
      'is the first line with # over words that begin with #',
      '#x,y\n#a,b\nc,d\n',
      [
        ['#x', 'y'],
        [
          ['#a', 'b'],
          ['c', 'd'],
        ],
      ],
    ],
    [
      'is no comment of numbers',
      '#x,y\n#1,2\n3,4\n',
      [
        ['#x', 'y'],
        [
          ['#1', 2],
          ['3', 4],
        ],
      ],
    ],
    [
      'may stand over a row that begins with #',
      'x,y\na,1\n#b,2\n',
      [
        ['x', 'y'],
        [
          ['a', 1],
          ['#b', 2],
        ],
      ],
    ],
    ['may begin with # over words', '#x\na\n2\nb\n', [['#x'], [['a'], ['2'], ['b']]]],
    ['may be one name that holds a delimiter', '"x, y"\n"a, b"\n"c, d"\n', [['x, y'], [['a, b'], ['c, d']]]],
  ])('%s', async (_, text, expected) => {
    const data = await opened(await dataOf(text));
    const wanted = data.columns.map(({ name, kind }): Wanted => ({
      name,
      as: kind === 'number' ? 'number' : 'text',
    }));
    expect([data.columns.map(({ name }) => name), cells(await data.read(wanted))]).toEqual(expected);
  });

  it('is missed in a file of an empty line, which has no rows', async () => {
    expect(await (await opened(await dataOf('\n'))).rows()).toBe(0);
  });

  it('comes after a comment of a long file, too', async () => {
    // The first 64 KB end in the sign of a number.
    const data = await opened(await dataOf(`# made\nx\n${'-1\n'.repeat(30_000)}`));
    expect(data.columns).toMatchObject([{ name: 'x', kind: 'number' }]);
  });

  it.each([
    ['x,y\n1,2,3\n', /Line 2 .* has 3 fields where the header has 2/],
    ['x,y\n1,2,3\n4,5,6\n', /Line 2 .* has 3 fields where the header has 2/],
    ['x,y\n1\n2\n', /Line 2 .* has 1 field where the header has 2/],
    ['x;y\none\ntwo\n', /Line 2 .* has 1 field where the header has 2/],
    ['# a, b\n\nx,y\n1\n', /Line 4 .* has 1 field where the header has 2/],
    ['\nx,y\n1,2\n3,4,5\n6,7,8\n', /Line 4 .* has 3 fields where the header has 2/],
    ['\r\nx,y\r\n1\r\n2\r\n', /Line 3 .* has 1 field where the header has 2/],
    ['\r\nx\r\n1\r\n2\n', /its lines end in different ways/],
    ['\ufeff"x,z",y\n1,2\n', /Line 1 .* has a byte order mark before a quoted name that holds a delimiter/],
    ['\ufeff"x, y"\na,b\n', /Line 1 .* has a byte order mark before a quoted name that holds a delimiter/],
    [
      '\ufeff"x\ny",z\n1,2\n',
      /Line 1 .* has a byte order mark before a quoted name that holds .* an end of line/,
    ],
    ['# made by\n# "x,z",y\n1,2\n', /Line 2 .* has `#` before a quoted name that holds a delimiter/],
    ['# x,y\n1,2\n3,4\n# end\n', /Line 4 .* has 1 field where the header has 2/],
    ['# title\nx,y\n1,2,3\n', /Line 3 .* has 3 fields where the header has 2/],
  ])('is held against the other lines: %j', async (text, sentence) => {
    await expect(DataFile.open(await dataOf(text))).rejects.toThrow(sentence);
  });
});

describe('a file that cannot be used', () => {
  it.each([
    ['a kind it does not know', 'data.xlsx', 'a', /not a data format/],
    ['an empty file', 'data.csv', '', /is empty/],
    ['what is no Parquet', 'data.parquet', 'n,w\n1,2\n', /cannot be read/],
    ['what is no JSON', 'data.jsonl', 'n,w\n1,2\n', /cannot be read/],
    [
      'a line of fewer fields',
      'data.csv',
      'a,b,c\n1,2,3\n1,2\n1,2,3\n',
      /Line 3 .* has 2 fields where the header has 3/,
    ],
    [
      'a line of more fields',
      'data.tsv',
      'a\tb\n1\t2\n1\t2\t3\n1\t2\n1\t2\n',
      /Line 3 .* has 3 fields where the header has 2/,
    ],
    ['a line without end', 'data.csv', `a,b\n1,${'x'.repeat(3e6)}\n1,2\n`, /a line of more than 2 MB/],
    ['a name that stands for several files', 'data[1].csv', 'n\n1\n', /several files/],
  ])('is refused for %s', async (_, name, text, sentence) => {
    const source = await dataOf(text, name);
    await expect(DataFile.open(source)).rejects.toThrow(sentence);
    await expect(DataFile.open(source)).rejects.toThrow(BadInput);
  });

  it('is refused when it is missing', async () => {
    await expect(DataFile.open(example('credit-risk/data/none.csv'))).rejects.toThrow(/no file/);
  });

  it('is refused when it is not UTF-8', async () => {
    const bytes = Uint8Array.from([...Buffer.from('n,w\n'), 0x31, 0x2c, 0xff, 0xfe, 0xe9, 0x0a]);
    const read = (async () => {
      const data = await opened(await dataOf(bytes));
      return await data.read(both);
    })();
    await expect(read).rejects.toThrow(/UTF-8/);
  });

  it('says which late line has other fields than the header', async () => {
    const rows = Array.from({ length: 150_000 }, (_, i) => (i === 149_000 ? '1,2,3' : '1,2'));
    const data = await opened(await dataOf(`n,w\n${rows.join('\n')}\n`));
    await expect(data.read(both)).rejects.toThrow(/Line 149002 .* has 3 fields where the header has 2/);
  });

  it('is one column where that is all it has', async () => {
    const data = await opened(await dataOf('"a, b"\none\ntwo\n'));
    expect(data.columns).toMatchObject([{ name: 'a, b' }]);
  });

  it('says where a late word stands in a column of numbers', async () => {
    const rows = Array.from({ length: 150_000 }, (_, i) => (i === 149_000 ? 'oops' : String(i)));
    const data = await opened(await dataOf(`n\n${rows.join('\n')}\n`));
    await expect(data.read([{ name: 'n', as: 'number' }])).rejects.toThrow(
      /`oops` in column `n` on line 149002/,
    );
  });
});
