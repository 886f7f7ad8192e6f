import { validate } from '../tasks.ts';
import type { CommandHandler } from './command.ts';
import { offerConfig } from './createConfig.ts';
import { openPage } from './openVersion.ts';
import { versionOf } from './subject.ts';

/** Validates a version; its page shows the progress and the verdict. */
export const validateVersion: CommandHandler = async ({ host, pages }, argument) => {
  const model = await versionOf(host, pages, argument, 'Validate');
  if (model === null) return;
  await openPage(pages, host, model, 'validation');
  await validate(host, model, true);
  if (!model.entry.configured) await offerConfig(host, model);
};
