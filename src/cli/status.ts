import { Command } from 'commander';
import type { Run } from './outcome.ts';
import { shortDigest, table } from './print.ts';

export function statusCommand(run: Run): Command {
  return new Command('status')
    .description('Say what is live on each target, asked of the target itself.')
    .argument('[target]', 'only this target')
    .option('--history', 'the releases too, newest first')
    .action(async (only: string | undefined, { history }: { history?: boolean }) =>
      run(async ({ deployer, signal }) => {
        const names = only === undefined ? deployer.targets().map(({ name }) => name) : [only];
        const targets = await Promise.all(
          names.map(async name => ({
            ...(await deployer.status(name, signal)),
            releases: history === true ? await deployer.history(name) : [],
          })),
        );
        const rows = targets.map(({ target, kind, live, sentence }) => [
          target,
          kind,
          live
            .map(
              ({ digest, version, weight }) =>
                `${version ?? shortDigest(digest)} ${Math.round(weight * 100)} %`,
            )
            .join(', ') || '-',
          sentence,
        ]);
        const notes = targets.flatMap(({ target, drift, interrupted, overdue, busy }) =>
          [drift, interrupted, overdue, busy].filter(note => note !== null).map(note => `${target}: ${note}`),
        );
        const releases = targets.flatMap(target => target.releases);
        const parts = [
          rows.length === 0 ? 'slipway.yaml has no targets.' : table(['target', 'kind', 'live', ''], rows),
          notes.join('\n'),
          releases.length === 0
            ? ''
            : table(
                ['release', 'target', 'action', 'version', 'state', 'at', 'by'],
                releases.map(({ release, target, action, model, state, at, by }) => [
                  release,
                  target,
                  action,
                  model.version ?? shortDigest(model.digest),
                  state,
                  at.slice(0, 16).replace('T', ' '),
                  by,
                ]),
              ),
        ];
        const text = parts.filter(part => part !== '').join('\n\n');
        return { document: { schema: 'slipway/status@1', targets }, text, passed: true };
      }),
    );
}
