import { leadCanary } from '../canaries.ts';
import type { CommandHandler } from './command.ts';
import { pickCanary } from './promote.ts';
import { targetIn } from './subject.ts';

/** Leads a canary on: one that is paused, or that another process began. */
export const watchCanary: CommandHandler = async ({ host, pages }, argument) => {
  const target = targetIn(argument, pages) ?? (await pickCanary(host, 'Watch the canary of'));
  if (target !== null) await leadCanary(host, target);
};
