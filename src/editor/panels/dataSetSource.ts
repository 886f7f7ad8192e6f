import path from 'node:path';
import { Uri, window } from 'vscode';
import type {
  AbPageChoice,
  DataPage,
  OutcomesFile,
  PageCommand,
  PageWork,
  Stored,
  Work,
} from '../../protocol/pages.ts';
import type { DataDescription } from '../../protocol/results/data.ts';
import type { ModelEntry } from '../../workspace/types.ts';
import type { Host } from '../host.ts';
import { tracked } from '../tasks.ts';
import { choiceOf, jobChoice } from './experimentChoice.ts';
import { workState, type PageAction, type PageSource } from './source.ts';
import type { Subject } from './subject.ts';

/** The page of one data set. */
export class DataSetSource implements PageSource {
  readonly subject: Subject & { readonly page: 'data' };
  readonly #host: Host;
  #experiment: AbPageChoice | null = null;
  /** What the newest result was asked with, as it was written. */
  #judged: { readonly job: string; readonly choice: AbPageChoice } | null = null;
  #begun = false;

  constructor(host: Host, file: string) {
    this.#host = host;
    this.subject = { page: 'data', file };
  }

  async state(): Promise<DataPage> {
    const { catalog, work, trusted, root } = this.#host;
    const { file } = this.subject;
    const role = await this.#role();
    const [kept, ab] = await Promise.all([catalog.description(file), catalog.experiment(file)]);
    const description = kept !== null && asNow(kept.result, role) ? kept : null;
    if (trusted && !this.#begun && description?.stale !== null) void this.describe().catch(() => undefined);
    const judged =
      ab === null ? null : this.#judged?.job === ab.result.job ? this.#judged.choice : choiceOf(ab.result);
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
      description: state('describe', description, 'The rows were not read yet.'),
      experiment: this.#experiment ?? judged,
      judged,
      ab: state('ab', ab, 'No arms were compared yet.'),
    };
  }

  async describe(): Promise<void> {
    this.#begun = true;
    const { file } = this.subject;
    const role = await this.#role();
    const { jobs } = await this.#host.services();
    await tracked(
      this.#host,
      'describe',
      file,
      `Reading ${path.basename(file)}`,
      async (signal, onProgress) =>
        await jobs().dataSets.describe(
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
  }

  async ab(choice: AbPageChoice): Promise<void> {
    this.#experiment = choice;
    const { file } = this.subject;
    const asked = jobChoice(file, choice);
    const { jobs } = await this.#host.services();
    await tracked(
      this.#host,
      'ab',
      file,
      `Comparing the arms of ${path.basename(file)}`,
      async (signal, onProgress) => {
        const result = await jobs().dataSets.ab(asked, { signal, onProgress });
        this.#judged = { job: result.job, choice };
        return result;
      },
    );
  }

  async outcomes(file: string | null): Promise<OutcomesFile | null> {
    const { root, trusted } = this.#host;
    if (!trusted) return null;
    const chosen = file === null ? await this.#askOutcomes() : path.resolve(root ?? '', file);
    if (chosen === null) return null;
    const { jobs } = await this.#host.services();
    const shown = root === null ? chosen : path.relative(root, chosen);
    const { columns } = await jobs().dataSets.rows({
      data: { file: chosen, path: shown },
      offset: 0,
      limit: 1,
      orderBy: null,
      filter: null,
    });
    return { path: shown.startsWith('..') ? chosen : shown, columns: columns.map(({ name }) => name) };
  }

  async #askOutcomes(): Promise<string | null> {
    const [chosen] =
      (await window.showOpenDialog({
        title: 'Outcomes that came later',
        filters: { Data: ['csv', 'tsv', 'parquet', 'jsonl', 'ndjson'] },
        defaultUri: Uri.file(path.dirname(this.subject.file)),
      })) ?? [];
    return chosen?.fsPath ?? null;
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
  async #role(): Promise<Role | null> {
    for (const entry of await this.#host.catalog.models().catch(() => []))
      for (const name of ['holdout', 'reference', 'background'] as const)
        if (entry[name]?.file === this.subject.file)
          return { name, entry, reference: name === 'holdout' ? entry.reference : null };
    return null;
  }
}

interface Role {
  readonly name: 'holdout' | 'reference' | 'background';
  readonly entry: ModelEntry;
  readonly reference: ModelEntry['reference'];
}

/** Whether a kept description is of what slipway.yaml says now. */
function asNow({ label, positive, reference }: DataDescription, role: Role | null): boolean {
  const meaning = role?.entry.meaning;
  return (
    label === (meaning?.label ?? null) &&
    (meaning?.positive == null || positive === meaning.positive) &&
    (reference?.path ?? null) === (role?.reference?.path ?? null)
  );
}
