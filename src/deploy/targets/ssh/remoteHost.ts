import { once } from 'node:events';
import { createServer, type Server, type Socket, type AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SFTPWrapper } from 'ssh2';
import { BadInput } from '../../../core/failure.ts';
import type { Connection } from './connection.ts';
import { announced, endGroup, RunningCommand, type CommandResult } from './runningCommand.ts';

const askMs = 30_000;
const overtimeSeconds = 10;
const endMs = 5_000;
/** How long a command has to say its pid. */
const pidMs = 500;

export interface AskOptions {
  readonly signal: AbortSignal;
  readonly ms?: number;
  /** Given to the command; destroyed when that fails. */
  readonly input?: Readable;
}

/** A host that one is logged in to. Every question has a deadline; a connection that breaks ends it at once. */
export class RemoteHost {
  readonly place: string;
  readonly #connection: Connection;
  readonly #broken: Promise<never>;
  readonly #tunnels = new Map<string, Server>();
  readonly #through = new Set<Socket>();
  #sftp: Promise<SFTPWrapper> | null = null;
  #open = true;

  constructor(place: string, connection: Connection) {
    this.place = place;
    this.#connection = connection;
    this.#broken = new Promise((_, reject) => {
      connection.client.once('close', () => {
        this.#open = false;
        reject(
          new BadInput('unreachable', `The connection to ${place} broke off. Try again when it answers.`),
        );
      });
    });
    this.#broken.catch(() => undefined);
  }

  get open(): boolean {
    return this.#open;
  }

  /** While nothing is asked, an open connection does not keep this process running. */
  hold(busy: boolean): void {
    if (busy) this.#connection.socket.ref();
    else this.#connection.socket.unref();
  }

  close(): void {
    this.#open = false;
    for (const server of this.#tunnels.values()) server.close();
    for (const socket of this.#through) socket.destroy();
    this.#connection.client.end();
    this.#connection.socket.destroy();
  }

  /**
   * Runs a command, each argument as it is. One that is cancelled or late is ended there, with what it began; one
   * whose line broke ends by itself in its own time, where the host can see to that.
   */
  async run(command: readonly string[], { signal, ms = askMs, input }: AskOptions): Promise<CommandResult> {
    signal.throwIfAborted();
    const seconds = String(Math.ceil(ms / 1000) + overtimeSeconds);
    const line = ['sh', '-c', announced, seconds, ...command].map(quoted).join(' ');
    const opening = this.#exec(line);
    try {
      const channel = await this.#ask<RunningCommand>(
        `start ${command[0]!}`,
        signal,
        askMs,
        (done, failed) => {
          opening.then(done, failed);
        },
      );
      return await this.#ask<CommandResult>(`finish ${command[0]!}`, signal, ms, (done, failed) => {
        channel.ended.then(done, failed);
        if (input === undefined) channel.end();
        else input.once('error', failed).pipe(channel.stdin);
      });
    } catch (error) {
      input?.destroy();
      // Also one that starts only later.
      const ending = opening.then(
        running => this.#endCommand(running),
        () => undefined,
      );
      if (this.#open) await Promise.race([ending, sleep(endMs)]);
      throw error;
    }
  }

  async #exec(line: string): Promise<RunningCommand> {
    return await new Promise((done, failed) => {
      this.#connection.client.exec(line, (error, channel) =>
        error === undefined ? done(new RunningCommand(channel)) : failed(error),
      );
    });
  }

  /** Its whole process group, gently and then not. Nobody reads what it still says. */
  async #endCommand(running: RunningCommand): Promise<void> {
    const pid = await Promise.race([running.pid, sleep(pidMs, null)]);
    running.destroy();
    if (pid === null || !this.#open) return;
    const end = await this.#exec(['sh', '-c', endGroup, 'sh', pid].map(quoted).join(' '));
    end.end();
    await end.ended;
  }

  /** As `run`. @returns stdout @throws BadInput with the command's own words when it fails */
  async must(command: readonly string[], options: AskOptions): Promise<string> {
    const { code, stdout, stderr } = await this.run(command, options);
    if (code === 0) return stdout;
    const words = (stderr || stdout).trim().split('\n').slice(-3).join('\n');
    throw new BadInput(
      'remote-command',
      `${this.place}: ${command[0]!} failed (${code ?? 'signal'}): ${words}`,
    );
  }

  /** @returns null when there is no such file */
  async read(file: string, signal: AbortSignal): Promise<string | null> {
    const sftp = await this.#files(signal);
    return await this.#ask<string | null>(`read ${file}`, signal, askMs, (done, failed) => {
      sftp.readFile(file, (error, bytes) => {
        if (error === undefined) done(bytes.toString());
        else if (isMissing(error)) done(null);
        else failed(error);
      });
    });
  }

  /** In place in one act: readers see the old or the new. @param mode from its first byte on */
  async write(file: string, text: string, signal: AbortSignal, mode = 0o644): Promise<void> {
    const sftp = await this.#files(signal);
    const next = `${file}.next`;
    // One that was cut off may not be writable.
    if (mode !== 0o644) await this.unlink(next, signal);
    await this.#act(`write ${file}`, signal, told => sftp.writeFile(next, text, { mode }, told));
    await this.rename(next, file, signal);
  }

  /** Replaces what is there, in one act. */
  async rename(from: string, to: string, signal: AbortSignal): Promise<void> {
    const sftp = await this.#files(signal);
    await this.#act(`rename ${from}`, signal, told => sftp.ext_openssh_rename(from, to, told));
  }

  /** Makes a link name another place, in one act. */
  async link(link: string, to: string, signal: AbortSignal): Promise<void> {
    const sftp = await this.#files(signal);
    const next = `${link}.next`;
    await this.unlink(next, signal);
    await this.#act(`link ${link}`, signal, told => sftp.symlink(to, next, told));
    await this.rename(next, link, signal);
  }

  /** A file or a link; nothing to do when it is not there. */
  async unlink(file: string, signal: AbortSignal): Promise<void> {
    const sftp = await this.#files(signal);
    await this.#act(`delete ${file}`, signal, told =>
      sftp.unlink(file, error => told(error && isMissing(error) ? null : error)),
    );
  }

  /** Makes a folder in one that is there; nothing to do when it is there. */
  async makeFolder(folder: string, signal: AbortSignal, mode = 0o755): Promise<void> {
    const sftp = await this.#files(signal);
    await this.#act(`make ${folder}`, signal, told => {
      // That it is there already is told as a failure like any other.
      sftp.mkdir(folder, { mode }, error => {
        if (error) sftp.stat(folder, missing => told(missing ? error : null));
        else told(null);
      });
    });
  }

  /** Names in a folder; none when there is no such folder. */
  async list(folder: string, signal: AbortSignal): Promise<readonly string[]> {
    const sftp = await this.#files(signal);
    return await this.#ask<readonly string[]>(`list ${folder}`, signal, askMs, (done, failed) => {
      sftp.readdir(folder, (error, found) => {
        if (error === undefined) done(found.map(({ filename }) => filename));
        else if (isMissing(error)) done([]);
        else failed(error);
      });
    });
  }

  async remove(paths: readonly string[], signal: AbortSignal): Promise<void> {
    if (paths.length > 0) await this.must(['rm', '-rf', '--', ...paths], { signal, ms: 60_000 });
  }

  /** @returns a port of this machine's loopback that leads to a port as the host itself reaches it */
  async tunnel(address: string, port: number): Promise<number> {
    const to = `${address} ${port}`;
    let server = this.#tunnels.get(to);
    if (server === undefined) {
      server = createServer({ noDelay: true }, socket => this.#forward(socket, address, port));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      server.unref();
      this.#tunnels.set(to, server);
    }
    return (server.address() as AddressInfo).port;
  }

  #forward(socket: Socket, address: string, port: number): void {
    socket.unref();
    this.#through.add(socket);
    socket.once('close', () => this.#through.delete(socket));
    socket.on('error', () => socket.destroy());
    this.#connection.client.forwardOut('127.0.0.1', 0, address, port, (error, stream) => {
      if (error !== undefined) {
        socket.destroy();
        return;
      }
      stream.on('error', () => socket.destroy());
      stream.once('close', () => socket.destroy());
      socket.once('close', () => stream.destroy());
      socket.pipe(stream).pipe(socket);
    });
  }

  #files(signal: AbortSignal): Promise<SFTPWrapper> {
    if (this.#sftp !== null) return this.#sftp;
    const opening = this.#ask<SFTPWrapper>('open the file transfer', signal, askMs, (done, failed) => {
      this.#connection.client.sftp((error, sftp) => (error === undefined ? done(sftp) : failed(error)));
    });
    this.#sftp = opening;
    // One that failed or was cancelled is not kept: the next question opens it anew.
    opening.catch(() => (this.#sftp = null));
    return opening;
  }

  /** A question whose answer is only whether it went well. */
  async #act(
    what: string,
    signal: AbortSignal,
    start: (told: (error: Error | null | undefined) => void) => void,
  ): Promise<void> {
    await this.#ask<null>(what, signal, askMs, (done, failed) =>
      start(error => (error ? failed(error) : done(null))),
    );
  }

  async #ask<T>(
    what: string,
    signal: AbortSignal,
    ms: number,
    start: (done: (value: T) => void, failed: (error: Error) => void) => void,
  ): Promise<T> {
    signal.throwIfAborted();
    const end = new AbortController();
    const late = sleep(ms, undefined, { signal: AbortSignal.any([signal, end.signal]) }).then(() => {
      throw new BadInput('unreachable', `${this.place} did not ${what} within ${ms / 1000} s.`);
    });
    try {
      return await Promise.race([new Promise<T>((done, failed) => start(done, failed)), late, this.#broken]);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof BadInput) throw error;
      throw new BadInput('remote-command', `${this.place} does not ${what}: ${(error as Error).message}.`);
    } finally {
      end.abort();
      late.catch(() => undefined);
    }
  }
}

/** For the POSIX shell that SSH gives a command line to. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function isMissing(error: Error): boolean {
  return (error as { code?: unknown }).code === 2;
}
