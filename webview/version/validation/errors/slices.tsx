import type { VNode } from 'preact';
import type { ErrorAnalysis } from '../../../../src/protocol/results/errorAnalysis.ts';
import { pValueWords } from '../../../../src/core/words.ts';
import { count, significant, withInterval } from '../../../components/format.ts';
import { Section } from '../../../components/page.tsx';
import type { Chosen } from '../../../components/rowsBehind.tsx';
import { DataTable } from '../../../components/table.tsx';
import { StatusIcon } from '../../../components/verdict.tsx';
import { measureOf, type ShownErrors } from './errors.tsx';

type Slice = ErrorAnalysis['slices'][number];

/** The slices that were put to the other half: confirmed ones first. */
export function Slices({
  errors,
  name,
  chosen,
  onOpen,
}: {
  readonly errors: ShownErrors;
  readonly name: string;
  readonly chosen: Chosen | null;
  readonly onOpen: ((slice: Chosen) => void) | undefined;
}): VNode {
  const { slices, leastRows, clusters } = errors;
  const least = clusters === undefined ? 'rows' : `clusters of ${clusters}`;
  const confirmed = slices.filter(slice => slice.confirmed).length;
  return (
    <Section
      title="Slices"
      note={slices.length === 0 ? '' : `${confirmed} of ${slices.length} confirmed; false discovery rate 5 %`}
    >
      {slices.length === 0 ? (
        <p class="muted">
          No slice of at least {leastRows} {least} in each half looks worse than the other rows.
        </p>
      ) : (
        <DataTable
          label="Slices"
          name={`${name}-slices`}
          limit={10}
          rows={slices}
          rowKey={slice => slice.where}
          selected={chosen?.where ?? null}
          {...(onOpen === undefined ? {} : { onOpen: (slice: Slice) => onOpen(slice) })}
          columns={[
            {
              id: 'confirmed',
              title: '',
              value: slice => (slice.confirmed ? 'confirmed' : 'not confirmed'),
              exported: [
                { title: 'confirmed', value: slice => slice.confirmed },
                { title: 'where', value: slice => slice.where },
              ],
              cell: slice => <StatusIcon status={slice.confirmed ? 'warn' : 'not-run'} />,
            },
            {
              id: 'name',
              title: 'Slice',
              fill: true,
              value: slice => slice.name,
              cell: slice => (
                <>
                  {slice.name}
                  {slice.merged.length > 0 && (
                    <span class="muted" title={mergedWords(slice)}>
                      {' '}
                      (+{slice.merged.length + slice.more} alike)
                    </span>
                  )}
                </>
              ),
            },
            {
              id: 'value',
              title: measureOf(errors),
              align: 'end',
              definition: 'On the half that did not choose the slice, with its 95 % interval',
              value: slice => slice.confirmation.value,
              exported: [
                { title: measureOf(errors), value: slice => slice.confirmation.value },
                { title: 'low', value: slice => slice.confirmation.interval.low },
                { title: 'high', value: slice => slice.confirmation.interval.high },
                { title: 'on the finding half', value: slice => slice.discovery.value },
              ],
              cell: slice => (
                <span title={`${significant(slice.discovery.value)} on the half that found it`}>
                  {withInterval(slice.confirmation.value, slice.confirmation.interval)}
                </span>
              ),
            },
            {
              id: 'ratio',
              title: 'to all',
              align: 'end',
              wide: 'roomy',
              definition: 'The value over that of all rows, turned so that below 1 is worse',
              value: slice => slice.ratio,
              cell: slice => (slice.ratio === null ? '–' : significant(slice.ratio)),
            },
            {
              id: 'adjusted',
              title: 'p',
              align: 'end',
              wide: true,
              definition: 'Adjusted for the slices listed (Benjamini and Hochberg)',
              value: slice => slice.adjusted,
              cell: slice => pValueWords(slice.adjusted),
            },
            {
              id: 'n',
              title: 'n',
              align: 'end',
              definition: 'Rows of the half that did not choose the slice',
              value: slice => slice.confirmation.n,
              exported: [
                { title: 'n', value: slice => slice.confirmation.n },
                { title: 'n of both halves', value: slice => slice.n },
              ],
              cell: slice => (
                <span title={`${count(slice.n)} in both halves`}>{count(slice.confirmation.n)}</span>
              ),
            },
          ]}
        />
      )}
    </Section>
  );
}

function mergedWords({ merged, more }: Slice): string {
  return `Mostly the same rows: ${merged.join('; ')}${more > 0 ? ` and ${more} more` : ''}`;
}
