import { setting } from '../settings.ts';
import { explain } from '../tasks.ts';
import type { CommandHandler } from './command.ts';
import { openPage } from './openVersion.ts';
import { versionOf } from './subject.ts';

/** Explains a version; its page shows the progress and the attributions. */
export const explainVersion: CommandHandler = async ({ host, pages }, argument) => {
  const model = await versionOf(host, pages, argument, 'Explain');
  if (model === null) return;
  await openPage(pages, host, model, 'explanation');
  await explain(
    host,
    model,
    { method: 'auto', output: null, rows: setting('slipway.explain.rows'), where: null },
    true,
  );
};
