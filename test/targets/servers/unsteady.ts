import {
  createServer,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/**
 * What befalls one call: the connection is cut, or only the answer is lost (the server has done it), or it is
 * answered so, or only after so many milliseconds.
 */
export type Fault =
  | 'cut'
  | 'lost'
  | {
      readonly status: number;
      readonly retryAfter?: string;
      /** Only of what writes, as when there is no room. */
      readonly writes?: boolean;
    }
  | { readonly after: number };

const reads = new Set(['GET', 'HEAD', 'DELETE']);

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
    else if (fault === 'lost') lose(upstream, incoming);
    else if (fault === null) pass(upstream, incoming, outgoing);
    else if ('writes' in fault && reads.has(incoming.method ?? '')) pass(upstream, incoming, outgoing);
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

function lose(upstream: string, incoming: IncomingMessage): void {
  ask(upstream, incoming, answer => {
    answer.resume();
    answer.once('end', () => incoming.socket.destroy());
  });
}

function pass(upstream: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const asked = ask(upstream, incoming, answer => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  asked.once('error', () => outgoing.destroy());
}

/** Asks the real server the same. */
function ask(
  upstream: string,
  incoming: IncomingMessage,
  answered: (answer: IncomingMessage) => void,
): ClientRequest {
  const request = upstream.startsWith('https:') ? httpsRequest : httpRequest;
  const { method, headers, url = '' } = incoming;
  // The real server made its certificate for itself.
  const options = { method, headers, rejectUnauthorized: false };
  const asked = request(new URL(url, upstream), options, answered);
  incoming.pipe(asked);
  return asked;
}
