import type { CommandHandler } from './command.ts';
import { pickTarget, targetIn } from './subject.ts';

export const openTarget: CommandHandler = async ({ host, pages }, argument) => {
  const target =
    targetIn(argument, pages) ??
    (await pickTarget(host, 'Open target', () => true, 'slipway.yaml names no target yet.'));
  if (target !== null) pages.open({ page: 'target', target });
};
