import { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { assignRule } from '../core/policy/assign.ts';
import { policyIssues } from '../core/policy/issues.ts';
import { BadInput } from '../core/failure.ts';
import { PolicyBook } from '../jobs/policyBook.ts';
import type { Policy } from '../protocol/engine.ts';
import type { PolicyPreview } from '../protocol/results/policyPreview.ts';
import { surroundingsOf } from '../workspace/config/load.ts';
import { readConfig } from '../workspace/config/check.ts';
import { policiesIn } from '../workspace/config/rules.ts';
import type { ModelEntry } from '../workspace/types.ts';
import type { Run } from './outcome.ts';
import { passed } from './outcome.ts';
import { asGiven } from '../core/words.ts';
import { statusWord, table, withInterval } from './print.ts';
import type { Session } from './session.ts';

interface Options {
  readonly set: readonly string[];
  readonly file?: string;
}

export function policyCommand(run: Run): Command {
  const policy = new Command('policy').description('Work on the policy of a model.');
  policy.addCommand(previewCommand(run));
  return policy;
}

function previewCommand(run: Run): Command {
  return new Command('preview')
    .description(
      'What a changed policy would have decided on the stored validations of a model; nothing is run. The exit code is that of the newest one.',
    )
    .argument('<model>', 'a model of slipway.yaml')
    .option(
      '--set <rule>',
      'one changed rule, such as roc_auc.min=0.8 or latency-p99.severity=warn; can be given again',
      (rule: string, before: readonly string[]) => [...before, rule],
      [],
    )
    .option('--file <file>', 'a changed slipway.yaml')
    .action(async (name: string, options: Options) =>
      run(async session => {
        const entry = session.workspace.models().find(model => model.name === name);
        if (entry === undefined)
          throw new BadInput('unknown-model', `There is no model \`${name}\` in slipway.yaml.`);
        const book = new PolicyBook(session.workspace, () => session.jobs);
        const preview = await book.preview(name, await changedPolicy(session, entry, options));
        const newest = preview.versions[0];
        return { document: preview, text: previewText(preview), passed: passed(newest?.after ?? null) };
      }),
    );
}

/** @throws BadInput when nothing is changed, or the change is none that a policy can hold */
async function changedPolicy(session: Session, entry: ModelEntry, { set, file }: Options): Promise<Policy> {
  if (set.length === 0 && file === undefined)
    throw new BadInput(
      'no-change',
      'Say what changes: `--set roc_auc.min=0.8`, or `--file` with a changed slipway.yaml.',
    );
  const start = file === undefined ? entry.policy : await policyIn(session, file, entry.name);
  const policy = set.reduce(assignRule, start);
  const task = entry.meaning.task;
  const [issue] = policyIssues(policy, task);
  if (issue !== undefined) throw new BadInput('bad-policy', `${issue.path.join('.')}: ${issue.message}`);
  return policy;
}

async function policyIn(session: Session, file: string, model: string): Promise<Policy> {
  const text = await readFile(session.path(file), 'utf8').catch(() => {
    throw new BadInput('missing-file', `There is no file \`${file}\`.`);
  });
  const surroundings = surroundingsOf(session.workspace.root);
  const [issue] = readConfig(text, surroundings).issues.filter(({ severity }) => severity === 'error');
  if (issue !== undefined)
    throw new BadInput('bad-config', `\`${file}\` line ${issue.line + 1}: ${issue.message}`);
  const policy = policiesIn(text, surroundings).get(model);
  if (policy === undefined) throw new BadInput('unknown-model', `\`${file}\` has no model \`${model}\`.`);
  return policy;
}

/** The sentence, then a line for each version, then what changed in each. */
export function previewText({ sentence, versions, notes }: PolicyPreview): string {
  const lines = versions.flatMap(({ version, before, after, stale, checks, open }) => [
    [version, statusWord[before.status], statusWord[after.status], stale ?? ''],
    ...checks.map(({ id, value, interval, before: was, after: is, threshold }) => [
      `  ${id}`,
      was === null ? '-' : statusWord[was],
      is === null ? '-' : statusWord[is],
      `${typeof value === 'number' ? withInterval(value, interval) : (value ?? '-')}${threshold === null ? '' : `, wanted ${threshold.op} ${asGiven(threshold.value)}`}`,
    ]),
    ...open.map(({ id, why }) => [`  ${id}`, '', 'needs a run', why]),
  ]);
  const parts = [
    sentence,
    lines.length === 0 ? null : table(['version', 'now', 'then', ''], lines),
    ...notes,
  ];
  return parts.filter(part => part !== null).join('\n\n');
}
