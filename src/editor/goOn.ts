import { runRelease } from './commands/release.ts';
import { leadCanary } from './canaries.ts';
import { isCancelled, sentenceOf } from './failures.ts';
import type { Host } from './host.ts';

/** Goes on with what the window was deploying when it was closed or reloaded. */
export async function goOn(host: Host): Promise<void> {
  if (!host.trusted) return;
  const { deployer } = await host.services();
  await Promise.all(
    host.underWay.targets().map(async target => {
      try {
        const { interrupted } = await deployer.status(target);
        if (interrupted !== null)
          await runRelease(
            host,
            target,
            `Finishing what was begun on ${target}`,
            async options => (await deployer.recover(target, { ...options, finish: true }))!,
          );
        const rollout = await deployer.rollout(target);
        const ended = rollout === null || ['promoted', 'rolled-back', 'paused'].includes(rollout.state);
        if (!ended) await leadCanary(host, target);
      } catch (error) {
        if (!isCancelled(error)) host.log.error(`${target}: ${sentenceOf(error)}`);
      }
    }),
  );
}
