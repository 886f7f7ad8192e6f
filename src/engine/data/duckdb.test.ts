import { expect, it } from 'vitest';
import { openLocked } from './duckdb.ts';

it('knows times in UTC, wherever the machine is', async () => {
  const database = await openLocked([]);
  try {
    const found = await database.connection.runAndReadAll(
      `select current_setting('TimeZone'), ('2024-07-01 00:00:00+00'::timestamptz)::varchar`,
    );
    expect(found.getRows()).toEqual([['UTC', '2024-07-01 00:00:00+00']]);
  } finally {
    await database.close();
  }
});
