import { runRelease } from './commands/release.ts';
import { leadCanary } from './canaries.ts';
import { isCancelled, sentenceOf } from './failures.ts';
import type { Host } from './host.ts';
import type { TargetUnderWay } from './underWay.ts';

/** Goes on with what the window was deploying when it was closed or reloaded. */
export async function goOn(host: Host): Promise<void> {
  if (!host.trusted) return;
  await Promise.all(
    host.underWay.all().map(async left => {
      try {
        await goOnWith(host, left);
      } catch (error) {
        if (!isCancelled(error)) host.log.error(`${left.target}: ${sentenceOf(error)}`);
      }
    }),
  );
}

async function goOnWith(host: Host, { target, release }: TargetUnderWay): Promise<void> {
  const { deployer } = await host.services();
  const known = deployer.targets().some(({ name }) => name === target);
  const interrupted = known && (await deployer.status(target)).interrupted !== null;
  const own = interrupted && (await deployer.history(target))[0]?.release === release;
  // What another began is not this window's to finish.
  if (!known || (interrupted && !own)) {
    await host.underWay.forget(target);
    return;
  }
  if (own)
    await runRelease(
      host,
      target,
      `Finishing what was begun on ${target}`,
      async options => (await deployer.recover(target, { ...options, finish: true }))!,
    );
  const rollout = await deployer.rollout(target);
  const ended = rollout === null || ['promoted', 'rolled-back', 'paused'].includes(rollout.state);
  if (ended) await host.underWay.forget(target);
  else await leadCanary(host, target);
}
