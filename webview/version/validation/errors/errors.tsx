import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { ErrorAnalysis } from '../../../../src/protocol/results/errorAnalysis.ts';
import { count, significant } from '../../../components/format.ts';
import { RowsBehind, type Chosen } from '../../../components/rowsBehind.tsx';
import { ErrorTree } from './errorTree.tsx';
import { HeatMap } from './heatMap.tsx';
import { Slices } from './slices.tsx';

/** Where the model errs more than elsewhere: slices, a tree, two features at a time; a click opens the rows. */
export function Errors({
  errors,
  name,
  trusted,
  onExplain,
}: {
  readonly errors: ErrorAnalysis;
  readonly name: string;
  readonly trusted: boolean;
  readonly onExplain: (where: string) => void;
}): VNode {
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const open = trusted ? setChosen : undefined;
  return (
    <div class="stack ruled">
      <h2>Where it errs</h2>
      <p class="sentence">{sentenceOf(errors)}</p>
      <div class="split">
        <Slices errors={errors} name={name} chosen={chosen} onOpen={open} />
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
          onExplain={onExplain}
          onClose={() => setChosen(null)}
        />
      )}
    </div>
  );
}

export function measureOf({ measure }: ErrorAnalysis): string {
  return measure === 'accuracy' ? 'accuracy' : 'mean absolute error';
}

function sentenceOf(errors: ErrorAnalysis): string {
  const { slices, halves, tried } = errors;
  const confirmed = slices.filter(slice => slice.confirmed);
  const [worst] = confirmed;
  const how = `${count(tried)} slices were tried on ${count(halves.discovery.n)} rows and the strongest put to ${count(halves.confirmation.n)} others.`;
  if (worst === undefined) return `No slice is worse beyond chance. ${how}`;
  const others = confirmed.length === 1 ? '' : ` and ${confirmed.length - 1} more`;
  return `${worst.name}${others}: ${measureOf(errors)} ${significant(worst.confirmation.value)} against ${significant(halves.confirmation.value)} for all. ${how}`;
}
