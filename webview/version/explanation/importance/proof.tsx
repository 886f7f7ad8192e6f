import type { VNode } from 'preact';
import type { Importance } from '../../../../src/protocol/results/importance.ts';
import { count, plural, significant } from '../../../components/format.ts';
import { ProofDetails, type ProofEntry } from '../../../components/proofDetails.tsx';

/** What a measure rests on, in a line; its details one click away. */
export function ImportanceProof({ result }: { readonly result: Importance }): VNode {
  const { measure, proof, repeats, groups, background } = result;
  const unit = measure.unit === null ? '' : ` ${measure.unit}`;
  const how =
    result.method === 'permutation'
      ? `each shuffled ${plural(repeats ?? 0, 'time')}`
      : `${significant(measure.without ?? 0)}${unit} knowing no column`;
  const entries: ProofEntry[] = [
    ['Method', result.method === 'sage' ? 'SAGE (Covert et al. 2020)' : 'permutation (Breiman 2001)'],
    ['Measure', `${measure.title}, ${String(measure.value)}${unit}, ${measure.better} is better`],
    ['Columns as one', groupWords(groups)],
    ...(background === null ? [] : [['Hidden columns filled from', background.description] as const]),
    ...(proof.stopped === null
      ? []
      : [['Sampling ended', proof.stopped === 'precision' ? 'sharp enough' : 'all rows used'] as const]),
    ...(proof.additivityError === null
      ? []
      : [
          [
            'Sum of the values against the loss taken off',
            `within ${String(proof.additivityError)}`,
          ] as const,
        ]),
    ['Labelled rows', count(proof.n)],
    ['Rows evaluated by the runtime', count(proof.evaluations)],
    ['Seed', String(proof.seed)],
    ['Engine', result.engine],
    ['Job', result.job],
    ...result.data.map(
      data =>
        [
          `${data.role.charAt(0).toUpperCase()}${data.role.slice(1)} file`,
          `${data.path}, sha256 ${data.digest.slice(0, 12)}`,
        ] as const,
    ),
  ];
  return (
    <ProofDetails entries={entries}>
      {result.exact ? 'Exact for these rows. ' : ''}
      {measure.title} {significant(measure.value)}
      {unit} on {plural(result.n, 'labelled row')}
      {result.cohort !== null && ` where ${result.cohort.where}`}, {how}.
    </ProofDetails>
  );
}

function groupWords({ by, threshold }: Importance['groups']): string {
  if (by === 'correlation') return `associated at least ${String(threshold)}`;
  return by === 'user' ? 'as named' : 'none: each by itself';
}
