import type { VNode } from 'preact';
import type { OpenItem, VersionPage } from '../../../src/protocol/pages.ts';
import { Button } from '../../components/button.tsx';
import { Prose } from '../../components/prose.tsx';
import { Section } from '../../components/page.tsx';
import { StatusIcon } from '../../components/verdict.tsx';
import { useHost } from '../../host.ts';
import { CheckBody } from '../validation/checks.tsx';

/** What must be opened before signing; opening it ticks it. */
export function MustOpen({
  items,
  state,
  live,
  onTab,
}: {
  readonly items: readonly OpenItem[];
  readonly state: VersionPage;
  readonly live: string | null;
  readonly onTab: (tab: string) => void;
}): VNode {
  const left = items.filter(({ opened }) => !opened).length;
  return (
    <Section
      title="Before signing"
      note={items.length === 0 ? undefined : left === 0 ? 'all opened' : `${left} of ${items.length} to open`}
    >
      {items.length === 0 && <p class="muted">Nothing fails, and nothing else must be opened.</p>}
      {items.map(item => (
        <Item key={item.id} item={item} state={state} live={live} onTab={onTab} />
      ))}
    </Section>
  );
}

function Item({
  item: { id, title, why, opened },
  state,
  live,
  onTab,
}: {
  readonly item: OpenItem;
  readonly state: VersionPage;
  readonly live: string | null;
  readonly onTab: (tab: string) => void;
}): VNode {
  const host = useHost();
  const open = (): void => {
    if (!opened) void host.ask('open', { id });
  };
  const check =
    state.validation.state === 'done'
      ? state.validation.stored.result.checks.find(one => one.id === id)
      : undefined;
  return (
    <details
      class="check opens"
      onToggle={event => event.currentTarget.open && check !== undefined && open()}
    >
      <summary>
        <StatusIcon status={opened ? 'pass' : 'not-run'} />
        <span>{title}</span>
        <span class="muted number">{opened ? 'opened' : 'not opened'}</span>
      </summary>
      {check === undefined ? (
        <div class="body">
          <span>
            <Prose text={why} />
          </span>
          <span>
            <Button
              onClick={() => {
                open();
                if (id === 'comparison') host.run('compareWith', live);
                else onTab('explanation');
              }}
            >
              Open
            </Button>
          </span>
        </div>
      ) : (
        <CheckBody check={check} />
      )}
    </details>
  );
}
