import path from 'node:path';
import { effectSize } from '../../core/ab/effectSize.ts';
import { splitShare } from '../../core/ab/splitShare.ts';
import { BadInput } from '../../core/failure.ts';
import type { AbPageChoice, DataPage, PageCommand, PageWork, Stored, Work } from '../../protocol/pages.ts';
import type { Ab } from '../../protocol/results/ab.ts';
import type { DataDescription } from '../../protocol/results/data.ts';
import type { ModelEntry } from '../../workspace/types.ts';
import type { Host } from '../host.ts';
import { workState, type PageAction, type PageSource } from './source.ts';
import type { Subject } from './subject.ts';

/** The page of one data set. What is found lasts as long as the page: a data set has no place in the store. */
export class DataSetSource implements PageSource {
  readonly subject: Subject & { readonly page: 'data' };
  readonly #host: Host;
  #description: Stored<DataDescription> | null = null;
  #ab: Stored<Ab> | null = null;
  #experiment: AbPageChoice | null = null;
  #judged: AbPageChoice | null = null;
  #begun = false;

  constructor(host: Host, file: string) {
    this.#host = host;
    this.subject = { page: 'data', file };
    // The rows may be others now: what was found stays, and says so.
    host.onDidChange(change => {
      if (change !== 'data') return;
      this.#description = outdated(this.#description);
      this.#ab = outdated(this.#ab);
    });
  }

  async state(): Promise<DataPage> {
    const { work, trusted, root } = this.#host;
    const { file } = this.subject;
    const role = await this.#role();
    if (trusted && !this.#begun) void this.describe().catch(() => undefined);
    const state = <T>(kind: PageWork, stored: Stored<T> | null, why: string): Work<T> =>
      workState(
        work.running(kind, file)?.progress ?? null,
        work.failure(kind, file),
        stored,
        trusted ? why : 'Nothing is run in a folder that is not trusted.',
      );
    return {
      page: 'data',
      trusted,
      path: root === null ? file : path.relative(root, file) || file,
      role: role === null ? null : `${role.name} of ${role.entry.name}`,
      reference: role?.reference?.path ?? null,
      description: state('describe', this.#description, 'The rows were not read yet.'),
      experiment: this.#experiment,
      judged: this.#judged,
      ab: state('ab', this.#ab, 'No arms were compared yet.'),
    };
  }

  async describe(): Promise<void> {
    this.#begun = true;
    const { work } = this.#host;
    const { file } = this.subject;
    const role = await this.#role();
    const { jobs } = await this.#host.services();
    const result = await work.run(
      'describe',
      file,
      `Reading ${path.basename(file)}`,
      async (signal, onProgress) =>
        await jobs().describe(
          {
            data: file,
            reference: role?.reference?.file ?? null,
            label: role?.entry.meaning.label ?? null,
            positive: role?.entry.meaning.positive ?? null,
            seed: 1,
          },
          { signal, onProgress },
        ),
    );
    this.#description = storedNow(result);
    this.#host.changed('work');
  }

  async ab(choice: AbPageChoice): Promise<void> {
    this.#experiment = choice;
    const { file } = this.subject;
    const minEffect = choice.minEffect === null ? null : effectSize(choice.minEffect);
    if (choice.minEffect !== null && minEffect === null)
      throw new BadInput('min-effect', `\`${choice.minEffect}\` is no effect. Write 0.01, or 5%.`);
    const share = choice.share === null ? null : splitShare(choice.share);
    if (choice.share !== null && share === null)
      throw new BadInput(
        'split',
        `\`${choice.share}\` is no split. Write control and treatment, as in 90:10.`,
      );
    const { jobs } = await this.#host.services();
    const { arm, outcome, positive, unit, control, time, better } = choice;
    const result = await this.#host.work.run(
      'ab',
      file,
      `Comparing the arms of ${path.basename(file)}`,
      async (signal, onProgress) =>
        await jobs().ab(
          { data: file, arm, outcome, positive, unit, control, time, better, minEffect, share },
          { signal, onProgress },
        ),
    );
    this.#ab = storedNow(result);
    this.#judged = choice;
    this.#host.changed('work');
  }

  cancel(kind: PageWork): void {
    this.#host.work.cancel(kind, this.subject.file);
  }

  argument(command: PageCommand): PageAction {
    switch (command) {
      case 'openConfig':
        return { command: 'slipway.openConfig', argument: undefined };
      case 'refresh':
        return { command: 'slipway.refresh', argument: undefined };
      default:
        return { command: 'slipway.showLog', argument: undefined };
    }
  }

  /** What slipway.yaml makes of the file, and what it is held against. */
  async #role(): Promise<{
    readonly name: 'holdout' | 'reference' | 'background';
    readonly entry: ModelEntry;
    readonly reference: ModelEntry['reference'];
  } | null> {
    for (const entry of await this.#host.catalog.models().catch(() => []))
      for (const name of ['holdout', 'reference', 'background'] as const)
        if (entry[name]?.file === this.subject.file)
          return { name, entry, reference: name === 'holdout' ? entry.reference : null };
    return null;
  }
}

function storedNow<T>(result: T): Stored<T> {
  return { result, storedAt: new Date().toISOString(), stale: null };
}

function outdated<T>(stored: Stored<T> | null): Stored<T> | null {
  return stored === null ? null : { ...stored, stale: 'a data file has changed since' };
}
