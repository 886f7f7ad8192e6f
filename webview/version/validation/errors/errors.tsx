import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { ErrorAnalysis } from '../../../../src/protocol/results/errorAnalysis.ts';
import type { Validation } from '../../../../src/protocol/results/validation.ts';
import { count, significant, titleOf } from '../../../components/format.ts';
import { RowsBehind, type Chosen } from '../../../components/rowsBehind.tsx';
import { ErrorTree } from './errorTree.tsx';
import { HeatMap } from './heatMap.tsx';
import { OwnSlices } from './ownSlices.tsx';
import { Slices } from './slices.tsx';

/** Where the model errs more than elsewhere: slices, a tree, two features at a time; a click opens the rows. */
export function Errors({
  errors: found,
  result,
  name,
  trusted,
  configured,
  isModel,
  onExplain,
}: {
  readonly errors: ErrorAnalysis;
  readonly result: Validation;
  readonly name: string;
  readonly trusted: boolean;
  readonly configured: boolean;
  /** Saved answers cannot be asked about other rows, nor explained. */
  readonly isModel: boolean;
  readonly onExplain: (where: string) => void;
}): VNode {
  const unit = result.metrics.find(metric => metric.name === found.measure)?.unit ?? null;
  const errors = { ...found, unit };
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const open = trusted ? setChosen : undefined;
  return (
    <div class="stack ruled">
      <h2>Where it errs</h2>
      <p class="sentence">{sentenceOf(errors)}</p>
      <div class="split">
        <div class="stack">
          <Slices errors={errors} name={name} chosen={chosen} onOpen={open} />
          <OwnSlices
            result={result}
            name={name}
            trusted={trusted}
            isModel={isModel}
            configured={configured}
            chosen={chosen}
            onOpen={open}
          />
        </div>
        <div class="stack">
          <ErrorTree errors={errors} name={name} chosen={chosen} onOpen={open} />
          {errors.maps.length > 0 && <HeatMap errors={errors} name={name} chosen={chosen} onOpen={open} />}
        </div>
      </div>
      {chosen !== null && (
        <RowsBehind
          key={chosen.where}
          chosen={chosen}
          name={name}
          {...(isModel ? { onExplain } : {})}
          onClose={() => setChosen(null)}
        />
      )}
    </div>
  );
}

/** With the unit of the errors. */
export type ShownErrors = ErrorAnalysis & { readonly unit: string | null };

export function measureOf({ measure, unit }: ShownErrors): string {
  return titleOf({ title: measure === 'accuracy' ? 'accuracy' : 'mean absolute error', unit });
}

function sentenceOf(errors: ShownErrors): string {
  const { slices, halves, tried } = errors;
  const confirmed = slices.filter(slice => slice.confirmed);
  const [worst] = confirmed;
  const how = `${count(tried)} slices were tried on ${count(halves.discovery.n)} rows and the strongest put to ${count(halves.confirmation.n)} others.`;
  if (worst === undefined) return `No slice is worse beyond chance. ${how}`;
  const others = confirmed.length === 1 ? '' : ` and ${confirmed.length - 1} more`;
  return `${worst.name}${others}: ${measureOf(errors)} ${significant(worst.confirmation.value)} against ${significant(halves.confirmation.value)} for all. ${how}`;
}
