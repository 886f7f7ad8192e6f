import type { CommandContext, CommandHandler } from './command.ts';
import { openPage } from './openVersion.ts';
import { versionOf } from './subject.ts';

/** The validation of a version as it was stored; nothing is run. */
export const openValidation: CommandHandler = validationOf;

export async function validationOf({ host, pages }: CommandContext, argument: unknown): Promise<void> {
  const model = await versionOf(host, pages, argument, 'Open a validation');
  if (model !== null) await openPage(pages, host, model, 'validation');
}
