import type { VNode } from 'preact';
import type { Explanation } from '../../../../src/protocol/results/explanation.ts';
import { Picker } from '../../../components/picker.tsx';
import { Prose } from '../../../components/prose.tsx';
import { useArrangement } from '../../../host.ts';
import { Accumulated } from './accumulated.tsx';
import { Answered } from './answered.tsx';
import { Partial } from './partial.tsx';
import { useEffects } from './useEffects.ts';

/** One column's effect on the answer, asked of the model: partial dependence, or accumulated local effects. */
export function EffectPanel({
  view,
  result,
  feature,
  columns,
  trusted,
  name,
  onFeature,
}: {
  readonly view: 'partial' | 'accumulated';
  readonly result: Explanation;
  readonly feature: string;
  readonly columns: readonly string[];
  readonly trusted: boolean;
  readonly name: string;
  readonly onFeature: (feature: string) => void;
}): VNode {
  const [rows, setRows] = useArrangement('effects.rows', true);
  const asked = useEffects(result, { features: [feature], pairs: [] }, trusted);
  return (
    <>
      <div class="controls">
        <Picker label="Column" value={feature} names={columns} onChoose={onFeature} />
        {view === 'partial' && (
          <label>
            <input type="checkbox" checked={rows} onChange={event => setRows(event.currentTarget.checked)} />
            Single rows
          </label>
        )}
      </div>
      <Answered asked={asked} trusted={trusted} what={`the curve of \`${feature}\``}>
        {effects => {
          const effect = effects.features[0];
          if (effect === undefined) return null;
          return (
            <>
              <p>
                <Prose text={effects.sentence} />
              </p>
              {view === 'partial' ? (
                <Partial effects={effects} effect={effect} rows={rows} name={name} />
              ) : (
                <Accumulated effects={effects} effect={effect} name={name} />
              )}
            </>
          );
        }}
      </Answered>
    </>
  );
}
