import type { ComponentChildren, VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { Stored, Work } from '../../src/protocol/pages.ts';
import { Button, LinkButton, Ring } from './button.tsx';
import { ago, count, share } from './format.ts';
import { Status } from './verdict.tsx';

/** The states every view has: empty, running (with what is known so far), failed, stale, done. */
export function WorkView<T>({
  work,
  trusted,
  what,
  action,
  above = false,
  onRun,
  onCancel,
  onLog,
  children,
}: {
  readonly work: Work<T>;
  readonly trusted: boolean;
  /** One sentence: what this view will show. */
  readonly what: string;
  /** The one next action, such as "Validate". */
  readonly action: string;
  /** The action stands above, with what is chosen for it: an empty view does not repeat it. */
  readonly above?: boolean;
  readonly onRun: () => void;
  readonly onCancel: () => void;
  readonly onLog: () => void;
  readonly children: (result: T, stored: Stored<T>) => ComponentChildren;
}): VNode {
  const stored = work.state === 'done' ? work.stored : work.state === 'empty' ? null : work.previous;
  return (
    <>
      {!trusted && (
        <Band>
          <Status status="not-run">Nothing runs in this folder until you trust it.</Status>
          <span class="muted">
            A model is a program. Choose Workspaces: Manage Workspace Trust to allow validating, explaining
            and deploying.
          </span>
        </Band>
      )}
      {work.state === 'running' && (
        <Running progress={work.progress} previous={stored !== null} onCancel={onCancel} />
      )}
      {work.state === 'failed' && (
        <Band kind="failed">
          <Status status="fail">{work.sentence}</Status>
          <span class="actions">
            {trusted && <Button onClick={onRun}>{action} again</Button>}
            <LinkButton onClick={onLog}>Log</LinkButton>
          </span>
        </Band>
      )}
      {stored !== null && stored.stale !== null && work.state !== 'running' && (
        <Band>
          <Status status="stale">{`Stale: ${stored.stale}`}</Status>
          <span class="muted" title={stored.storedAt}>
            Result of {ago(stored.storedAt, Date.now())}.
          </span>
          {trusted && (
            <span class="actions">
              <Button onClick={onRun}>{action} again</Button>
            </span>
          )}
        </Band>
      )}
      {work.state === 'empty' && (
        <div class="empty">
          <p class="sentence">{work.why}</p>
          <p class="muted">{what}</p>
          {trusted && !above && (
            <Button primary onClick={onRun}>
              {action}
            </Button>
          )}
        </div>
      )}
      {stored === null ? null : (
        <div class={work.state === 'running' || stored.stale !== null ? 'aside' : undefined}>
          {children(stored.result, stored)}
        </div>
      )}
    </>
  );
}

/** A line across the page that says what stands in the way or goes on. */
export function Band({
  kind = 'note',
  children,
}: {
  readonly kind?: 'note' | 'failed';
  readonly children: ComponentChildren;
}): VNode {
  return (
    <div class={`band band-${kind}`} role="status">
      {children}
    </div>
  );
}

/** Work under way: how far it is, how long it still takes, and a way to stop it. */
export function Running({
  progress,
  previous,
  onCancel,
}: {
  readonly progress: { readonly done: number; readonly total: number; readonly what: string };
  readonly previous: boolean;
  readonly onCancel: () => void;
}): VNode {
  const begun = useRef<{ at: number; done: number } | null>(null);
  begun.current ??= { at: Date.now(), done: progress.done };
  const known = progress.total > 0;
  const part = known ? Math.min(1, progress.done / progress.total) : 0;
  return (
    <div class="running">
      <Band>
        <Ring />
        <span>
          {progress.what}
          {known && (
            <span class="muted">
              {' '}
              {count(progress.done)} of {count(progress.total)}, {share(part)}
              {remaining(progress, begun.current)}
            </span>
          )}
        </span>
        {previous && <span class="muted">Below is the result before this run.</span>}
        <span class="actions">
          <Button onClick={onCancel}>Cancel</Button>
        </span>
      </Band>
      <progress {...(known ? { value: part, max: 1 } : {})} aria-label={progress.what} />
    </div>
  );
}

/** Says how long is left once enough has passed to tell. */
function remaining(
  progress: { readonly done: number; readonly total: number },
  begun: { readonly at: number; readonly done: number },
): string {
  const elapsed = (Date.now() - begun.at) / 1000;
  const gained = progress.done - begun.done;
  if (elapsed < 2 || gained <= 0) return '';
  const seconds = Math.ceil(((progress.total - progress.done) / gained) * elapsed);
  return seconds < 60 ? `, about ${seconds} s left` : `, about ${Math.ceil(seconds / 60)} min left`;
}
