import type { ComponentChildren, VNode } from 'preact';

export type ProofEntry = readonly [term: string, text: string];

/** What a result rests on: a line, its details one click away. */
export function ProofDetails({
  entries,
  children,
}: {
  readonly entries: readonly ProofEntry[];
  readonly children: ComponentChildren;
}): VNode {
  return (
    <details class="proof">
      <summary class="muted">
        {children} <span class="linkword">Proof</span>
      </summary>
      <dl>
        {entries.map(([term, text]) => (
          <>
            <dt>{term}</dt>
            <dd class="mono">{text}</dd>
          </>
        ))}
      </dl>
    </details>
  );
}
