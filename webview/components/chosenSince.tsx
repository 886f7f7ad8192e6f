import type { ComponentChildren, VNode } from 'preact';
import { Status } from './verdict.tsx';
import { Band } from './work.tsx';

/** An answer that stands aside, and says so, once another choice is made than the one it was asked with. */
export function ChosenSince({
  changed,
  action,
  children,
}: {
  readonly changed: boolean;
  /** The button that asks again. */
  readonly action: string;
  readonly children: ComponentChildren;
}): VNode {
  return (
    <>
      {changed && (
        <Band>
          <Status status="stale">{`Of an earlier choice: press ${action} for the one above.`}</Status>
        </Band>
      )}
      <div class={changed ? 'aside' : undefined}>{children}</div>
    </>
  );
}
