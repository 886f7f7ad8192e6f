import type { CommandHandler } from './command.ts';
import { pickCanary } from './promote.ts';
import { targetIn } from './subject.ts';

/** Leaves a canary with the share it has. */
export const pauseCanary: CommandHandler = async ({ host, pages }, argument) => {
  const target = targetIn(argument, pages) ?? (await pickCanary(host, 'Pause the canary of'));
  if (target === null) return;
  const { deployer } = await host.services();
  await deployer.pause(target, 'Paused by hand.');
  host.changed('targets');
};
