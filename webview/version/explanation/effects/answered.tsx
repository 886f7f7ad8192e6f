import type { ComponentChildren, VNode } from 'preact';
import { Button } from '../../../components/button.tsx';
import { count, plural } from '../../../components/format.ts';
import { ProofDetails } from '../../../components/proofDetails.tsx';
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
    <ProofDetails
      entries={[
        ['Rows evaluated by the runtime', count(proof.evaluations)],
        [
          'Exact curves against the runtime',
          proof.maxDifference === null
            ? 'no exact curve: the runtime was asked at each position'
            : `within ${proof.maxDifference}`,
        ],
        ['Mean prediction', String(effects.meanPrediction)],
        ['Seed', String(proof.seed)],
        ['Engine', effects.engine],
        ['Job', effects.job],
      ]}
    >
      Mean over {plural(effects.n, 'row')} of {source}
      {cohort !== null && ` where ${cohort.where}`}.
    </ProofDetails>
  );
}
