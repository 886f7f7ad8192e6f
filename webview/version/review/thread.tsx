import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { ThreadEntry } from '../../../src/protocol/results/review.ts';
import { Button, LinkButton } from '../../components/button.tsx';
import { ago } from '../../components/format.ts';
import { Section } from '../../components/page.tsx';
import { useHost } from '../../host.ts';

/** Challenges of reviewers and answers of the author. */
export function Thread({
  entries,
  busy,
}: {
  readonly entries: readonly ThreadEntry[];
  readonly busy: boolean;
}): VNode {
  const host = useHost();
  const [text, setText] = useState('');
  const [to, setTo] = useState<number | null>(null);
  const challenges = entries.filter(({ kind }) => kind === 'challenge');
  const open = challenges.filter((_, at) => !entries.some(entry => entry.to === at + 1)).length;
  const send = async (): Promise<void> => {
    await host.ask('say', { text, to });
    setText('');
    setTo(null);
  };
  return (
    <Section title="Challenges and answers" note={open === 0 ? undefined : `${open} open`}>
      {challenges.length === 0 && <p class="muted">Nobody has asked anything yet.</p>}
      <ol class="thread">
        {challenges.map((challenge, at) => (
          <li key={at}>
            <Entry entry={challenge} />
            {entries
              .filter(entry => entry.to === at + 1)
              .map((entry, index) => (
                <Entry key={index} entry={entry} />
              ))}
            <LinkButton pressed={to === at + 1} onClick={() => setTo(to === at + 1 ? null : at + 1)}>
              Answer
            </LinkButton>
          </li>
        ))}
      </ol>
      <label class="field">
        {to === null ? 'A challenge to the author' : `The answer to challenge ${to}`}
        <textarea rows={2} value={text} onInput={event => setText(event.currentTarget.value)} />
      </label>
      <p>
        <Button disabled={busy || text.trim() === ''} onClick={() => void send()}>
          {to === null ? 'Challenge' : 'Answer'}
        </Button>
      </p>
    </Section>
  );
}

function Entry({ entry: { kind, by, at, text } }: { readonly entry: ThreadEntry }): VNode {
  return (
    <p class={kind}>
      {text}
      <br />
      <span class="muted" title={at}>
        {by}, {ago(at, Date.now())}
      </span>
    </p>
  );
}
