import cluster from 'node:cluster';
import { Channel } from '../../protocol/transport.ts';
import { HttpError } from '../http/httpError.ts';
import { logTo } from '../observe/log.ts';
import type { ServerOptions } from '../options.ts';
import { Answering } from './answering.ts';
import { portTo, type HeadRequests, type MemberRequests } from './channel.ts';

/** One of several answering processes: does what the conducting one says, and ends with it. */
export function runWorker(server: ServerOptions): void {
  // A terminal or a supervisor signals the whole group: when to end is the conducting process's word.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => undefined);
  process.once('disconnect', () => process.exit(0));
  const id = cluster.worker!.id;
  const write = logTo(server.logForm, line => process.stderr.write(line));
  const channel = new Channel<HeadRequests>(portTo(process));
  const answering = new Answering({
    server,
    pid: process.ppid,
    process: String(id),
    log: (sentence, fields) => write(sentence, { ...fields, process: id }),
    head: {
      counts: () => channel.call('counts', null),
      control: async (model, act) => {
        const refused = await channel.call('control', { model, act });
        if (refused !== null) throw new HttpError(refused.status, refused.sentence);
      },
    },
  });
  channel.serve<MemberRequests>({
    listen: () => answering.listen(),
    prepare: wanted => answering.prepare(wanted),
    commit: async ({ wanted, failures }) => {
      await answering.commit(wanted, failures);
      return null;
    },
    counts: () => answering.counts(),
    drain: async () => {
      await answering.drain();
      return null;
    },
  });
  channel.listen();
}
