import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { mergeParts } from '../core/explain/mergeParts.ts';
import { BadInput } from '../core/failure.ts';
import { explanation, type Explanation } from '../protocol/results/explanation.ts';
import { explanationText } from './explain.ts';
import type { Run } from './outcome.ts';

export function mergeCommand(run: Run): Command {
  return new Command('merge')
    .description(
      'Put the parts of an explanation together, made with `slipway explain --shard 1/n --json` and so on: what one run gives.',
    )
    .argument('<parts...>', 'JSON documents, one a part, in any order')
    .action(async (paths: string[]) =>
      run(async session => {
        const merged = mergeParts(await Promise.all(paths.map(path => partAt(session.path(path), path))));
        return { document: merged, text: explanationText(merged), passed: true };
      }),
    );
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
