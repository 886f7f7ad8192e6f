import type { VNode } from 'preact';
import type { EngineProgress } from '../../src/protocol/engine.ts';
import { LinkButton, Ring } from './button.tsx';
import { count } from './format.ts';

/** A small question at work: what, how far, and a way to stop it. */
export function Working({
  asked,
  what,
}: {
  readonly asked: { readonly progress: EngineProgress | null; readonly cancel: () => void };
  readonly what: string;
}): VNode {
  const { progress } = asked;
  const known = progress !== null && progress.total > 2;
  return (
    <span class="working" role="status">
      <Ring />
      <span>
        {what}
        {progress !== null && progress.what !== '' && `: ${progress.what}`}
        {known && (
          <span class="muted">
            {' '}
            {count(progress.done)} of {count(progress.total)}
          </span>
        )}
      </span>
      <LinkButton onClick={asked.cancel}>Cancel</LinkButton>
    </span>
  );
}
