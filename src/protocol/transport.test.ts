import 'vscode-jsonrpc/node';
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc';
import { BadInput } from '../core/failure.ts';
import { Channel, type Port } from './transport.ts';

interface Sums {
  add: [{ readonly values: Float64Array }, number];
  refuse: [{ readonly why: string }, null];
  never: [null, null];
  wait: [null, null];
}

function pair(): [Port, Port, () => void] {
  const { port1, port2 } = new MessageChannel();
  const wrap = (port: typeof port1): Port => ({
    post: message => port.postMessage(message),
    onMessage: listener => port.on('message', listener),
    onClose: listener => port.on('close', listener),
  });
  return [wrap(port1), wrap(port2), () => port1.close()];
}

function connected(): { client: Channel<Sums>; close: () => void } {
  const [near, far, close] = pair();
  const server = new Channel(far);
  server.serve<Sums>({
    add: (params, context) => {
      context.progress({ done: 1, total: 1, what: 'adding' });
      return Promise.resolve(params.values.reduce((sum, value) => sum + value, 0));
    },
    refuse: params => Promise.reject(new BadInput('no', params.why)),
    never: () => new Promise(() => undefined),
    wait: (_, { cancelled }) =>
      new Promise((_resolve, reject) => {
        const stop = (): void => reject(new Error('stopped'));
        // Cancelled before it was begun, a token fires no event.
        if (cancelled.isCancellationRequested) stop();
        cancelled.onCancellationRequested(stop);
      }),
  });
  server.listen();
  const client = new Channel<Sums>(near);
  client.listen();
  return { client, close };
}

describe('Channel', () => {
  it('carries typed arrays and progress', async () => {
    const { client, close } = connected();
    const seen: string[] = [];
    const sum = await client.call('add', { values: Float64Array.of(1, 2, 3.5) }, p => seen.push(p.what));
    expect(sum).toBe(6.5);
    expect(seen).toEqual(['adding']);
    close();
  });

  it('brings bad input back as bad input', async () => {
    const { client, close } = connected();
    const failure = client.call('refuse', { why: 'No rows in `a.csv`.' });
    await expect(failure).rejects.toMatchObject({
      name: 'BadInput',
      code: 'no',
      message: 'No rows in `a.csv`.',
    });
    close();
  });

  it('stops the work of a call that is cancelled', async () => {
    const { client, close } = connected();
    const source = new CancellationTokenSource();
    const waiting = client.call('wait', null, undefined, source.token);
    source.cancel();
    await expect(waiting).rejects.toThrow('stopped');
    close();
  });

  it('rejects what is pending when the other side goes away', async () => {
    const { client, close } = connected();
    const pending = client.call('never', null);
    close();
    await expect(pending).rejects.toThrow();
  });
});
