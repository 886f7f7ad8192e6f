import type { VNode } from 'preact';
import type { Status as Verdict } from '../../../src/protocol/results/shared.ts';
import type { CheckResult, Validation } from '../../../src/protocol/results/validation.ts';
import { count, plural, significant, withInterval } from '../../components/format.ts';
import { Section } from '../../components/page.tsx';
import { DataTable } from '../../components/table.tsx';
import { matches } from '../../components/tabular.ts';
import { Prose } from '../../components/prose.tsx';
import { Status, StatusIcon, statusWord } from '../../components/verdict.tsx';
import { useArrangement } from '../../host.ts';

const groups: Readonly<Record<CheckResult['group'], string>> = {
  integrity: 'Integrity of the file',
  runtime: 'Runtime',
  parity: 'Parity',
  data: 'Data',
  performance: 'Performance',
  fairness: 'Fairness',
  comparison: 'Against the baseline',
  robustness: 'Robustness',
  monitoring: 'Monitoring',
};
type Need = CheckResult['needs'][number];

const needs: Readonly<Record<Need, string>> = {
  model: 'the model',
  answers: 'answers',
  data: 'a data set',
  labels: 'labels',
  reference: 'reference data',
  baseline: 'a version to compare with',
  original: 'what the model was made from',
  group: 'a group column in the policy',
};
const worst: readonly Verdict[] = ['fail', 'warn', 'inconclusive', 'not-run', 'pass'];

/** All checks by group: what fails is open, what passes is folded. */
export function Checks({ result }: { readonly result: Validation }): VNode {
  const [filter, setFilter] = useArrangement('checks.filter', '');
  const [status, setStatus] = useArrangement('checks.status', 'all');
  const counts = worst.map(s => ({ status: s, n: result.checks.filter(check => check.status === s).length }));
  const shown = result.checks.filter(
    check =>
      (status === 'all' || check.status === status) &&
      matches(filter, [check.id, check.title, groups[check.group], check.finding]),
  );
  const filtered = filter !== '' || status !== 'all';
  const met = new Set(
    result.checks.filter(check => check.status !== 'not-run').flatMap(check => check.needs),
  );
  const present = (Object.keys(groups) as CheckResult['group'][])
    .map(group => ({ group, checks: shown.filter(check => check.group === group) }))
    .filter(entry => entry.checks.length > 0)
    .sort((a, b) => rank(a.checks) - rank(b.checks));
  return (
    <Section title="Checks" note={count(result.checks.length)}>
      <div class="controls">
        <label>
          Status
          <select value={status} onChange={event => setStatus(event.currentTarget.value)}>
            <option value="all">all</option>
            {counts.map(entry => (
              <option key={entry.status} value={entry.status} disabled={entry.n === 0}>
                {statusWord(entry.status)} ({entry.n})
              </option>
            ))}
          </select>
        </label>
        <input
          type="search"
          placeholder="Filter checks ( / )"
          aria-label="Filter checks"
          value={filter}
          onInput={event => setFilter(event.currentTarget.value)}
        />
        <span class="muted" aria-live="polite">
          {filtered ? `${count(shown.length)} of ${count(result.checks.length)}` : ''}
        </span>
      </div>
      {shown.length === 0 && <p class="muted">No check fits the filter.</p>}
      {present.map(({ group, checks }) => {
        const open = checks.filter(check => filtered || isOpen(check));
        const passed = checks.filter(check => !open.includes(check) && check.status === 'pass');
        const idle = checks.filter(check => !open.includes(check) && check.status === 'not-run');
        return (
          <div key={group} class="group">
            <div class="title">
              <h3>{groups[group]}</h3>
              <span class="muted">{summary(checks)}</span>
            </div>
            {open.map(check => (
              <Check key={check.id} check={check} open={!filtered || shown.length < 4} />
            ))}
            {passed.length > 0 && (
              <details class="fold">
                <summary>
                  <Status status="pass">{`${count(passed.length)} pass`}</Status>
                  <span class="muted ell">{passed.map(check => check.title).join(', ')}</span>
                </summary>
                {passed.map(check => (
                  <Check key={check.id} check={check} open={false} />
                ))}
              </details>
            )}
            {idle.length > 0 && (
              <details class="fold">
                <summary>
                  <Status status="not-run">{`${count(idle.length)} not run`}</Status>
                  <span class="muted ell">{wanting(idle, met)}</span>
                </summary>
                {idle.map(check => (
                  <Check key={check.id} check={check} open={false} />
                ))}
              </details>
            )}
          </div>
        );
      })}
    </Section>
  );
}

function rank(checks: readonly CheckResult[]): number {
  return Math.min(...checks.map(check => worst.indexOf(check.status)));
}

function summary(checks: readonly CheckResult[]): string {
  return worst
    .map(status => ({ status, n: checks.filter(check => check.status === status).length }))
    .filter(entry => entry.n > 0)
    .map(entry => `${entry.n} ${statusWord(entry.status)}`)
    .join(', ');
}

/** What fails, warns or is undecided; a rule of the policy that did not run leaves the verdict open too. */
function isOpen({ status, threshold }: CheckResult): boolean {
  return status === 'not-run' ? threshold?.source === 'policy' : status !== 'pass';
}

/** What the checks that were not run would need, in words: what others had was there. Else which they are. */
function wanting(checks: readonly CheckResult[], met: ReadonlySet<Need>): string {
  const wanted = new Set(checks.flatMap(check => check.needs).filter(need => !met.has(need)));
  return wanted.size === 0
    ? checks.map(check => check.title).join(', ')
    : `need ${[...wanted].map(need => needs[need]).join(', ')}`;
}

function Check({ check, open }: { readonly check: CheckResult; readonly open: boolean }): VNode {
  const unit = check.unit === null ? '' : ` ${check.unit}`;
  const value =
    check.value === null
      ? ''
      : typeof check.value === 'string'
        ? check.value
        : withInterval(check.value, check.interval) + unit;
  return (
    <details class="check" open={open}>
      <summary>
        <StatusIcon status={check.status} named />
        <span>{check.title}</span>
        {value !== '' && (
          <span class="number" title={exact(check)}>
            {value}
            {check.threshold !== null && (
              <span class="muted">
                {' '}
                {symbols[check.threshold.op]} {significant(check.threshold.value)}
              </span>
            )}
          </span>
        )}
      </summary>
      <CheckBody check={check} />
    </details>
  );
}

/** What a check found, its advice, and the lines behind it. */
export function CheckBody({ check }: { readonly check: CheckResult }): VNode {
  return (
    <div class="body">
      <span>
        <Prose text={check.finding} />
      </span>
      {check.advice !== null && (
        <span class="muted">
          <Prose text={check.advice} />
        </span>
      )}
      <span class="muted">
        <code>{check.id}</code>
        {check.threshold !== null && ` · threshold from the ${check.threshold.source}`}
        {check.interval !== null && ` · ${check.interval.method}`}
        {check.measured && ' · measured on this machine'}
        {check.severity === 'warn' && ' · warns only'}
      </span>
      {check.evidence !== null && check.evidence.rows.length > 0 && <EvidenceTable check={check} />}
    </div>
  );
}

const symbols = { '>=': '≥', '<=': '≤', '>': '>', '<': '<', '==': '=' } as const;

function exact(check: CheckResult): string {
  return check.interval === null
    ? String(check.value)
    : `${String(check.value)}, ${check.interval.level * 100} % interval ${check.interval.low} to ${check.interval.high}`;
}

function EvidenceTable({ check }: { readonly check: CheckResult }): VNode | null {
  const { evidence } = check;
  if (evidence === null) return null;
  const rows = evidence.rows.map((cells, at) => ({ at, cells, id: evidence.rowIds?.[at] ?? null }));
  return (
    <DataTable
      label={`Evidence for ${check.title}`}
      name={check.id}
      limit={5}
      rows={rows}
      rowKey={row => row.at}
      foot={
        evidence.more > 0 ? (
          <span>{plural(evidence.more, 'further line')} left out of the result</span>
        ) : undefined
      }
      columns={[
        ...(evidence.rowIds === undefined
          ? []
          : [
              {
                id: 'row',
                title: 'Row',
                value: (row: (typeof rows)[number]) => row.id,
                align: 'end' as const,
              },
            ]),
        ...evidence.columns.map((title, i) => ({
          id: `c${i}`,
          title,
          value: (row: (typeof rows)[number]) => row.cells[i] ?? null,
          ...(rows.every(row => typeof row.cells[i] !== 'string')
            ? { align: 'end' as const }
            : { words: true }),
        })),
      ]}
    />
  );
}
