import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** What befalls one call: the connection is cut, or it is answered so, or only after so many milliseconds. */
export type Fault =
  'cut' | { readonly status: number; readonly retryAfter?: string } | { readonly after: number };

export interface Unsteady {
  readonly url: string;
  /** What befalls the next calls, one after the other; later ones pass. */
  fail(...faults: readonly Fault[]): void;
  /** From now on each call, until `null`. */
  always(fault: Fault | null): void;
  /** Method and path of each call since the last `fail`. */
  asked(): readonly string[];
  stop(): Promise<void>;
}

/** Stands before a real server, and lets calls fail as networks and gateways do. */
export async function startUnsteady(upstream: string): Promise<Unsteady> {
  const coming: Fault[] = [];
  const asked: string[] = [];
  let each: Fault | null = null;
  const server = createServer((incoming, outgoing) => {
    asked.push(`${incoming.method ?? ''} ${incoming.url?.split('?')[0] ?? ''}`);
    const fault = coming.shift() ?? each;
    if (fault === 'cut') incoming.socket.destroy();
    else if (fault === null) pass(upstream, incoming, outgoing);
    else if ('after' in fault) setTimeout(() => pass(upstream, incoming, outgoing), fault.after);
    else {
      incoming.resume();
      const { status, retryAfter } = fault;
      outgoing.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter });
      outgoing.end();
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fail: (...faults) => {
      coming.splice(0, Infinity, ...faults);
      asked.length = 0;
    },
    always: fault => {
      each = fault;
    },
    asked: () => [...asked],
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function pass(upstream: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const ask = upstream.startsWith('https:') ? httpsRequest : httpRequest;
  const { method, headers, url = '' } = incoming;
  // The real server made its certificate for itself.
  const options = { method, headers, rejectUnauthorized: false };
  const asked = ask(new URL(url, upstream), options, answer => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  asked.once('error', () => outgoing.destroy());
  incoming.pipe(asked);
}
