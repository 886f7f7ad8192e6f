import type { LeasePlace } from '../../targetLease.ts';
import { asked, EngineRefusal, type Connection } from './connection.ts';
import { labels } from './labels.ts';

/** Notes as the labels of volumes with nothing in them: there before any image is, and of one name only once. */
export class VolumeLease implements LeasePlace {
  readonly #connection: () => Promise<Connection>;
  readonly #prefix: string;
  readonly #container: string;

  constructor(connection: () => Promise<Connection>, container: string) {
    this.#connection = connection;
    this.#container = container;
    this.#prefix = `${container}-lease-`;
  }

  async numbers(signal: AbortSignal): Promise<readonly number[]> {
    const connection = await this.#connection();
    const filters = { label: [`${labels.lease}=${this.#container}`] };
    const list = connection.docker.listVolumes({ filters });
    // Typed as always there, which neither engine holds to.
    const { Volumes } = await asked(connection, 'list its volumes', signal, list);
    return ((Volumes as typeof Volumes | null) ?? []).map(({ Name }) =>
      Number(Name.slice(this.#prefix.length)),
    );
  }

  async read(number: number, signal: AbortSignal): Promise<string | null> {
    const connection = await this.#connection();
    try {
      const volume = connection.docker.getVolume(`${this.#prefix}${number}`);
      const { Labels } = await asked(connection, 'show a volume', signal, volume.inspect());
      return (Labels as Record<string, string> | null)?.[labels.note] ?? null;
    } catch (error) {
      if (error instanceof EngineRefusal && error.status === 404) return null;
      throw error;
    }
  }

  /** An engine that has such a volume says that it was made: whose it is, its labels tell. */
  async create(number: number, text: string, signal: AbortSignal): Promise<boolean> {
    const connection = await this.#connection();
    const volume = {
      Name: `${this.#prefix}${number}`,
      Labels: { [labels.lease]: this.#container, [labels.note]: text },
    };
    try {
      await asked(connection, 'make a volume', signal, connection.docker.createVolume(volume));
    } catch (error) {
      if (!(error instanceof EngineRefusal)) throw error;
      if ((await this.read(number, signal)) === null) throw error;
    }
    return (await this.read(number, signal)) === text;
  }

  async remove(number: number, signal: AbortSignal): Promise<void> {
    const connection = await this.#connection();
    try {
      const volume = connection.docker.getVolume(`${this.#prefix}${number}`);
      await asked(connection, 'remove a volume', signal, volume.remove());
    } catch (error) {
      if (!(error instanceof EngineRefusal) || error.status !== 404) throw error;
    }
  }
}
