import { join } from 'node:path';
import { BadInput } from '../core/failure.ts';
import { threadEntry, type ThreadEntry } from '../protocol/results/review.ts';
import { Journal } from '../workspace/journal.ts';
import type { ReviewRecords } from './records.ts';

/** Challenges and answers about one version: hash-chained lines beside the records, bound by the next decision. */
export class Thread {
  readonly #journal: Journal<ThreadEntry>;

  private constructor(journal: Journal<ThreadEntry>) {
    this.#journal = journal;
  }

  /** @throws BadInput `journal-broken` */
  static async open(root: string, records: ReviewRecords, model: string, digest: string): Promise<Thread> {
    const file = join(root, records.folder(model), `${digest.slice(0, 16)}.thread.jsonl`);
    return new Thread(await Journal.open<ThreadEntry>(file));
  }

  get entries(): readonly ThreadEntry[] {
    return this.#journal.records.map(record => threadEntry.parse(record));
  }

  /** Numbers of the challenges that have no answer yet, from 1. */
  get open(): readonly number[] {
    return openChallenges(this.entries);
  }

  async challenge(by: string, text: string, at: Date): Promise<void> {
    await this.#journal.append({ kind: 'challenge', at: at.toISOString(), by, text: said(text), to: null });
  }

  /** @param to the challenge's number; null: the oldest that is open */
  async answer(by: string, text: string, to: number | null, at: Date): Promise<void> {
    const count = this.entries.filter(({ kind }) => kind === 'challenge').length;
    const number = to ?? this.open[0] ?? null;
    if (number === null || number < 1 || number > count)
      throw new BadInput(
        'no-challenge',
        to === null ? 'No challenge is open.' : `There is no challenge ${to}: there are ${count}.`,
      );
    await this.#journal.append({ kind: 'answer', at: at.toISOString(), by, text: said(text), to: number });
  }
}

/** Numbers of the challenges without an answer, from 1. */
export function openChallenges(entries: readonly ThreadEntry[]): readonly number[] {
  const answered = new Set(entries.filter(({ kind }) => kind === 'answer').map(({ to }) => to));
  const count = entries.filter(({ kind }) => kind === 'challenge').length;
  return Array.from({ length: count }, (_, index) => index + 1).filter(number => !answered.has(number));
}

function said(text: string): string {
  if (text.trim() === '') throw new BadInput('empty-text', 'A challenge or an answer needs words.');
  return text.trim();
}
