import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BadInput } from '../core/failure.ts';
import { runServer, type ServerOptions } from './server.ts';

/** `node server.js [--dir DIR] [--port N] ...`: serves DIR/serving.json until it is told to stop. */
const usage =
  'node server.js [--dir DIR] [--serving FILE] [--host H] [--port N] [--allowed-hosts A,B] [--announce FILE] ' +
  '[--instance WORD] [--body-limit BYTES] [--concurrency N] [--deadline MS] [--drain MS]';

function options(): ServerOptions {
  const { values } = parseArgs({
    options: {
      dir: { type: 'string', default: dirname(resolve(process.argv[1] ?? '.')) },
      serving: { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '8700' },
      'allowed-hosts': { type: 'string', default: '' },
      announce: { type: 'string' },
      instance: { type: 'string' },
      'body-limit': { type: 'string', default: String(16 * 1024 * 1024) },
      concurrency: { type: 'string', default: '512' },
      deadline: { type: 'string', default: '30000' },
      drain: { type: 'string', default: '10000' },
    },
  });
  return {
    dir: resolve(values.dir),
    servingFile: resolve(values.serving ?? join(values.dir, 'serving.json')),
    host: values.host,
    port: whole('port', values.port, 0, 65_535),
    allowedHosts: values['allowed-hosts'].split(',').filter(name => name !== ''),
    announce: values.announce === undefined ? null : resolve(values.announce),
    instance: values.instance ?? null,
    bodyLimit: whole('body-limit', values['body-limit'], 1, 2 ** 31),
    concurrency: whole('concurrency', values.concurrency, 1, 1_000_000),
    deadline: whole('deadline', values.deadline, 1, 3_600_000),
    drain: whole('drain', values.drain, 0, 3_600_000),
  };
}

function whole(name: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < low || value > high)
    throw new BadInput('bad-option', `--${name} takes a whole number from ${low} to ${high}, not ${text}.`);
  return value;
}

function told(error: unknown): { readonly text: string; readonly code: number } {
  if (error instanceof BadInput) return { text: error.message, code: 2 };
  if (error instanceof TypeError && 'code' in error) return { text: `${error.message}\n${usage}`, code: 2 };
  return { text: error instanceof Error ? (error.stack ?? error.message) : String(error), code: 3 };
}

Promise.resolve()
  .then(() => runServer(options()))
  .catch((error: unknown) => {
    const { text, code } = told(error);
    process.stderr.write(`${text}\n`);
    process.exit(code);
  });
