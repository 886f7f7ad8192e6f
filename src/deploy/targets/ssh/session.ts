import { logIn, placeOf } from './connection.ts';
import { RemoteHost } from './remoteHost.ts';
import type { SshSettings } from './settings.ts';

const lingerMs = 3_000;

/** One login shared by what is asked at about the same time. */
export class Session {
  readonly #settings: SshSettings;
  readonly #secret: (name: string) => Promise<string>;
  #host: Promise<RemoteHost> | null = null;
  #users = 0;
  #closing: NodeJS.Timeout | null = null;

  constructor(settings: SshSettings, secret: (name: string) => Promise<string>) {
    this.#settings = settings;
    this.#secret = secret;
  }

  /** @throws BadInput as `logIn` */
  async use<T>(signal: AbortSignal, work: (host: RemoteHost) => Promise<T>): Promise<T> {
    this.#users += 1;
    if (this.#closing !== null) clearTimeout(this.#closing);
    this.#closing = null;
    try {
      const host = await this.#open(signal);
      host.hold(true);
      return await work(host);
    } finally {
      this.#users -= 1;
      if (this.#users === 0) await this.#idle();
    }
  }

  async close(): Promise<void> {
    if (this.#closing !== null) clearTimeout(this.#closing);
    const held = this.#host;
    this.#host = null;
    (await held?.catch(() => null))?.close();
  }

  async #open(signal: AbortSignal): Promise<RemoteHost> {
    const held = this.#host;
    const found = await held?.catch(() => null);
    if (found?.open === true) return found;
    // Another that found none open either logs in already.
    if (this.#host !== held) return await this.#open(signal);
    this.#host = logIn(this.#settings, this.#secret, signal).then(
      connection => new RemoteHost(placeOf(this.#settings), connection),
    );
    return await this.#host;
  }

  async #idle(): Promise<void> {
    const host = await this.#host?.catch(() => null);
    if (this.#users > 0) return;
    host?.hold(false);
    this.#closing = setTimeout(() => void this.close(), lingerMs);
    this.#closing.unref();
  }
}
