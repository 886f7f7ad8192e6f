import { expect, it } from 'vitest';
import { columnsIn } from './columnsIn.ts';

it.each([
  ['age < 30', ['age']],
  [`purpose = 'education' and "credit amount" > 1e3`, ['purpose', 'credit amount']],
  [`lower(housing) in ('own', 'rent') or not telephone is null`, ['housing', 'telephone']],
  [`seen::date >= date '2024-01-01' and cast(age as integer) between 18 and 25`, ['seen', 'age']],
  [`"a""b" = 'it''s' and größe > 3`, ['a"b', 'größe']],
  ['case when age > 3 then true else false end', ['age']],
  ['1 = 1', []],
])('%s', (where, columns) => {
  expect(columnsIn(where)).toEqual(columns);
});
