import type { VNode } from 'preact';
import type { ReviewRecord } from '../../../src/protocol/results/review.ts';
import { LinkButton } from '../../components/button.tsx';
import { ago, shortDigest } from '../../components/format.ts';
import { Prose } from '../../components/prose.tsx';
import { Section } from '../../components/page.tsx';
import { Status, StatusIcon } from '../../components/verdict.tsx';
import { useHost } from '../../host.ts';
import { decisionWords, factTitles } from './standing.ts';

/** The chain of decisions, newest first, each with its five facts. */
export function Records({ records }: { readonly records: readonly ReviewRecord[] }): VNode {
  return (
    <Section title="Decisions" note={records.length === 0 ? undefined : `${records.length}, newest first`}>
      {records.length === 0 && <p class="muted">Nobody has decided about this version yet.</p>}
      {records.map((record, at) => (
        <Record key={record.digest} record={record} open={at === 0} />
      ))}
    </Section>
  );
}

function Record({ record, open }: { readonly record: ReviewRecord; readonly open: boolean }): VNode {
  const host = useHost();
  const { digest, path, facts, statement } = record;
  const { predicate } = statement;
  const holds = facts.every(fact => fact.holds);
  return (
    <details class="check opens" open={open}>
      <summary>
        <StatusIcon status={holds ? (predicate.decision === 'reject' ? 'fail' : 'pass') : 'stale'} />
        <span>
          {decisionWords[predicate.decision]} by {predicate.reviewer.principal}
        </span>
        <span class="muted number" title={predicate.at}>
          {ago(predicate.at, Date.now())}
        </span>
      </summary>
      <div class="body">
        {predicate.comment !== null && (
          <span>
            <Prose text={predicate.comment} />
          </span>
        )}
        {predicate.conditions.map(condition => (
          <span key={condition}>
            <Prose text={`Condition: ${condition}`} />
          </span>
        ))}
        {predicate.overrides.map(({ rule, reason, expires }) => (
          <span key={rule}>
            Override of <code>{rule}</code> until {expires.slice(0, 10)}: {reason}
          </span>
        ))}
        <ul class="plain facts-list">
          {facts.map(({ fact, holds: good, sentence }) => (
            <li key={fact}>
              <Status status={good ? 'pass' : 'fail'}>
                {`${factTitles[fact]}: ${good ? 'yes' : 'no'}. ${sentence}`}
              </Status>
            </li>
          ))}
        </ul>
        <span class="muted">
          {predicate.scope === null ? 'For any target' : `For ${predicate.scope.join(', ')}`}. Record{' '}
          <code title={digest}>{shortDigest(digest)}</code>
          {predicate.previous === null ? ', the first' : `, after ${shortDigest(predicate.previous)}`}.{' '}
          <LinkButton onClick={() => host.copy(path)}>Copy path</LinkButton>
        </span>
      </div>
    </details>
  );
}
