import type { LeasePlace } from '../targetLease.ts';
import type { ObjectStore } from './objectStore.ts';

/** Notes as objects below a prefix, each put only where there is none. */
export class StoreLease implements LeasePlace {
  readonly #store: () => Promise<ObjectStore>;
  readonly #prefix: string;

  /** @param prefix ends with a slash */
  constructor(store: () => Promise<ObjectStore>, prefix: string) {
    this.#store = store;
    this.#prefix = prefix;
  }

  async numbers(signal: AbortSignal): Promise<readonly number[]> {
    const objects = await (await this.#store()).list(this.#prefix, signal);
    return objects.map(({ key }) => Number(key.slice(this.#prefix.length))).filter(Number.isInteger);
  }

  async read(number: number, signal: AbortSignal): Promise<string | null> {
    const bytes = await (await this.#store()).get(this.#key(number), signal);
    return bytes === null ? null : Buffer.from(bytes).toString();
  }

  async create(number: number, text: string, signal: AbortSignal): Promise<boolean> {
    return await (await this.#store()).putNew(this.#key(number), Buffer.from(text), signal);
  }

  async remove(number: number, signal: AbortSignal): Promise<void> {
    await (await this.#store()).delete(this.#key(number), signal);
  }

  #key(number: number): string {
    return `${this.#prefix}${number}`;
  }
}
