import cluster, { type Worker } from 'node:cluster';
import { Channel } from '../../protocol/transport.ts';
import { HttpError } from '../http/httpError.ts';
import type { Log } from '../observe/log.ts';
import { portTo, type HeadRequests, type MemberRequests } from './channel.ts';
import type { Conductor } from './conductor.ts';
import type { Member } from './member.ts';

const restartMs = 500;
const restartMostMs = 30_000;

/** Answering processes that share one listener. One that dies is replaced. */
export class Pool {
  readonly #conductor: Conductor;
  readonly #log: Log;
  #restarts = 0;
  #stopping = false;

  constructor(conductor: Conductor, log: Log) {
    this.#conductor = conductor;
    this.#log = log;
  }

  /** @returns the port. @throws BadInput */
  async start(count: number): Promise<number> {
    const members = Array.from({ length: count }, () => this.#fork());
    // One after the other: the first one's port is that of all.
    let port = 0;
    for (const member of members) port = await member.listen();
    for (const member of members) await this.#conductor.join(member);
    return port;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#conductor.drain();
  }

  #fork(): Member {
    const worker = cluster.fork();
    const channel = new Channel<MemberRequests>(portTo(worker.process));
    channel.serve<HeadRequests>({
      counts: () => this.#conductor.counts(),
      control: async ({ model, act }) => {
        try {
          await this.#conductor.control(model, act);
          return null;
        } catch (error) {
          if (error instanceof HttpError) return { status: error.status, sentence: error.message };
          throw error;
        }
      },
    });
    channel.listen();
    const member: Member = {
      listen: () => channel.call('listen', null),
      prepare: wanted => channel.call('prepare', wanted),
      commit: async (wanted, failures) => {
        await channel.call('commit', { wanted, failures });
      },
      counts: () => channel.call('counts', null),
      drain: async () => {
        await channel.call('drain', null);
      },
    };
    this.#replaceWhenGone(worker, member);
    return member;
  }

  #replaceWhenGone(worker: Worker, member: Member): void {
    worker.once('exit', (code, signal) => {
      this.#conductor.leave(member);
      if (this.#stopping) return;
      const wait = Math.min(restartMostMs, restartMs * 2 ** this.#restarts++);
      this.#log(`process ${worker.id} ended (${signal || code}); another one starts in ${wait} ms`);
      setTimeout(() => void this.#replace(), wait);
    });
    worker.on('error', error => this.#log(`process ${worker.id}: ${error.message}`));
  }

  async #replace(): Promise<void> {
    if (this.#stopping) return;
    try {
      const member = this.#fork();
      await this.#conductor.join(member);
      await member.listen();
      this.#restarts = 0;
    } catch (error) {
      // Its end brings the next attempt.
      this.#log(`a process could not start: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
