import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BadInput } from '../core/failure.ts';
import { vertexRoutesOf, type VertexRoutes } from './contracts/scoring.ts';
import type { Limits } from './contracts/inference.ts';
import { isLoopback, type AccessOptions } from './http/access.ts';
import type { Tls } from './http/app.ts';
import { tokenVariable } from './listening.ts';
import type { LogForm } from './observe/log.ts';

export interface ServerOptions extends AccessOptions, Limits {
  /** Holds models/. */
  readonly dir: string;
  /** The serving.json that is followed. */
  readonly servingFile: string;
  readonly port: number;
  /** Processes that answer requests. */
  readonly workers: number;
  /** Where to say that it listens (pid, port, instance); taken away when it ends. */
  readonly announce: string | null;
  readonly instance: string | null;
  /** Milliseconds that requests in work have to end after SIGTERM. */
  readonly drain: number;
  readonly tls: Tls | null;
  readonly vertex: VertexRoutes;
  readonly logForm: LogForm;
  readonly logRequests: boolean;
  /** Whether models may be loaded and unloaded over HTTP. */
  readonly controls: boolean;
}

/** `node server.js [--dir DIR] [--port N] ...`: serves DIR/serving.json until it is told to stop. */
export const usage =
  'node server.js [--dir DIR] [--serving FILE] [--host H] [--port N] [--workers N] [--allowed-hosts A,B] ' +
  '[--token-file FILE] [--tls-cert FILE --tls-key FILE [--tls-client-ca FILE]] [--body-limit BYTES] [--concurrency N] ' +
  '[--deadline MS] [--drain MS] [--log text|json] [--log-requests] [--announce FILE] [--instance WORD]';

/** @throws BadInput; TypeError for an unknown option */
export function readOptions(argv: readonly string[], env: NodeJS.ProcessEnv): ServerOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      dir: { type: 'string', default: dirname(resolve(process.argv[1] ?? '.')) },
      serving: { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: env.AIP_HTTP_PORT ?? env.SAGEMAKER_BIND_TO_PORT ?? '8700' },
      workers: { type: 'string', default: '0' },
      'allowed-hosts': { type: 'string', default: '' },
      'token-file': { type: 'string' },
      'tls-cert': { type: 'string' },
      'tls-key': { type: 'string' },
      'tls-client-ca': { type: 'string' },
      announce: { type: 'string' },
      instance: { type: 'string' },
      'body-limit': { type: 'string', default: String(16 * 1024 * 1024) },
      concurrency: { type: 'string', default: '512' },
      deadline: { type: 'string', default: '30000' },
      drain: { type: 'string', default: '10000' },
      log: { type: 'string', default: 'text' },
      'log-requests': { type: 'boolean', default: false },
    },
  });
  const { log, host } = values;
  if (log !== 'text' && log !== 'json')
    throw new BadInput('bad-option', `--log takes text or json, not ${log}.`);
  const token = readToken(values['token-file']) ?? env[tokenVariable] ?? '';
  const tls = readTls(values['tls-cert'], values['tls-key'], values['tls-client-ca']);
  return {
    dir: resolve(values.dir),
    servingFile: resolve(values.serving ?? join(values.dir, 'serving.json')),
    host,
    port: whole('port', values.port, 0, 65_535),
    workers: whole('workers', values.workers, 0, 1024) || cores(),
    allowedHosts: values['allowed-hosts'].split(',').filter(name => name !== ''),
    token: token === '' ? null : token,
    tls,
    announce: values.announce === undefined ? null : resolve(values.announce),
    instance: values.instance ?? null,
    bodyLimit: whole('body-limit', values['body-limit'], 1, 2 ** 31),
    concurrency: whole('concurrency', values.concurrency, 1, 1_000_000),
    deadline: whole('deadline', values.deadline, 1, 3_600_000),
    drain: whole('drain', values.drain, 0, 3_600_000),
    vertex: vertexRoutesOf(env),
    logForm: log,
    logRequests: values['log-requests'],
    controls: isLoopback(host) || token !== '' || (tls !== null && tls.clientCa !== null),
  };
}

/** Cores this process may use: of the machine, or of the container's share of it. */
function cores(): number {
  const all = availableParallelism();
  try {
    const [quota, period] = readFileSync('/sys/fs/cgroup/cpu.max', 'utf8').split(' ').map(Number);
    return quota! > 0 ? Math.min(all, Math.max(1, Math.ceil(quota! / period!))) : all;
  } catch {
    return all;
  }
}

function readTls(cert?: string, key?: string, clientCa?: string): Tls | null {
  if (cert === undefined && key === undefined && clientCa === undefined) return null;
  if (cert === undefined || key === undefined)
    throw new BadInput('bad-option', 'TLS takes both --tls-cert and --tls-key.');
  return {
    cert: readBytes('tls-cert', cert),
    key: readBytes('tls-key', key),
    clientCa: clientCa === undefined ? null : readBytes('tls-client-ca', clientCa),
  };
}

/** A file without a token in it must not open the server to all. */
function readToken(file: string | undefined): string | null {
  if (file === undefined) return null;
  const token = readBytes('token-file', file).toString().trim();
  if (token === '') throw new BadInput('bad-option', `--token-file ${file} holds no token.`);
  return token;
}

function readBytes(name: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new BadInput('bad-option', `--${name} cannot be read: ${(error as Error).message}.`);
  }
}

function whole(name: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (text === '' || !Number.isInteger(value) || value < low || value > high)
    throw new BadInput('bad-option', `--${name} takes a whole number from ${low} to ${high}, not ${text}.`);
  return value;
}
