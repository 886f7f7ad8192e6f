import type { CheckResult } from '../../protocol/results/validation.ts';
import { checksInOrder, limitWords, titleOf, type ReportInput } from './input.ts';
import { html, type Markup } from './markup.ts';

/**
 * JUnit XML (the schema of Jenkins' xUnit plug-in): a suite for each group of checks, a case for each check. A
 * check that warns or could not be decided is skipped with its reason, because it fails no build.
 */
export function junitReport(input: ReportInput): string {
  const { validation, comparison } = input;
  const checks = checksInOrder(validation);
  const groups = [...new Set(validation.checks.map(({ group }) => group))];
  const suites = groups.map(group =>
    suite(
      group,
      checks.filter(check => check.group === group).map(check => [check.id, group, outcomeOf(check)]),
    ),
  );
  const deltas = (comparison?.metrics ?? []).map(({ name, title, status, delta, margin }): Case => {
    const words = `${title}: difference ${delta ?? 'not defined'}, margin ${margin ?? 'none'}`;
    return [name, 'with-live', outcome(status, words, words)];
  });
  const all = deltas.length === 0 ? suites : [...suites, suite('with-live', deltas)];
  const page = html`<testsuites name="${titleOf(input)}">${all}</testsuites>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${page.text}\n`;
}

type Case = readonly [name: string, group: string, outcome: Markup | null];

function suite(name: string, cases: readonly Case[]): Markup {
  const count = (tag: string): number => cases.filter(([, , out]) => out?.text.startsWith(`<${tag}`)).length;
  return html`<testsuite
    name="${name}"
    tests="${cases.length}"
    failures="${count('failure')}"
    errors="0"
    skipped="${count('skipped')}"
    time="0"
    >${cases.map(
      ([id, group, out]) =>
        html`<testcase name="${id}" classname="slipway.${group}" time="0">${out}</testcase>`,
    )}</testsuite
  >`;
}

function outcomeOf(check: CheckResult): Markup | null {
  const { finding, advice, value } = check;
  const limit = limitWords(check);
  const detail = [
    finding,
    value === null ? null : `value: ${value}`,
    limit === '' ? null : `limit: ${limit}`,
    advice,
  ];
  return outcome(check.status, finding, detail.filter(line => line !== null).join('\n'));
}

function outcome(status: CheckResult['status'], message: string, detail: string): Markup | null {
  if (status === 'pass') return null;
  if (status === 'fail') return html`<failure message="${message}" type="fail">${detail}</failure>`;
  return html`<skipped>${status}: ${message}</skipped>`;
}
