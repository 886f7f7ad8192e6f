import { BadInput } from '../../core/failure.ts';

/** The name by which others find the live version of a target that keeps no lease: a tag, an alias. */
export interface Pointer {
  /** For people: "the tag live". */
  readonly what: string;
  /** What it names now; null: nothing. */
  readonly read: (signal: AbortSignal) => Promise<string | null>;
  readonly write: (to: string | null, signal: AbortSignal) => Promise<void>;
}

/**
 * Makes it name something else. Of two who deploy at once from different machines one wins, and the other is told.
 * @param before what it named when the release was planned
 * @throws BadInput `moved-meanwhile` when it names something else by now
 */
export async function movePointer(
  pointer: Pointer,
  { before, to }: { readonly before: string | null; readonly to: string | null },
  signal: AbortSignal,
): Promise<void> {
  const now = await pointer.read(signal);
  if (now === to) return;
  if (now !== before)
    throw new BadInput(
      'moved-meanwhile',
      `Someone else moved ${pointer.what} meanwhile: it names ${now ?? 'nothing'}, not ${before ?? 'nothing'}. Look at the status, and decide anew.`,
    );
  await pointer.write(to, signal);
}

/** Takes a move back, unless someone else moved it since. */
export async function movePointerBack(
  pointer: Pointer,
  { before, to }: { readonly before: string | null; readonly to: string | null },
  signal: AbortSignal,
): Promise<void> {
  if ((await pointer.read(signal)) === to) await pointer.write(before, signal);
}
