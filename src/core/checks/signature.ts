import { specWords } from '../onnx/structureDiff.ts';
import type { TensorSpec } from '../onnx/facts.ts';
import type { Check } from './check.ts';
import { tableOf } from './evidence.ts';
import { counted, names } from '../words.ts';

/** Group A: what the model says of itself against what is agreed, and what the runtime infers. */

const base = { group: 'integrity', needs: ['model'], unit: null } as const;

const contract: Check = {
  ...base,
  id: 'contract',
  title: 'Signature against the contract',
  severity: 'fail',
  unit: 'differences',
  threshold: { op: '<=', value: 0, source: 'callers rely on what is agreed' },
  run: ({ model, policy }) => {
    const agreed = policy.contract;
    if (agreed === undefined) return { notRun: 'The policy states no contract (`contract`).' };
    const differences = [
      ...against('input', agreed.inputs, model!.inputs),
      ...against('output', agreed.outputs, model!.outputs),
    ];
    return {
      value: differences.length,
      finding:
        differences.length === 0
          ? 'Inputs and outputs are those of the contract.'
          : `${names(differences.map(([, name]) => name!))} ${differences.length === 1 ? 'is' : 'are'} not as the contract says.`,
      advice: 'Export with the agreed names, types and shapes, or agree on a new contract with the callers.',
      evidence: differences.length === 0 ? null : tableOf(['kind', 'name', 'contract', 'model'], differences),
    };
  },
};

/** Lines [kind, name, agreed, found] of what differs. An output more than agreed breaks nobody. */
function against(
  kind: 'input' | 'output',
  agreed: Readonly<Record<string, string>>,
  found: readonly TensorSpec[],
): string[][] {
  const plain = (words: string): string => words.replaceAll(/\s+/g, '');
  const specs = new Map(found.map(spec => [spec.name, specWords(spec)]));
  const lines = Object.entries(agreed).flatMap(([name, words]) => {
    const own = specs.get(name);
    return own !== undefined && plain(own) === plain(words) ? [] : [[kind, name, words, own ?? 'not there']];
  });
  if (kind === 'output') return lines;
  const more = found.filter(({ name }) => !Object.hasOwn(agreed, name));
  return [...lines, ...more.map(spec => [kind, spec.name, 'not there', specWords(spec)])];
}

const inference: Check = {
  ...base,
  id: 'shape-inference',
  title: 'Stated against inferred outputs',
  severity: 'warn',
  unit: 'outputs',
  threshold: { op: '<=', value: 0, source: 'a caller reads what is stated' },
  run: ({ runtime }) => {
    const inferred = runtime?.inferred ?? null;
    if (inferred === null) return { notRun: 'The runtime did not load the model.' };
    const wrong = inferred.filter(({ stated, found }) => stated !== found);
    return {
      value: wrong.length,
      finding:
        wrong.length === 0
          ? `The runtime infers the stated types and shapes for ${counted(inferred.length, 'output')}.`
          : `The runtime infers another type or shape for ${names(wrong.map(({ name }) => name))}.`,
      advice: 'Run shape inference (onnx.shape_inference.infer_shapes) before the export is saved.',
      evidence:
        wrong.length === 0
          ? null
          : tableOf(
              ['output', 'stated', 'inferred'],
              wrong.map(({ name, stated, found }) => [name, stated, found]),
            ),
    };
  },
};

export const signatureChecks: readonly Check[] = [contract, inference];
