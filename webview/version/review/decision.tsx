import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { ReviewPage, VersionPage } from '../../../src/protocol/pages.ts';
import type { Decision } from '../../../src/protocol/results/review.ts';
import { Button } from '../../components/button.tsx';
import { Section } from '../../components/page.tsx';
import { Status } from '../../components/verdict.tsx';
import { useHost } from '../../host.ts';

const choices: readonly (readonly [Decision, string])[] = [
  ['approve', 'Approve'],
  ['approve-with-conditions', 'Approve with conditions'],
  ['reject', 'Reject'],
];

/** The decision, its conditions, scope and end; the host signs it. */
export function DecisionForm({
  page,
  state,
}: {
  readonly page: ReviewPage;
  readonly state: VersionPage;
}): VNode {
  const host = useHost();
  const [decision, setDecision] = useState<Decision>('approve');
  const [comment, setComment] = useState('');
  const [conditions, setConditions] = useState('');
  const [scope, setScope] = useState('');
  const [expires, setExpires] = useState('90d');
  const [reasons, setReasons] = useState<Readonly<Record<string, string>>>({});
  const [until, setUntil] = useState('30d');
  const [principal, setPrincipal] = useState(page.principal ?? '');
  const unsigned = page.review.rule?.unsigned === true;
  const [key, setKey] = useState(page.keys[0] ?? '');
  const failed = state.validation.state === 'done' ? state.validation.stored.result.verdict.failed : [];
  const left = (page.toOpen ?? []).filter(({ opened }) => !opened).length;
  const approving = decision !== 'reject';
  const lines = conditions
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');
  const lacking = [
    left > 0 ? `${left} more must be opened` : null,
    principal.trim() === '' ? 'say who you are' : null,
    key === '' && !unsigned ? 'there is no SSH key' : null,
    decision === 'reject' && comment.trim() === '' ? 'a rejection needs a comment' : null,
    decision === 'approve-with-conditions' && lines.length === 0 ? 'conditions are missing' : null,
    approving && failed.some(rule => (reasons[rule] ?? '').trim() === '')
      ? 'each rule that fails needs a reason'
      : null,
  ].filter(what => what !== null);
  const decide = (): void =>
    void host.ask('decide', {
      decision,
      comment: comment.trim() === '' ? null : comment.trim(),
      conditions: decision === 'approve-with-conditions' ? lines : [],
      scope: scope === '' ? null : scope,
      expires: approving && expires.trim() !== '' ? expires.trim() : null,
      overrides: approving ? failed.map(rule => ({ rule, reason: reasons[rule] ?? '' })) : [],
      overridesUntil: until,
      principal: principal.trim(),
      key: key === '' ? null : key,
    });
  return (
    <Section title="Decision">
      <form class="form" onSubmit={event => event.preventDefault()}>
        <fieldset>
          <legend class="sr">Decision</legend>
          {choices.map(([value, title]) => (
            <label key={value}>
              <input
                type="radio"
                name="decision"
                value={value}
                checked={decision === value}
                onChange={() => setDecision(value)}
              />{' '}
              {title}
            </label>
          ))}
        </fieldset>
        {decision === 'approve-with-conditions' && (
          <label class="field">
            Conditions, one a line
            <textarea
              rows={3}
              value={conditions}
              onInput={event => setConditions(event.currentTarget.value)}
            />
          </label>
        )}
        {approving &&
          failed.map(rule => (
            <label key={rule} class="field">
              {rule} fails. Why it may be deployed all the same
              <input
                type="text"
                value={reasons[rule] ?? ''}
                onInput={event => setReasons({ ...reasons, [rule]: event.currentTarget.value })}
              />
            </label>
          ))}
        {approving && failed.length > 0 && (
          <label class="field">
            Until when: a date, or days such as 30d
            <input type="text" value={until} onInput={event => setUntil(event.currentTarget.value)} />
          </label>
        )}
        <label class="field">
          Comment
          <textarea rows={2} value={comment} onInput={event => setComment(event.currentTarget.value)} />
        </label>
        <label class="field">
          For
          <select value={scope} onChange={event => setScope(event.currentTarget.value)}>
            <option value="">any target</option>
            {state.targets.map(target => (
              <option key={target} value={target}>
                {target}
              </option>
            ))}
          </select>
        </label>
        {approving && (
          <label class="field">
            Holds until: a date, or days such as 90d; empty: no end
            <input type="text" value={expires} onInput={event => setExpires(event.currentTarget.value)} />
          </label>
        )}
        <label class="field">
          Signed as
          <input
            type="text"
            value={principal}
            placeholder="as the allowed signers name you"
            onInput={event => setPrincipal(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          With
          <select value={key} onChange={event => setKey(event.currentTarget.value)}>
            {page.keys.map(file => (
              <option key={file} value={file}>
                {file}
              </option>
            ))}
            {(unsigned || page.keys.length === 0) && (
              <option value="">{unsigned ? 'no signature' : 'no key in ~/.ssh'}</option>
            )}
          </select>
        </label>
        <p>
          <Button primary disabled={page.busy || lacking.length > 0} onClick={decide}>
            {page.busy ? 'Signing…' : key === '' ? 'Record' : 'Sign'}
          </Button>{' '}
          {lacking.length > 0 && <Status status="not-run">{`${lacking.join('; ')}.`}</Status>}
        </p>
      </form>
    </Section>
  );
}
