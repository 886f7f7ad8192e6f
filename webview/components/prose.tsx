import type { VNode } from 'preact';

/** A sentence in which `names` between backticks are set as names, and minus signs as in tables. */
export function Prose({ text }: { readonly text: string }): VNode {
  return (
    <>
      {text
        .split('`')
        .map((part, i) =>
          i % 2 === 1 ? <code key={i}>{part}</code> : part.replace(/(?<=^|[\s(])-(?=\d)/g, '−'),
        )}
    </>
  );
}
