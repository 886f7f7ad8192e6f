import type { VNode } from 'preact';
import type { Explanation } from '../../../src/protocol/results/explanation.ts';
import { count, plural, significant } from '../../components/format.ts';
import { ProofDetails, type ProofEntry } from '../../components/proofDetails.tsx';
import { StatusIcon } from '../../components/verdict.tsx';

/** How far the explanation can be trusted: one line, its details one click away. */
export function Proof({ result }: { readonly result: Explanation }): VNode {
  const { proof, exact } = result;
  // Values of the black-box methods are shares of differences between the runtime's own answers, so that their
  // sum says nothing; values read from the file are held to the runtime's answers.
  const constructed = proof.method.startsWith('shapley');
  const adds =
    proof.maxAdditivityError === null
      ? ''
      : constructed
        ? ` Attributions are differences of ONNX Runtime's own outputs, and add up to them by construction.`
        : ` Attributions add up to ONNX Runtime's output within ${significant(proof.maxAdditivityError, 1)} on ${plural(proof.n, 'row')}.`;
  const base = ` Base value ${significant(proof.baseValue)}: the background's mean prediction${constructed ? ', evaluated by ONNX Runtime' : ''}.`;
  const entries: ProofEntry[] = [
    ['Method', proof.method],
    ['Definition', result.definition],
    ...(proof.whyNotExact === null ? [] : [['Why not exact', proof.whyNotExact] as [string, string]]),
    ['Explained', `${result.output.title}, ${result.space} space`],
    ['Rows', count(proof.n)],
    ['Background', `${result.background.description}, sha256 ${result.background.digest.slice(0, 12)}`],
    ['Base value', String(proof.baseValue)],
    [
      'Mean prediction of the background, by the runtime',
      proof.meanBackgroundPrediction === null ? 'none' : String(proof.meanBackgroundPrediction),
    ],
    [
      constructed ? 'Largest additivity error, rounding only' : 'Largest additivity error',
      proof.maxAdditivityError === null ? 'none' : String(proof.maxAdditivityError),
    ],
    ...(proof.readingError === null
      ? []
      : [
          [
            'Scores of the model as read, against the runtime',
            `within ${String(proof.readingError)} on every row`,
          ] as [string, string],
        ]),
    ['Rows evaluated by the runtime', count(proof.evaluations)],
    ['Seed', String(proof.seed)],
    ['Engine', result.engine],
    ['Job', result.job],
    ...result.data.map((data): [string, string] => [
      data.role,
      `${data.path}, sha256 ${data.digest.slice(0, 12)}`,
    ]),
  ];
  return (
    <ProofDetails entries={entries}>
      {exact ? <StatusIcon status="pass" /> : <span aria-hidden="true">±</span>}{' '}
      {exact ? 'Exact.' : 'Sampled, with error bars.'}
      {base}
      {adds}
    </ProofDetails>
  );
}
