import type { VNode } from 'preact';
import type { Explanation } from '../../../../src/protocol/results/explanation.ts';
import { LinkButton } from '../../../components/button.tsx';
import { Picker } from '../../../components/picker.tsx';
import { Prose } from '../../../components/prose.tsx';
import { Answered } from './answered.tsx';
import { PairSurface } from './pair.tsx';
import { useEffects } from './useEffects.ts';

/** Two columns together. */
export function PairPanel({
  result,
  feature,
  other,
  columns,
  trusted,
  name,
  onFeature,
  onOther,
}: {
  readonly result: Explanation;
  readonly feature: string;
  readonly other: string;
  readonly columns: readonly string[];
  readonly trusted: boolean;
  readonly name: string;
  readonly onFeature: (feature: string) => void;
  readonly onOther: (feature: string) => void;
}): VNode {
  const pairs = feature === other ? [] : [[feature, other] as const];
  const asked = useEffects(result, { features: [], pairs }, trusted);
  return (
    <>
      <div class="controls">
        <Picker label="Column" value={feature} names={columns} onChoose={onFeature} />
        <Picker
          label="with"
          value={other}
          names={columns.filter(column => column !== feature)}
          onChoose={onOther}
        />
        <LinkButton
          onClick={() => {
            onFeature(other);
            onOther(feature);
          }}
        >
          Swap
        </LinkButton>
      </div>
      <Answered asked={asked} trusted={trusted} what={`\`${feature}\` with \`${other}\``}>
        {effects => {
          const pair = effects.pairs[0];
          if (pair === undefined) return null;
          return (
            <>
              <p>
                <Prose text={effects.sentence} />
              </p>
              <PairSurface effects={effects} pair={pair} name={name} />
            </>
          );
        }}
      </Answered>
    </>
  );
}
