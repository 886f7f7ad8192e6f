import type { ComponentChildren, VNode } from 'preact';
import { Button } from '../../../components/button.tsx';
import { count, plural } from '../../../components/format.ts';
import type { Effects } from '../../../../src/protocol/results/effects.ts';
import { Working } from '../../../components/working.tsx';
import { Notes } from '../notes.tsx';
import type { AskedEffects } from './useEffects.ts';

/** What is between a question about effects and its answer: nothing yet, at work, stopped; then what it rests on. */
export function Answered({
  asked,
  trusted,
  what,
  children,
}: {
  readonly asked: AskedEffects;
  readonly trusted: boolean;
  /** What is drawn, such as "the curve of `age`". */
  readonly what: string;
  readonly children: (effects: Effects) => ComponentChildren;
}): VNode {
  const { shown, asking } = asked;
  if (shown === null)
    return (
      <div class="empty">
        {!trusted ? (
          <p>Nothing runs in this folder until you trust it: {what} is not drawn.</p>
        ) : asking ? (
          <Working asked={asked} what={`Drawing ${what}`} />
        ) : (
          <>
            <p>{`${what[0]?.toUpperCase() ?? ''}${what.slice(1)} is not drawn.`}</p>
            <Button onClick={asked.again}>Draw</Button>
          </>
        )}
      </div>
    );
  return (
    <>
      {asking && <Working asked={asked} what={`Drawing ${what}`} />}
      <div class={asking ? 'aside' : undefined}>
        {children(shown)}
        <Notes warnings={shown.warnings} />
        <Rests effects={shown} />
      </div>
    </>
  );
}

function Rests({ effects }: { readonly effects: Effects }): VNode {
  const { proof, cohort } = effects;
  const source = effects.data[0]?.path ?? 'the data';
  return (
    <details class="proof">
      <summary class="muted">
        Mean over {plural(effects.n, 'row')} of {source}
        {cohort !== null && ` where ${cohort.where}`}. <span class="linkword">Proof</span>
      </summary>
      <dl>
        <dt>Rows evaluated by the runtime</dt>
        <dd class="mono">{count(proof.evaluations)}</dd>
        <dt>Exact curves against the runtime</dt>
        <dd class="mono">
          {proof.maxDifference === null
            ? 'no exact curve: the runtime was asked at each position'
            : `within ${proof.maxDifference}`}
        </dd>
        <dt>Mean prediction</dt>
        <dd class="mono">{effects.meanPrediction}</dd>
        <dt>Seed</dt>
        <dd class="mono">{proof.seed}</dd>
        <dt>Engine</dt>
        <dd class="mono">{effects.engine}</dd>
        <dt>Job</dt>
        <dd class="mono">{effects.job}</dd>
      </dl>
    </details>
  );
}
