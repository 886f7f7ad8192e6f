import type { Host } from '../host.ts';
import type { Pages } from '../panels/pages.ts';
import type { ModelsTree } from '../tree/models.ts';

/** What a command works with. */
export interface CommandContext {
  readonly host: Host;
  readonly pages: Pages;
  readonly models: ModelsTree;
}

/**
 * @param argument a tree node, a file (Uri), a reference, or what a page said; undefined from the palette
 * @param selection every chosen tree node, when there are several
 */
export type CommandHandler = (
  context: CommandContext,
  argument: unknown,
  selection: unknown,
) => Promise<void> | void;
