import { isDeepStrictEqual } from 'node:util';
import { HttpError } from '../http/httpError.ts';
import type { Failures } from '../fleet/fleet.ts';
import type { Wanted } from '../fleet/registry.ts';
import { sumCounts, type Counts } from '../observe/counts.ts';
import { modelsOf, type Serving } from '../serving.ts';
import type { Head, Member } from './member.ts';

/**
 * Keeps all processes of a server on one serving.json. A change is loaded by all in the dark first; only then
 * do all take it over, so that a version one process cannot load changes nothing in any.
 */
export class Conductor implements Head {
  readonly #controls: boolean;
  readonly #members = new Set<Member>();
  #wanted: Wanted | null = null;
  #failures: Failures = {};
  #applying: Promise<unknown> = Promise.resolve();

  /** @param controls whether models may be loaded and unloaded over HTTP */
  constructor(controls: boolean) {
    this.#controls = controls;
  }

  get failures(): Failures {
    return this.#failures;
  }

  /** Brings a process to where the others are; from then on it follows. */
  async join(member: Member): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#wanted !== null) {
        const failures = await member.prepare(this.#wanted);
        await member.commit(this.#wanted, { ...this.#failures, ...failures });
      }
      this.#members.add(member);
    });
  }

  leave(member: Member): void {
    this.#members.delete(member);
  }

  /** Applications follow each other; each resolves when it is done. */
  async apply(serving: Serving): Promise<void> {
    await this.#inTurn(async () => {
      const names = modelsOf(serving).map(({ model }) => model);
      const unloaded = (this.#wanted?.unloaded ?? []).filter(model => names.includes(model));
      const wanted = { serving, unloaded };
      if (!isDeepStrictEqual(wanted, this.#wanted)) await this.#follow(wanted);
    });
  }

  async control(model: string, act: 'load' | 'unload'): Promise<void> {
    if (!this.#controls)
      throw new HttpError(
        403,
        'Others than this machine can ask this server, without a token: models are loaded and unloaded by its serving.json only.',
      );
    await this.#inTurn(async () => {
      if (this.#wanted === null) throw new HttpError(503, 'The server is starting.', { 'retry-after': '1' });
      const { serving, unloaded } = this.#wanted;
      const others = unloaded.filter(name => name !== model);
      await this.#follow({ serving, unloaded: act === 'load' ? others : [...others, model] });
      if (act === 'unload') return;
      const versions = modelsOf(serving).find(({ model: name }) => name === model)?.versions ?? [];
      const failed = versions.flatMap(({ digest }) => this.#failures[digest] ?? []);
      if (failed.length > 0) throw new HttpError(400, `${model} could not be loaded: ${failed.join(' ')}`);
    });
  }

  async counts(): Promise<Counts> {
    return sumCounts(await Promise.all([...this.#members].map(member => member.counts())));
  }

  async drain(): Promise<void> {
    await Promise.all([...this.#members].map(member => member.drain()));
  }

  async #follow(wanted: Wanted): Promise<void> {
    const members = [...this.#members];
    const found = await Promise.all(members.map(member => member.prepare(wanted)));
    const failures = Object.assign({}, ...found) as Failures;
    await Promise.all(members.map(member => member.commit(wanted, failures)));
    this.#wanted = wanted;
    this.#failures = failures;
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#applying.then(act);
    this.#applying = done.catch(() => undefined);
    return done;
  }
}
