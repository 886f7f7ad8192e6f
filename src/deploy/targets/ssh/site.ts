import { createHash } from 'node:crypto';
import { BadInput } from '../../../core/failure.ts';
import type { Step, StepContext, TargetContext } from '../../types.ts';
import { accessFolderOf, clientAccess, type AccessContents } from '../access.ts';
import { programMark } from '../bundle.ts';
import type { OpenInference } from '../openInference.ts';
import { placeOf } from './connection.ts';
import { inspectMachine, type Machine } from './inspect.ts';
import { Layout } from './layout.ts';
import type { RemoteHost } from './remoteHost.ts';
import { RemoteServer, type Launch } from './remoteServer.ts';
import type { Scene } from './scene.ts';
import { Session } from './session.ts';
import { folderOf, type SshSettings } from './settings.ts';

/** Where a target lives: its host, its folder there and the server in it. */
export class Site {
  readonly name: string;
  readonly settings: SshSettings;
  readonly context: TargetContext;
  readonly #session: Session;
  #machine: Machine | null = null;

  constructor(name: string, settings: SshSettings, context: TargetContext) {
    this.name = name;
    this.settings = settings;
    this.context = context;
    this.#session = new Session(settings, context.secret);
  }

  /** Logs in where nobody is, and works there. */
  async use<T>(signal: AbortSignal, work: (scene: Scene) => Promise<T>): Promise<T> {
    return await this.#session.use(signal, async host => {
      const path = folderOf(this.name, this.settings);
      this.#machine ??= await inspectMachine(host, this.settings, path, signal);
      const layout = new Layout(path.startsWith('/') ? path : `${this.#machine.home}/${path}`);
      const access = clientAccess(this.settings, this.context, this.settings.host);
      const server = new RemoteServer(host, layout, this.name, access);
      return await work({ host, layout, server, machine: this.#machine });
    });
  }

  /** What a step does and undoes while logged in. */
  acts(
    run: (scene: Scene, context: StepContext) => Promise<string>,
    undo: (scene: Scene, context: StepContext) => Promise<void>,
  ): Pick<Step, 'run' | 'undo'> {
    return {
      run: context => this.use(context.signal, scene => run(scene, context)),
      undo: context => this.use(context.signal, scene => undo(scene, context)),
    };
  }

  /** How the server shall be started. */
  async launch(
    { host, machine, server }: Scene,
    contents: AccessContents,
    signal: AbortSignal,
  ): Promise<Launch> {
    const { node, address, port, workers, allowedHosts } = this.settings;
    const mark = await programMark(this.source(machine));
    const program = createHash('sha256').update(mark).digest('hex').slice(0, 12);
    const service = await this.service(host, signal);
    const started = (await server.launched(signal))?.access ?? null;
    const access = await accessFolderOf(contents, started, (folder, file) =>
      server.accessText(folder, file, signal),
    );
    return {
      ...{ program, node, address, port, workers, allowedHosts: [...allowedHosts], service },
      ...(access === null ? {} : { access }),
    };
  }

  /** What keeps the server running there. */
  async service(host: RemoteHost, signal: AbortSignal): Promise<Launch['service']> {
    const { service } = this.settings;
    if (service !== undefined) return service;
    const { code } = await host.run(['systemctl', '--user', 'show-environment'], { signal });
    return code === 0 ? 'systemd' : 'process';
  }

  /** @throws BadInput when no server runs */
  async client({ server }: Scene, signal: AbortSignal): Promise<OpenInference> {
    const found = await server.find(signal);
    if (found === null)
      throw new BadInput(
        'not-running',
        `The server of ${this.name} does not run. Deploy again, or start it.`,
      );
    return found.client;
  }

  /** The program that such a machine runs. */
  source({ platform }: Machine): { readonly distDir: string; readonly platform: string } {
    return { distDir: this.context.distDir, platform };
  }

  /** null: only the host itself can ask. */
  endpoint(): string | null {
    const { address, port, host } = this.settings;
    const scheme = this.settings.tls === undefined ? 'http' : 'https';
    return /^(127\.|localhost$|::1$)/.test(address) ? null : `${scheme}://${host}:${port}`;
  }

  /** Where it is asked, in words. */
  asked(): string {
    const { port } = this.settings;
    return (
      this.endpoint() ?? `port ${port} of ${placeOf(this.settings)}, for itself and through a tunnel only`
    );
  }

  /** The folder, in words. */
  where(): string {
    return `${placeOf(this.settings)}:${folderOf(this.name, this.settings)}`;
  }

  async dispose(): Promise<void> {
    await this.#session.close();
  }
}
