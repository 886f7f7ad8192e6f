import type { CommandHandler } from './command.ts';
import { openPage } from './openVersion.ts';
import { versionOf } from './subject.ts';

/** Opens the page of a version at its review. */
export const reviewVersion: CommandHandler = async ({ host, pages }, argument) => {
  const model = await versionOf(host, pages, argument, 'Review');
  if (model !== null) await openPage(pages, host, model, 'review');
};
