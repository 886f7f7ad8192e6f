import { DuckDBInstance } from '@duckdb/node-api';

/**
 * Writes rows of random numbers in [-5, 5), columns x0 to x{width - 1}, with a label y of 0 and 1 that leans on x0.
 * @param files their endings say the format; the same rows go to all of them
 * @param more further columns, in SQL
 * @param seed from -1 to 1
 */
export async function writeRows(
  files: readonly string[],
  rows: number,
  width: number,
  more: readonly string[] = [],
  seed = 0.5,
): Promise<void> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  // Read by one thread, so that the seed gives the same rows each time.
  await connection.run('set threads = 1');
  const columns = Array.from({ length: width }, (_, i) => `(random() * 10 - 5)::float as x${i}`).concat(more);
  await connection.run(`select setseed(${seed})`);
  const [first, ...others] = files;
  const made = `select *, (random() < 1 / (1 + exp(-x0)))::int as y from (select ${columns.join(', ')} from range(${rows}))`;
  await connection.run(`copy (${made}) to '${first}'`);
  for (const file of others) await connection.run(`copy (from '${first}') to '${file}'`);
  connection.closeSync();
}
