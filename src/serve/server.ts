import cluster from 'node:cluster';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { BadInput } from '../core/failure.ts';
import type { Listening } from './listening.ts';
import { logTo, type Log } from './observe/log.ts';
import type { ServerOptions } from './options.ts';
import { Answering } from './process/answering.ts';
import { Conductor } from './process/conductor.ts';
import { whenFolderGone } from './process/folderGone.ts';
import { Pool } from './process/pool.ts';
import { Starter } from './process/starter.ts';
import { runWorker } from './process/worker.ts';
import { modelsOf, readServing } from './serving.ts';
import { watchServing } from './watch.ts';

/** Serves until SIGTERM or SIGINT, or until the starter's channel closes. Resolves when it listens. */
export async function runServer(options: ServerOptions): Promise<void> {
  if (cluster.isWorker) {
    runWorker(options);
    return;
  }
  const log = logTo(options.logForm, line => process.stderr.write(line));
  const starter = new Starter();
  const serving = await readServing(options.servingFile);
  if (serving === null)
    throw new BadInput('no-serving', `There is no ${options.servingFile}, which says what to serve.`);
  const conductor = new Conductor(options.controls);
  const { port, stop } = await startProcesses(options, conductor, log);
  await conductor.apply(serving);
  const live = modelsOf(serving).flatMap(({ versions }) => versions.filter(({ weight }) => weight > 0));
  const lacking = live.flatMap(({ digest }) => conductor.failures[digest] ?? []);
  if (lacking.length > 0) throw new BadInput('not-loaded', lacking.join('\n'));
  const stopWatching = watchServing(options.servingFile, next => void conductor.apply(next), log);
  const said: Listening = {
    listening: port,
    host: options.host,
    tls: options.tls !== null,
    pid: process.pid,
    instance: options.instance,
    since: new Date().toISOString(),
  };
  const line = `${JSON.stringify(said)}\n`;
  if (options.announce !== null) await writeFileAtomic(options.announce, line);
  process.stdout.write(line);
  // Who started it finds it again by that folder: without it, nobody could stop it any more.
  const stopLooking =
    options.announce === null
      ? (): void => undefined
      : whenFolderGone(dirname(options.announce), () => void end('its folder is gone'));
  const end = async (why: string): Promise<void> => {
    stopWatching();
    stopLooking();
    log(`${why}: draining`);
    await stop();
    if (options.announce !== null) await rm(options.announce, { force: true });
    log('stopped');
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void end(signal));
  starter.tell(said, () => void end('the starter is gone'));
}

interface Processes {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** This process alone, or several that share its listener. */
async function startProcesses(options: ServerOptions, conductor: Conductor, log: Log): Promise<Processes> {
  if (options.workers > 1) {
    const pool = new Pool(conductor, log);
    return { port: await pool.start(options.workers), stop: () => pool.stop() };
  }
  const answering = new Answering({
    server: options,
    head: conductor,
    pid: process.pid,
    process: '0',
    log,
  });
  const port = await answering.listen();
  await conductor.join(answering);
  return { port, stop: () => conductor.drain() };
}
