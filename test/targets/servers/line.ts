import { once } from 'node:events';
import { Transform } from 'node:stream';
import { connect, createServer, type AddressInfo, type NetConnectOpts, type Socket } from 'node:net';

/** A line to a server that a test can cut and mend, and slow down. */
export interface Line {
  /** Of loopback; 0 for a socket. */
  readonly port: number;
  /** Breaks what goes through it, and lets nothing through until it is mended. */
  cut(): void;
  mend(): void;
  /** From now on each piece that goes through it takes so many milliseconds. */
  slow(milliseconds: number): void;
  stop(): void;
}

/** @param at a socket to listen on; without it, a port of loopback */
export async function startLine(to: NetConnectOpts, at?: string): Promise<Line> {
  const through = new Set<Socket>();
  let whole = true;
  let delay = 0;
  const slowed = (): Transform =>
    new Transform({
      transform: (piece, _, pass) => {
        if (delay === 0) pass(null, piece);
        else setTimeout(() => pass(null, piece), delay);
      },
    });
  const server = createServer(socket => {
    if (!whole) {
      socket.destroy();
      return;
    }
    const far = connect(to);
    for (const [end, other] of [
      [socket, far],
      [far, socket],
    ] as const) {
      through.add(end);
      end.on('error', () => other.destroy());
      end.once('close', () => {
        through.delete(end);
        other.destroy();
      });
      end.pipe(slowed()).pipe(other);
    }
  });
  if (at === undefined) server.listen(0, '127.0.0.1');
  else server.listen(at);
  await once(server, 'listening');
  const cut = (): void => {
    whole = false;
    for (const socket of through) socket.destroy();
  };
  return {
    port: at === undefined ? (server.address() as AddressInfo).port : 0,
    cut,
    mend: () => void (whole = true),
    slow: milliseconds => void (delay = milliseconds),
    stop: () => {
      cut();
      server.close();
    },
  };
}
