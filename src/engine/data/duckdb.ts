import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';

/** DuckDB may hold this much; what does not fit goes to its temporary folder. */
const memoryLimit = '512MB';

/** Rows of a stream that wait for who reads them: more would only be held. */
const readAhead = '16MB';

/** A private in-memory database that can read the named file and touch nothing else. */
export interface LockedDatabase {
  readonly connection: DuckDBConnection;
  /** Its temporary folder, absolute. */
  readonly temporary: string;
  readonly close: () => Promise<void>;
}

/**
 * Opens DuckDB with no extension loading, a memory limit, a temporary folder of its own, times in UTC wherever the
 * machine is, and only these files to read or write. The configuration is locked, so no expression a user writes can loosen it.
 * @param files absolute paths
 * @param folder where the temporary folder is made
 * @param parts whether files in the temporary folder may be written and read, too
 */
export async function openLocked(
  files: string | readonly string[],
  folder = tmpdir(),
  parts = false,
): Promise<LockedDatabase> {
  const temporary = await mkdtemp(join(folder, 'slipway-data-'));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`
    set autoinstall_known_extensions = false;
    set autoload_known_extensions = false;
    set memory_limit = ${quote(memoryLimit)};
    set temp_directory = ${quote(temporary)};
    set streaming_buffer_size = ${quote(readAhead)};
    set TimeZone = 'UTC';
    set allowed_directories = [${parts ? quote(temporary) : ''}];
    set allowed_paths = [${[files].flat().map(quote).join(', ')}];
    set enable_external_access = false;
    set lock_configuration = true;
  `);
  return {
    connection,
    temporary,
    async close() {
      connection.closeSync();
      instance.closeSync();
      await rm(temporary, { recursive: true, force: true });
    },
  };
}

/** A SQL string literal. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
