import type { ExtensionContext } from 'vscode';
import { BadInput } from '../core/failure.ts';

const prefix = 'slipway.secret.';
const namesKey = 'secretNames';

/** Secrets by the names that slipway.yaml gives them, in the keychain of this machine. */
export class Secrets {
  readonly #context: ExtensionContext;

  constructor(context: ExtensionContext) {
    this.#context = context;
  }

  /** The secret, else the environment variable of that name. @throws BadInput `no-secret` */
  async resolve(name: string): Promise<string> {
    const value = (await this.#context.secrets.get(prefix + name)) ?? process.env[name];
    if (value !== undefined && value !== '') return value;
    throw new BadInput(
      'no-secret',
      `There is no secret \`${name}\`, which slipway.yaml names. Set it with "Slipway: Set Secret".`,
    );
  }

  /** Names of those that were set here. Their values are never listed. */
  names(): readonly string[] {
    return this.#context.globalState.get<string[]>(namesKey, []);
  }

  async set(name: string, value: string): Promise<void> {
    await this.#context.secrets.store(prefix + name, value);
    await this.#remember([...new Set([...this.names(), name])].sort());
  }

  async forget(name: string): Promise<void> {
    await this.#context.secrets.delete(prefix + name);
    await this.#remember(this.names().filter(other => other !== name));
  }

  async #remember(names: readonly string[]): Promise<void> {
    await this.#context.globalState.update(namesKey, names);
  }
}
