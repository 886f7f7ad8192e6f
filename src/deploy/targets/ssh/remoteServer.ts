import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { BadInput } from '../../../core/failure.ts';
import type { Listening } from '../../../serve/listening.ts';
import {
  accessArgs,
  accessFolder,
  type AccessContents,
  type AccessFile,
  type AccessFolder,
} from '../access.ts';
import type { ClientAccess } from '../httpClient.ts';
import { OpenInference } from '../openInference.ts';
import { accessesOf, type Layout } from './layout.ts';
import { quoted, type RemoteHost } from './remoteHost.ts';

const startMs = 60_000;
/** A process that is being started is another for a moment. */
const settleMs = 1_000;
const drainMs = 12_000;
const pollMs = 100;
const tokenMs = 30_000;

/** How a server is started. Two of one shape need no new start. */
const launch = z.object({
  program: z.string().describe('Mark of the program'),
  node: z.string(),
  address: z.string(),
  port: z.number(),
  workers: z.number(),
  allowedHosts: z.array(z.string()),
  service: z.enum(['systemd', 'process']),
  access: accessFolder.optional(),
});
export type Launch = z.infer<typeof launch>;

const started = launch.extend({ instance: z.string() });

export function shapeOf(value: Launch): string {
  return createHash('sha256')
    .update(JSON.stringify(launch.parse(value)))
    .digest('hex')
    .slice(0, 16);
}

export interface FoundServer {
  readonly shape: string;
  readonly launch: Launch;
  readonly client: OpenInference;
}

/** The server of a target on its host: a process that is found by what it announced, or a systemd unit. */
export class RemoteServer {
  readonly #host: RemoteHost;
  readonly #layout: Layout;
  readonly #access: ClientAccess;
  /** Of the unit. */
  readonly #name: string;

  /** @param access with which it is asked; the token is that with which it was started */
  constructor(host: RemoteHost, layout: Layout, target: string, access: ClientAccess) {
    this.#host = host;
    this.#layout = layout;
    this.#access = access;
    this.#name = `slipway-${target}.service`;
  }

  /** How it was last started; null when it never was. */
  async launched(signal: AbortSignal): Promise<Launch | null> {
    return await this.#started(signal);
  }

  /** What runs and answers as ours, through the tunnel; null when nothing does. */
  async find(signal: AbortSignal): Promise<FoundServer | null> {
    const last = await this.#started(signal);
    if (last === null) return null;
    const client = await this.#client(last);
    return (await client.isInstance(last.instance, signal))
      ? { shape: shapeOf(last), launch: last, client }
      : null;
  }

  /** @throws BadInput with the server's own last lines */
  async start(value: Launch, signal: AbortSignal): Promise<void> {
    await this.stop(signal);
    const instance = randomBytes(16).toString('hex');
    const { base, announce, log } = this.#layout;
    await this.#host.makeFolder(`${base}/run`, signal);
    await this.#host.unlink(announce, signal);
    await this.#host.write(this.#layout.started, JSON.stringify({ ...value, instance }), signal);
    const command = this.#command(value, instance);
    if (value.service === 'systemd') await this.#startUnit(command, signal);
    else {
      // nohup and no terminal: it goes on when the session ends.
      const line = `nohup ${command.map(quoted).join(' ')} >>${quoted(log)} 2>&1 </dev/null &`;
      await this.#host.must(['sh', '-c', line], { signal });
    }
    const client = await this.#client(value);
    const [settled, deadline] = [Date.now() + settleMs, Date.now() + startMs];
    while (!(await client.hasStarted(instance, signal))) {
      const looks = value.service === 'process' && Date.now() > settled;
      const ended = looks && !(await this.#processes(instance, signal)).length;
      if (ended || Date.now() > deadline)
        throw new BadInput(
          'server-start',
          `The server on ${this.#host.place} ${ended ? 'ended' : 'did not answer in time'}: ${(await this.logs(3, signal)).join(' ')}`,
        );
      await sleep(pollMs, undefined, { signal });
    }
  }

  /** Lets requests in work end first. Nothing to do when it is gone. */
  async stop(signal: AbortSignal): Promise<void> {
    const last = await this.#started(signal);
    if (last === null) return;
    if (last.service === 'systemd') {
      await this.#host.run(['systemctl', '--user', 'disable', '--now', this.#name], { signal, ms: 60_000 });
      return;
    }
    for (const [name, patience] of [
      ['-TERM', drainMs],
      ['-KILL', 2_000],
    ] as const) {
      const pids = await this.#processes(last.instance, signal);
      if (pids.length === 0) return;
      // Its workers carry the same word, and are told by it.
      const main = String((await this.#announced(signal))?.pid);
      const told = name === '-TERM' && pids.includes(main) ? [main] : pids;
      await this.#host.run(['kill', name, ...told], { signal });
      const deadline = Date.now() + patience;
      while (Date.now() < deadline && (await this.#processes(last.instance, signal)).length > 0)
        await sleep(pollMs, undefined, { signal });
    }
  }

  /** Takes the unit away, when there is one. */
  async forget(home: string, signal: AbortSignal): Promise<void> {
    await this.#host.unlink(this.#unitFile(home), signal);
  }

  /** A file of what a server was told of who may ask; null when it is not there. */
  async accessText({ id }: AccessFolder, file: AccessFile, signal: AbortSignal): Promise<string | null> {
    return await this.#host.read(`${this.#layout.access(id)}/${file}`, signal);
  }

  /** Only this user may read them. */
  async putAccess({ id }: AccessFolder, contents: AccessContents, signal: AbortSignal): Promise<void> {
    const folder = this.#layout.access(id);
    await this.#host.makeFolder(folder, signal, 0o700);
    for (const [file, text] of contents) await this.#host.write(`${folder}/${file}`, text, signal, 0o400);
  }

  /** Takes away what other servers than the one that was started were told. */
  async tidyAccess(signal: AbortSignal): Promise<void> {
    const { base } = this.#layout;
    const stays = (await this.#started(signal))?.access?.id ?? '';
    const names = accessesOf(await this.#host.list(base, signal));
    const old = names.filter(name => name !== `access-${stays}`);
    await this.#host.remove(
      old.map(name => `${base}/${name}`),
      signal,
    );
  }

  async logs(lines: number, signal: AbortSignal): Promise<readonly string[]> {
    const { stdout } = await this.#host.run(['tail', '-n', String(lines), '--', this.#layout.log], {
      signal,
    });
    return stdout.split('\n').filter(line => line !== '');
  }

  async #announced(signal: AbortSignal): Promise<Listening | null> {
    const text = await this.#host.read(this.#layout.announce, signal);
    return text === null ? null : (JSON.parse(text) as Listening);
  }

  #command(value: Launch, instance: string): readonly string[] {
    const { base, current, announce } = this.#layout;
    const { node, address, port, workers, allowedHosts, program, access } = value;
    return [
      ...[node, `${this.#layout.program(program)}/server.js`, '--dir', base],
      ...['--serving', `${current}/serving.json`, '--host', address, '--port', String(port)],
      ...['--workers', String(workers), '--announce', announce, '--instance', instance],
      ...(allowedHosts.length === 0 ? [] : ['--allowed-hosts', allowedHosts.join(',')]),
      ...(access === undefined ? [] : accessArgs(access.files, this.#layout.access(access.id))),
    ];
  }

  async #startUnit(command: readonly string[], signal: AbortSignal): Promise<void> {
    const home = (await this.#host.must(['pwd'], { signal })).trim();
    const file = this.#unitFile(home);
    await this.#host.must(['mkdir', '-p', '--', file.slice(0, file.lastIndexOf('/'))], { signal });
    await this.#host.write(file, unitText(this.#name, command, this.#layout), signal);
    await this.#host.must(['systemctl', '--user', 'daemon-reload'], { signal });
    await this.#host.must(['systemctl', '--user', 'enable', '--now', this.#name], { signal, ms: startMs });
  }

  #unitFile(home: string): string {
    return `${home}/.config/systemd/user/${this.#name}`;
  }

  /** Pids of the processes that carry the word this server was started with. */
  async #processes(instance: string, signal: AbortSignal): Promise<readonly string[]> {
    const { stdout } = await this.#host.run(['ps', '-A', '-o', 'pid=,args='], { signal });
    return stdout.split('\n').flatMap(line => {
      const found = /^\s*(\d+)\s+(.*)$/.exec(line);
      return found?.[2]?.includes(`--instance ${instance}`) === true && !found[2].startsWith('sh -c')
        ? [found[1]!]
        : [];
    });
  }

  async #started(signal: AbortSignal): Promise<z.infer<typeof started> | null> {
    const text = await this.#host.read(this.#layout.started, signal);
    const parsed = text === null ? null : started.safeParse(JSON.parse(text));
    return parsed?.success === true ? parsed.data : null;
  }

  async #client({ address, port, access }: Launch): Promise<OpenInference> {
    const inside = address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address;
    const local = `127.0.0.1:${await this.#host.tunnel(inside, port)}`;
    const has = (file: AccessFile): boolean => access?.files.includes(file) === true;
    const token = async (): Promise<string> =>
      (await this.accessText(access!, 'token', AbortSignal.timeout(tokenMs))) ?? '';
    return new OpenInference(`http${has('cert.pem') ? 's' : ''}://${local}`, {
      ...this.#access,
      ...(has('token') ? { token } : {}),
    });
  }
}

/** systemd reads `%` and `$` in a command as its own. */
export function unitText(name: string, command: readonly string[], { base, log }: Layout): string {
  const words = command.map(
    word => `"${word.replace(/["\\]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`,
  );
  return `# Written by Slipway: ${name}
[Unit]
Description=Slipway inference server (${base})

[Service]
ExecStart=${words.join(' ')}
Restart=on-failure
RestartSec=1
TimeoutStopSec=15
NoNewPrivileges=true
StandardOutput=null
StandardError=append:${log}

[Install]
WantedBy=default.target
`;
}
