import { Command } from 'commander';
import type { Run } from './outcome.ts';
import { toPositive } from './options.ts';
import { bytes, shortDigest, table } from './print.ts';

export function versionsCommand(run: Run): Command {
  return new Command('versions')
    .description('List the versions of each model, newest first.')
    .argument('[model]', 'only this model')
    .option('--limit <n>', 'at most so many of each', toPositive, 20)
    .action(async (model: string | undefined, { limit }: { limit: number }) =>
      run(async ({ workspace }) => {
        const names = model === undefined ? workspace.models().map(({ name }) => name) : [model];
        const models = await Promise.all(
          names.map(async name => ({ name, versions: await workspace.versions(name, { limit }) })),
        );
        const rows = models.flatMap(({ name, versions }) =>
          versions.map(({ version, digest, date, author, size, modified, state, tags }) => [
            name,
            version,
            shortDigest(digest),
            date.slice(0, 10),
            author ?? '-',
            bytes(size),
            state.kind !== 'ready' ? state.advice : modified ? 'modified' : tags.join(' '),
          ]),
        );
        const text =
          rows.length === 0
            ? 'There are no models here. Give the path of an .onnx file to the other commands, or write a slipway.yaml.'
            : table(['model', 'version', 'digest', 'date', 'author', 'size', ''], rows);
        return { document: { schema: 'slipway/versions@1', models }, text, passed: true };
      }),
    );
}
