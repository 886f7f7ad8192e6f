import type { Check } from '../../src/core/checks/check.ts';
import { statistics } from '../../src/core/checks/statistics.ts';
import type { CheckGroup } from '../../src/protocol/results/validation.ts';
import { cell, generated } from './config.ts';

const groups: Readonly<Record<CheckGroup, string>> = {
  integrity: 'Model integrity: what the file says without being run',
  runtime: 'Runtime: what the model does in ONNX Runtime',
  parity: 'Parity: the same answers as the original, before it was exported or quantised',
  data: 'Data: what the verdict rests on',
  performance: 'Performance: how good the answers are',
  fairness: 'Fairness: groups against each other',
  comparison: 'Comparison: against the baseline on the same rows',
  robustness: 'Robustness: small changes of the input',
  monitoring: 'Monitoring: whether the data still looks like the reference',
};

/** docs/reference/checks.md: the catalogue, group by group. */
export function checksPage(catalogue: readonly Check[]): string {
  return [
    '# Checks',
    '',
    generated('src/core/checks/'),
    '',
    `Each validation runs these ${catalogue.length} checks; one whose needs are not met says so. The policy may move a limit (\`max\` where the limit is at most, \`min\` where it is at least), change what a broken limit means (\`severity\`), or leave a check out (\`off\`). A check with an interval is inconclusive when the interval straddles the limit.`,
    '',
    ...Object.entries(groups).flatMap(([group, heading]) => [
      `## ${heading}`,
      '',
      '| check | title | needs | statistic | limit | from | broken |',
      '| --- | --- | --- | --- | --- | --- | --- |',
      ...catalogue.filter(check => check.group === group).map(line),
      '',
    ]),
  ].join('\n');
}

function line({ id, title, needs, unit, threshold, severity, measured }: Check): string {
  const limit =
    threshold === null
      ? 'none'
      : `${threshold.op === '<=' ? 'at most' : 'at least'} ${threshold.value}${unit === null ? '' : ` ${unit}`}`;
  return `| \`${id}\` | ${[
    title,
    needs.join(', '),
    `${statistics[id] ?? ''}${measured === true ? ' (measured here)' : ''}`,
    limit,
    threshold?.source ?? 'judges by itself',
    severity,
  ]
    .map(cell)
    .join(' | ')} |`;
}
