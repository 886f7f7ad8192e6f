import { keepRunning, type Listening } from '../listening.ts';

/** The process that started this one, when it holds a channel: until it says otherwise, its end is ours. */
export class Starter {
  readonly #has = process.send !== undefined;
  #keeps = true;
  #gone = (): void => process.exit(0);

  constructor() {
    if (!this.#has) return;
    process.on('message', message => {
      if (message === keepRunning) this.#keeps = false;
    });
    process.once('disconnect', () => {
      if (this.#keeps) this.#gone();
    });
  }

  /** @param gone what to do when it ends from now on */
  tell(said: Listening, gone: () => void): void {
    if (!this.#has) return;
    this.#gone = gone;
    if (process.connected) process.send!(said);
    else gone();
  }
}
