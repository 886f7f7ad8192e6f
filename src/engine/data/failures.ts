import { BadInput } from '../../core/failure.ts';
import { bytes, counted } from '../../core/words.ts';

/**
 * What DuckDB says of a file, for the person who chose it.
 * @param path the file as results name it
 */
export function dataFailure(error: unknown, path: string): Error {
  const message = error instanceof Error ? error.message : String(error);
  if (/interrupt/i.test(message)) return error instanceof Error ? error : new Error(message);
  const conversion =
    /Error when converting column "(.+?)"\. Could not convert string "([^]*?)" to '(\w+)'/.exec(message);
  if (conversion !== null) {
    const line = /CSV Error on Line: (\d+)/.exec(message)?.[1];
    return new BadInput(
      'not-a-number',
      `\`${path}\` holds \`${conversion[2] ?? ''}\` in column \`${conversion[1] ?? ''}\`` +
        `${line === undefined ? '' : ` on line ${line}`}, where a number is needed. Mend that value or leave it empty.`,
    );
  }
  const cast = /Could not convert string '([^]*?)' to DOUBLE/.exec(message);
  if (cast !== null)
    return new BadInput(
      'not-a-number',
      `\`${path}\` holds \`${cast[1] ?? ''}\` where a number is needed. Mend that value or leave it empty.`,
    );
  const fields = /CSV Error on Line: (\d+)[^]*?Expected Number of Columns: (\d+) Found: (\d+)/.exec(message);
  if (fields !== null)
    return new BadInput(
      'uneven-rows',
      `Line ${fields[1]!} of \`${path}\` has ${counted(Number(fields[3]), 'field')} where the header has ${fields[2]!}. ` +
        'Mend that line; a name or a value that holds the delimiter must stand in quotes.',
    );
  const line = /Maximum line size of (\d+) bytes exceeded/.exec(message);
  if (line !== null)
    return new BadInput(
      'long-line',
      `\`${path}\` has a line of more than ${bytes(Number(line[1]))}, the most that is read of a CSV file. ` +
        'Shorten that value, or give Parquet.',
    );
  // DuckDB's advice speaks of encodings, too.
  if (/sniffing file|invalid state/.test(message))
    return new BadInput(
      'unreadable-data',
      `\`${path}\` is no table that can be read: its lines end in different ways, or a quote is not closed. ` +
        'Save it with one kind of line end, and with quotes only around whole values.',
    );
  if (/invalid unicode|utf-?8|encoding/i.test(message))
    return new BadInput(
      'not-utf8',
      `\`${path}\` is not UTF-8 text. Save it with UTF-8 encoding. (${firstLine(message)})`,
    );
  if (/out of memory|could not allocate/i.test(message))
    return new BadInput(
      'data-memory',
      `\`${path}\` needs more memory to read than the engine gives its data. Use a smaller file, or Parquet.`,
    );
  return new BadInput(
    'unreadable-data',
    `\`${path}\` cannot be read: ${firstLine(message)} Check that the file is what its ending says.`,
  );
}

function firstLine(message: string): string {
  const line = (message.split('\n')[0] ?? '').trim();
  return line.endsWith('.') ? line : `${line}.`;
}
