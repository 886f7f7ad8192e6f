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
  const constructed = /^(shapley|owen)/.test(proof.method);
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
    ...samplingEntries(result),
    ...groupEntries(result),
    ['Rows evaluated by the runtime', count(proof.evaluations)],
    ['Seed', String(proof.seed)],
    ['Engine', result.engine],
    ['Job', result.job],
    ...result.data.map((data): [string, string] => [
      `${data.role.charAt(0).toUpperCase()}${data.role.slice(1)} file`,
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

/** How far sampling went and why it ended; nothing where values are exact. */
function samplingEntries({ proof, settings }: Explanation): ProofEntry[] {
  const { sampling, n } = proof;
  if (sampling === null) return [];
  const { coalitions, stopped, widest } = sampling;
  const [share, absolute] = [Number(settings.stopShare ?? 0), Number(settings.stopAbsolute ?? 0)];
  const rules = [
    ...(share === 0 ? [] : [`${significant(100 * share)} % of the row's largest value`]),
    ...(absolute === 0 ? [] : [`±${significant(absolute)}`]),
  ];
  const rule =
    rules.length === 0
      ? 'the budget was used; no width to stop at was set'
      : `${count(stopped)} of ${plural(n, 'row')} by an interval (95 %, half) of at most ${rules.join(' or ')}` +
        (stopped < n ? '; the others by the budget' : '');
  return [
    ['Coalitions a row', `${significant(coalitions)} on average, at most ${count(Number(settings.budget))}`],
    ['Sampling ended', rule],
    ['Widest interval (95 %)', widest === null ? 'not known' : `±${significant(widest)}`],
  ];
}

/** Columns that are explained together, and by whose word. */
function groupEntries({ groups }: Explanation): ProofEntry[] {
  if (groups === null) return [];
  const { by, threshold, owen, members } = groups;
  const made =
    by === 'user' ? 'as given' : `by association${threshold === null ? '' : ` of at least ${threshold}`}`;
  const named = members.map(({ name, columns }) => `${name} (${columns.join(', ')})`).join('; ');
  return [
    [
      owen ? 'Groups, a value for each column (Owen)' : 'Groups, a value for each',
      named === '' ? `a clustering ${made}` : `${named}; ${made}`,
    ],
  ];
}
