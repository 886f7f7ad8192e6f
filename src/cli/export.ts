import { Command, Option } from 'commander';
import { portableForms, writePortable, type PortableForm } from '../deploy/portable.ts';
import type { Run } from './outcome.ts';
import { shortDigest } from './print.ts';

interface Options {
  readonly form: PortableForm;
  readonly out: string;
  readonly data?: string;
}

const goldenRows = 20;

export function exportCommand(run: Run): Command {
  return new Command('export')
    .description('Write a model as a folder that predicts without a server: for Node, or for browsers.')
    .argument('<model>', 'name, name@version or path')
    .addOption(
      new Option('--form <form>', 'edge: Node with the native runtime; browser: a page')
        .choices(portableForms)
        .makeOptionMandatory(),
    )
    .requiredOption('--out <folder>', 'the folder to write, missing or empty')
    .option('--data <file>', 'rows that the bundle checks itself with (default: the holdout)')
    .action(async (ref: string, { form, out, data }: Options) =>
      run(async session => {
        const resolved = await session.model(ref);
        const { ref: model, entry, source } = resolved;
        const dir = session.path(out);
        const golden =
          data === undefined
            ? await session.jobs.golden(resolved, goldenRows, session.jobOptions)
            : await session.jobs.inputs(resolved, session.path(data), goldenRows, session.jobOptions);
        await writePortable({
          ...{ form, dir, golden, model: entry.name, version: model.version, digest: model.digest },
          ...{ file: source.file, distDir: session.distDir },
        });
        const check = form === 'edge' ? 'npm run check' : 'node check.mjs';
        return {
          document: { schema: 'slipway/export@1', model, form, folder: dir },
          text: `${entry.name} ${model.version ?? shortDigest(model.digest)} is in ${dir}; \`${check}\` there checks it.`,
          passed: true,
        };
      }),
    );
}
