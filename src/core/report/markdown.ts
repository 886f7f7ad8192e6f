import { number, withInterval } from '../words.ts';
import { checksInOrder, limitWords, statusWords, titleOf, type ReportInput } from './input.ts';

/** A report for the thread of a pull request: the verdict first, all checks folded. */
export function markdownReport(input: ReportInput): string {
  const { validation, comparison, review } = input;
  const checks = checksInOrder(validation);
  const open = checks.filter(
    ({ status }) => status === 'fail' || status === 'inconclusive' || status === 'warn',
  );
  const parts = [
    `## ${safe(titleOf(input))}: ${validation.verdict.status}`,
    safe(validation.verdict.sentence),
    comparison === null ? null : safe(comparison.sentence),
    review === null ? null : `**Review.** ${safe(review.standing.sentence)}`,
    metricsTable(input),
    open.length === 0
      ? null
      : table(
          ['', 'Check', 'Value', 'Limit', 'Finding'],
          open.map(check => [
            `**${statusWords[check.status]}**`,
            safe(check.title),
            valueOf(check),
            safe(limitWords(check)),
            safe(`${check.finding} ${check.advice ?? ''}`.trim()),
          ]),
        ),
    deltasTable(input),
    [
      '<details>',
      `<summary>All ${checks.length} checks</summary>`,
      '',
      table(
        ['', 'Check', 'Finding'],
        checks.map(({ status, id, finding }) => [statusWords[status], `\`${id}\``, safe(finding)]),
      ),
      '',
      '</details>',
    ].join('\n'),
    footer(input),
  ];
  return `${parts.filter(part => part !== null).join('\n\n')}\n`;
}

export function metricsTable({ validation }: ReportInput): string | null {
  const metrics = validation.metrics.filter(metric => metric.class === null);
  if (metrics.length === 0) return null;
  return table(
    ['Metric', 'Value (interval)', 'n'],
    metrics.map(({ title, value, interval, n, unit }) => [
      safe(title),
      value === null ? 'not defined' : withInterval(value, interval, unit),
      number(n),
    ]),
  );
}

function deltasTable({ comparison }: ReportInput): string | null {
  if (comparison === null) return null;
  const { a, b, metrics } = comparison;
  const name = ({ version, digest }: typeof a): string => safe(version ?? digest.slice(0, 8));
  const value = (one: number | null): string => (one === null ? '-' : number(one));
  return table(
    ['', 'Metric', name(a), name(b), 'Difference (interval)'],
    metrics.map(metric => [
      statusWords[metric.status],
      safe(metric.title),
      value(metric.a),
      value(metric.b),
      metric.delta === null ? '-' : withInterval(metric.delta, metric.interval),
    ]),
  );
}

function footer({ validation: { model, data, engine, seed } }: ReportInput): string {
  const files = data.map(({ role, path, digest }) => `${role} \`${path}\` ${digest.slice(0, 8)}`);
  const digest = model === null ? [] : [`sha256 \`${model.digest}\``];
  return `<sub>${[...digest, ...files, engine, `seed ${seed}`].join(', ')}</sub>`;
}

function valueOf({ value, interval, unit }: ReportInput['validation']['checks'][0]): string {
  if (value === null) return '';
  return typeof value === 'string' ? safe(value) : withInterval(value, interval, unit);
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Text that is words only: no markup, no mention, no line of its own. Code in backticks stays code. */
export function safe(text: string): string {
  const parts = text.replaceAll('\n', ' ').split(/(`[^`]*`)/);
  return parts
    .map((part, index) =>
      index % 2 === 1
        ? part.replaceAll('|', '\\|')
        : part.replace(/[\\*_[\]<>|#~]/g, character => `\\${character}`).replaceAll('@', '@\u200b'),
    )
    .join('');
}
