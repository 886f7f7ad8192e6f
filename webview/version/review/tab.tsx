import type { VNode } from 'preact';
import type { ReviewPage, VersionPage } from '../../../src/protocol/pages.ts';
import { Button, LinkButton, Ring } from '../../components/button.tsx';
import { Section } from '../../components/page.tsx';
import { Status } from '../../components/verdict.tsx';
import { Band } from '../../components/work.tsx';
import { useHost } from '../../host.ts';
import { DecisionForm } from './decision.tsx';
import { MustOpen } from './mustOpen.tsx';
import { Records } from './records.tsx';
import { standingIcons } from './standing.ts';
import { Thread } from './thread.tsx';

/** What a reviewer needs to decide, the decision, and what holds of the decisions so far. */
export function ReviewTab({
  state,
  onTab,
}: {
  readonly state: VersionPage;
  readonly onTab: (tab: string) => void;
}): VNode {
  const { review } = state;
  if (review === null && state.trusted)
    return (
      <p class="muted" role="status">
        <Ring /> Reading the reviews
      </p>
    );
  if (review === null)
    return (
      <p class="muted">
        Reviews are checked with git and ssh-keygen, which do not run in this folder until you trust it.
      </p>
    );
  return <Trusted state={state} page={review} onTab={onTab} />;
}

function Trusted({
  state,
  page,
  onTab,
}: {
  readonly state: VersionPage;
  readonly page: ReviewPage;
  readonly onTab: (tab: string) => void;
}): VNode {
  const host = useHost();
  const { standing, rule, revision, problems } = page.review;
  const validated = page.toOpen !== null;
  return (
    <>
      <div class="lede">
        <p class="sentence" role="status">
          <Status status={standingIcons[standing.status]}>{standing.sentence}</Status>
        </p>
        <p class="muted">
          {rule === null
            ? 'The policy asks for no review.'
            : `The policy asks for ${rule.approvals} ${rule.approvals === 1 ? 'approval' : 'approvals'}${rule.roles.length === 0 ? '' : `, among them ${rule.roles.join(', ')}`}${rule.independent ? ', not by the author' : ''}${rule.maxAge === null ? '' : `, at most ${rule.maxAge} days old`}.`}{' '}
          {revision === null ? 'No signers are named.' : `Signers are read from ${revision}.`}{' '}
          <LinkButton onClick={() => host.run(state.configured ? 'openConfig' : 'createConfig')}>
            {state.configured ? 'Policy' : 'Write a policy'}
          </LinkButton>
          {' · '}
          <LinkButton onClick={() => host.run('exportReport')}>Export report</LinkButton>
        </p>
      </div>
      {problems.map(problem => (
        <Band key={problem} kind="failed">
          <Status status="fail">{problem}</Status>
        </Band>
      ))}
      {page.failure !== null && (
        <Band kind="failed">
          <Status status="fail">{page.failure}</Status>
        </Band>
      )}
      <div class="split">
        <div class="stack">
          <Changes page={page} />
          {page.toOpen === null ? (
            <Section title="Before signing">
              <p>A decision rests on a validation of this version as it is now.</p>
              <p>
                <Button
                  primary
                  disabled={state.validation.state === 'running'}
                  onClick={() => void host.ask('validate', {})}
                >
                  Validate
                </Button>
              </p>
            </Section>
          ) : (
            <MustOpen items={page.toOpen} state={state} live={page.live} onTab={onTab} />
          )}
          <Thread entries={page.review.thread} busy={page.busy} />
        </div>
        <div class="stack">
          {validated && <DecisionForm key={page.review.records.length} page={page} state={state} />}
          <Records records={page.review.records} />
        </div>
      </div>
    </>
  );
}

function Changes({ page: { live, comparison } }: { readonly page: ReviewPage }): VNode {
  const host = useHost();
  if (live === null)
    return (
      <Section title="Since what is live">
        <p class="muted">Nothing else of this model is live: there is nothing to compare it with.</p>
      </Section>
    );
  return (
    <Section title={`Since ${live}, which is live`}>
      {comparison === null ? (
        <p>
          <span class="muted">They were not compared as they are now.</span>{' '}
          <Button onClick={() => host.run('compareWith', live)}>Compare with {live}</Button>
        </p>
      ) : (
        <>
          <p>{comparison.sentence}</p>
          <ul class="plain">
            {comparison.structure.map(({ kind, name, sentence, breaking }) => (
              <li key={`${kind} ${name}`}>
                <Status status={breaking ? 'warn' : 'not-run'}>{sentence}</Status>
              </li>
            ))}
          </ul>
          <p>
            <LinkButton onClick={() => host.run('compareWith', live)}>All of the comparison</LinkButton>
          </p>
        </>
      )}
    </Section>
  );
}
