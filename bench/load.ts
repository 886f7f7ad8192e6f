import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

/** A load of HTTP requests from a process of its own, on loopback: sockets with one request under way each. */
export interface Load {
  readonly port: number;
  readonly path: string;
  /** JSON, or binary tensors with the length of their JSON. */
  readonly body: string | Buffer;
  readonly jsonLength?: number;
  readonly connections: number;
  /** Requests counted from when the load began, after a warm-up of a tenth of them. */
  readonly requests?: number;
  /** Milliseconds measured, after half a second of warming up; used without `requests`. */
  readonly ms?: number;
  /** The process whose processor time is measured. */
  readonly pid: number;
}

export interface Measured {
  readonly requests: number;
  /** Answers a second. */
  readonly rate: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Answers other than 200, and connections that broke. */
  readonly failed: number;
  /** Processor time of the server a request, microseconds; NaN where the system does not say. */
  readonly processor: number;
}

const warmUpMs = 500;

if (process.argv[2] === 'load') process.once('message', load => run(load as Load));

/** Runs a load to its end. */
export async function measureLoad(load: Load): Promise<Measured> {
  const child = fork(import.meta.filename, ['load'], { serialization: 'advanced' });
  child.send(load);
  const [measured] = (await once(child, 'message')) as [Measured];
  await once(child, 'exit');
  return measured;
}

function run(load: Load): void {
  const { port, connections, requests = Infinity, ms } = load;
  const request = requestOf(load);
  const times: number[] = [];
  let failed = 0;
  let sent = 0;
  let warm = ms === undefined;
  let since = performance.now();
  let processorSince = processorMs(load.pid);
  let over = false;
  const end = (): void => {
    if (over) return;
    over = true;
    const wall = performance.now() - since;
    const processor = processorMs(load.pid) - processorSince;
    for (const socket of sockets) socket.destroy();
    times.sort((a, b) => a - b);
    const at = (share: number): number =>
      times[Math.min(times.length - 1, Math.floor(times.length * share))]!;
    const measured: Measured = {
      ...{ requests: times.length, rate: (1000 * times.length) / wall, p50: at(0.5), p99: at(0.99), failed },
      processor: (1000 * processor) / times.length,
    };
    process.send!(measured, () => process.disconnect());
  };
  const sockets = Array.from({ length: connections }, () =>
    connect({ port, host: '127.0.0.1', noDelay: true }),
  );
  for (const socket of sockets) {
    let began = 0;
    const ask = (): void => {
      if (sent >= requests) return;
      sent++;
      began = performance.now();
      socket.write(request);
    };
    const answers = answersOf(good => {
      if (over) return;
      if (!good) failed++;
      if (warm) times.push(performance.now() - began);
      if (times.length + failed >= requests) end();
      else ask();
    });
    socket.on('data', answers).on('error', () => failed++);
    socket.on('close', () => {
      if (!over) failed++;
    });
    socket.once('connect', ask);
  }
  if (ms === undefined) return;
  setTimeout(() => {
    warm = true;
    since = performance.now();
    processorSince = processorMs(load.pid);
  }, warmUpMs);
  setTimeout(end, warmUpMs + ms);
}

function requestOf({ path, body, jsonLength }: Load): Buffer {
  const bytes = Buffer.from(body);
  const type =
    jsonLength === undefined
      ? 'content-type: application/json'
      : `content-type: application/octet-stream\r\ninference-header-content-length: ${jsonLength}`;
  const head = `POST ${path} HTTP/1.1\r\nhost: localhost\r\n${type}\r\ncontent-length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}

/** Cuts a connection's bytes into answers; it must cost less than what it measures. */
function answersOf(answered: (good: boolean) => void): (chunk: Buffer) => void {
  let waiting: Buffer | null = null;
  let missing = 0;
  let good = false;
  return chunk => {
    if (missing > 0) {
      missing -= chunk.length;
      if (missing <= 0) answered(good);
      return;
    }
    const bytes = waiting === null ? chunk : Buffer.concat([waiting, chunk]);
    const head = bytes.indexOf('\r\n\r\n');
    if (head < 0) {
      waiting = bytes;
      return;
    }
    waiting = null;
    const text = bytes.toString('latin1', 0, head);
    good = text.startsWith('HTTP/1.1 200');
    const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
    missing = head + 4 + length - bytes.length;
    if (missing <= 0) answered(good);
  };
}

/** User and system time of a process and its children that work for it, ms. */
function processorMs(pid: number): number {
  if (process.platform !== 'linux') return NaN;
  return [pid, ...childrenOf(pid)].reduce((sum, one) => sum + ownMs(one), 0);
}

function childrenOf(pid: number): readonly number[] {
  const text = read(`/proc/${pid}/task/${pid}/children`).trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

function ownMs(pid: number): number {
  // utime and stime are the 14th and 15th field; the second one, the name, may hold spaces. 100 ticks a second.
  const fields = read(`/proc/${pid}/stat`).split(') ').at(-1)!.split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
