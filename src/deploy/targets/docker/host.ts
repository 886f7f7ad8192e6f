import type Docker from 'dockerode';
import { BadInput } from '../../../core/failure.ts';
import type { TargetContext } from '../../types.ts';
import { clientAccess } from '../access.ts';
import { OpenInference } from '../openInference.ts';
import { until } from '../waiting.ts';
import { asked, connect, type Connection } from './connection.ts';
import { ServerContainer } from './container.ts';
import { serverImage, type ServerImage } from './image.ts';
import type { DockerSettings } from './settings.ts';
import type { FoundContainer } from './shape.ts';

export const pollMs = 50;

/** The engine with what this target has on it. */
export interface Opened {
  readonly connection: Connection;
  readonly container: ServerContainer;
  /** Of a server that runs, as it is asked; of none, as one will be. */
  readonly client: (found: FoundContainer | null) => OpenInference;
}

/** By its place: the processor of an engine does not change, and Podman runs half a dozen programs to say it. */
const processors = new Map<string, string>();

/** Opens the engine when it is first asked, and asks the server that is on it. */
export class DockerHost {
  readonly #name: string;
  readonly #settings: DockerSettings;
  readonly #context: TargetContext;
  #opened: Promise<Opened> | null = null;

  constructor(name: string, settings: DockerSettings, context: TargetContext) {
    this.#name = name;
    this.#settings = settings;
    this.#context = context;
  }

  /** @throws BadInput `container-ended` with its last lines */
  async untilAnswers(signal: AbortSignal): Promise<void> {
    const { container, client } = await this.open();
    await until(`${container.name} did not answer on ${client(null).url}`, pollMs, signal, async () => {
      const found = await container.find(signal);
      if (found?.running !== true) {
        const lines = found === null ? [] : await container.logs(5, signal);
        throw new BadInput('container-ended', `${container.name} ended: ${lines.join('\n')}`);
      }
      return await client(found).hasStarted(found.instance, signal);
    });
  }

  async client(signal: AbortSignal): Promise<OpenInference> {
    const { container, client } = await this.open();
    return client(await container.find(signal));
  }

  async version({ connection }: Opened): Promise<Docker.DockerVersion> {
    const { place, docker } = connection;
    const version = await asked(connection, 'say its version', AbortSignal.timeout(10_000), docker.version());
    processors.set(place, version.Arch);
    return version;
  }

  async image(opened: Opened): Promise<ServerImage> {
    const processor = processors.get(opened.connection.place) ?? (await this.version(opened)).Arch;
    const arm = /^(aarch64|arm64)$/.test(processor);
    const { distDir } = this.#context;
    return await serverImage(this.#settings.base, { distDir, platform: arm ? 'linux-arm64' : 'linux-x64' });
  }

  /** A connection that failed is tried again. */
  async open(): Promise<Opened> {
    this.#opened ??= this.#connect();
    try {
      return await this.#opened;
    } catch (error) {
      this.#opened = null;
      throw error;
    }
  }

  async #connect(): Promise<Opened> {
    const { socket, address, port } = this.#settings;
    const connection = await connect(socket ?? null, process.env);
    const outside = address === '127.0.0.1' || address === '0.0.0.0' || address === '::';
    await asked(connection, 'answer', AbortSignal.timeout(10_000), connection.docker.ping());
    const container = new ServerContainer(this.#name, this.#settings, connection);
    const where = `${outside ? connection.host : address}:${port}`;
    return {
      connection,
      container,
      client: found => this.#clientOf(container, found, where),
    };
  }

  /** A server is asked with what it was started with, also when the settings ask for another by now. */
  #clientOf(container: ServerContainer, found: FoundContainer | null, where: string): OpenInference {
    const { url, tls } = this.#settings;
    const folder = found?.access ?? null;
    const https = found === null ? tls !== undefined : folder?.files.includes('cert.pem') === true;
    const known = async (): Promise<string> =>
      (await container.volume.accessText(folder!, 'token', AbortSignal.timeout(30_000))) ?? '';
    return new OpenInference(url ?? `http${https ? 's' : ''}://${where}`, {
      ...clientAccess(this.#settings, this.#context),
      ...(folder?.files.includes('token') === true ? { token: known } : {}),
    });
  }
}
