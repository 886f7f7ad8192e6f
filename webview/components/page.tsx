import { render, type ComponentChildren, type VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { PageState } from '../../src/protocol/pages.ts';
import { connect, HostContext, type Host } from '../host.ts';
import { Ring } from './button.tsx';
import { Band } from './work.tsx';
import { StatusIcon } from './verdict.tsx';
import { LinkButton } from './button.tsx';

/** Mounts a page: connects, keeps the newest snapshot, shows notices, and gives `/` and Escape their meaning. */
export function mount<K extends PageState['page']>(
  kind: K,
  Page: (props: { readonly state: Extract<PageState, { page: K }> }) => VNode,
): void {
  const root = document.getElementById('root') ?? document.body.appendChild(document.createElement('main'));
  let state: Extract<PageState, { page: K }> | null = null;
  let notice: string | null = null;
  const host: Host = connect(
    next => {
      if (next.page !== kind) return;
      state = next as Extract<PageState, { page: K }>;
      draw();
    },
    sentence => {
      notice = sentence;
      draw();
    },
  );
  const draw = (): void =>
    render(
      <HostContext.Provider value={host}>
        {notice !== null && (
          <Band kind="failed">
            <StatusIcon status="fail" />
            <span>{notice}</span>
            <span class="actions">
              <LinkButton
                onClick={() => {
                  notice = null;
                  draw();
                }}
              >
                Close
              </LinkButton>
            </span>
          </Band>
        )}
        {state === null ? <Waiting /> : <Page state={state} />}
      </HostContext.Provider>,
      root,
    );
  draw();
  document.addEventListener('keydown', toFilter);
}

/** `/` goes to the filter of what is shown; Escape in it clears it and then leaves it. */
function toFilter(event: KeyboardEvent): void {
  const target = event.target;
  const typing = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
  if (event.key === '/' && !typing) {
    const filter = document.querySelector<HTMLInputElement>('input[type="search"]');
    if (filter === null) return;
    event.preventDefault();
    filter.focus();
    filter.select();
  } else if (event.key === 'Escape' && target instanceof HTMLInputElement && target.type === 'search') {
    if (target.value === '') target.blur();
  }
}

/** Shown only if the first snapshot takes long enough to be noticed. */
function Waiting(): VNode | null {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return late ? (
    <p class="muted" role="status">
      <Ring /> Loading
    </p>
  ) : null;
}

export function Header({
  title,
  subtitle,
  children,
  actions,
}: {
  readonly title: string;
  readonly subtitle?: string;
  readonly children?: ComponentChildren;
  readonly actions: ComponentChildren;
}): VNode {
  return (
    <header class="head">
      <h1>
        {title}
        {subtitle === undefined ? null : <> {subtitle}</>}
      </h1>
      <div class="facts">{children}</div>
      <div class="actions">{actions}</div>
    </header>
  );
}

export function Section({
  title,
  note,
  actions,
  children,
}: {
  readonly title: string;
  readonly note?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}): VNode {
  return (
    <section>
      <div class="title">
        <h2>{title}</h2>
        {note === undefined ? null : <span class="muted">{note}</span>}
        {actions === undefined ? null : <span class="actions">{actions}</span>}
      </div>
      {children}
    </section>
  );
}
