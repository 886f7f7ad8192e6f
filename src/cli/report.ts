import { Command, Option } from 'commander';
import { liveVersion } from '../deploy/live.ts';
import { reportOf } from '../report/collect.ts';
import { formatFacts, reportFormats, type ReportFormat } from '../report/formats.ts';
import { writeAtomic } from '../workspace/atomic.ts';
import type { Run } from './outcome.ts';

interface Options {
  readonly format: ReportFormat;
  readonly out?: string;
  readonly rows?: boolean;
  readonly baseline?: string;
  readonly revision?: string;
}

export function reportCommand(run: Run): Command {
  return new Command('report')
    .description(
      'Write what is known of a version: validation, explanation, comparison with what is live, review.',
    )
    .argument('<model>', 'name, name@version or path')
    .addOption(
      new Option(
        '--format <format>',
        reportFormats.map(format => `${format}: ${formatFacts[format].title}`).join('; '),
      )
        .choices(reportFormats)
        .default('html'),
    )
    .option('--out <file>', 'where to write it (default: on stdout)')
    .option('--rows', 'let rows of the data be part of it')
    .option('--baseline <model>', 'compared with this version (default: what is live)')
    .option('--revision <revision>', 'the protected git revision that reviews are checked against')
    .action(async (ref: string, { format, out, rows, baseline, revision }: Options) =>
      run(async session => {
        const model = await session.model(ref);
        const live =
          baseline === undefined
            ? await liveVersion(session.deployer, session.workspace, model, null)
            : await session.model(baseline);
        const text = await reportOf(session.reviews, model, {
          format,
          rows: rows === true,
          live,
          revision: revision ?? null,
          signal: session.signal,
        });
        const document = {
          schema: 'slipway/written@1',
          format,
          file: out ?? null,
          bytes: Buffer.byteLength(text),
        };
        if (out === undefined) return { document: { ...document, text }, text: text.trimEnd(), passed: true };
        const file = session.path(out);
        await writeAtomic(file, text);
        return { document, text: `Wrote ${out} (${document.bytes} bytes).`, passed: true };
      }),
    );
}
