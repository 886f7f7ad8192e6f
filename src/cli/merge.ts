import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { Command } from 'commander';
import { mergeParts, partsInOrder, type MergedFile } from '../core/explain/mergeParts.ts';
import { BadInput } from '../core/failure.ts';
import { explanation, type Explanation } from '../protocol/results/explanation.ts';
import { explanationText } from './explain.ts';
import type { Run } from './outcome.ts';
import type { Session } from './session.ts';

export function mergeCommand(run: Run): Command {
  return new Command('merge')
    .description(
      'Put the parts of an explanation together, made with `slipway explain --shard 1/n --json` and so on: what one run gives.',
    )
    .argument('<parts...>', 'JSON documents, one a part, in any order')
    .option(
      '--out <file>',
      'where the rows go when the parts have theirs in Parquet files: one of the same form',
    )
    .action(async (paths: string[], { out }: { readonly out?: string }) =>
      run(async session => {
        const parts = partsInOrder(await Promise.all(paths.map(path => partAt(session.path(path), path))));
        const merged = mergeParts(parts, await mergedFile(session, parts, out));
        return { document: merged, text: explanationText(merged), passed: true };
      }),
    );
}

/** @returns null where the rows are in the documents */
async function mergedFile(
  session: Session,
  parts: readonly Explanation[],
  out: string | undefined,
): Promise<MergedFile | null> {
  const files = parts.flatMap(({ rowsFile }) => (rowsFile === null ? [] : [rowsFile]));
  if (files.length === 0 && out === undefined) return null;
  if (files.length === 0)
    throw new BadInput(
      'rows-in-documents',
      'These parts have their rows in their documents: leave out `--out`.',
    );
  if (out === undefined)
    throw new BadInput(
      'rows-in-files',
      'These parts have their rows in Parquet files. Say where all rows go: `--out values.parquet`.',
    );
  const global = await session.jobs.mergeRows(session.path(out), {
    parts: files.map(({ path, rows }) => ({ file: resolve(session.workspace.root, path), path, rows })),
    features: parts[0]!.features.map(({ name }) => name),
  });
  return { path: relative(session.workspace.root, session.path(out)), global };
}

async function partAt(file: string, path: string): Promise<Explanation> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new BadInput(
      'missing-file',
      `\`${path}\` cannot be read. Give the files that the parts were written to.`,
    );
  });
  const parsed = explanation.safeParse(parsedJson(text));
  if (parsed.success) return parsed.data;
  throw new BadInput(
    'no-part',
    `\`${path}\` is no explanation of this version of Slipway. Make the parts with \`slipway explain --shard 1/n --json\`.`,
  );
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
