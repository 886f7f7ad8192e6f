import type { Check } from './check.ts';
import type { CheckFacts } from './facts.ts';
import type { IntegrityFacts } from '../onnx/integrity.ts';
import { tableOf } from './evidence.ts';
import { counted, names, number } from '../words.ts';

/** Group A: what the model file says without running it. */

const base = { group: 'integrity', needs: ['model'], unit: null } as const;

/** A count that should be 0, read from the integrity facts. */
function noneOf(
  check: Pick<Check, 'id' | 'title' | 'severity'> & {
    readonly source: string;
    readonly advice: string;
    readonly list: (facts: IntegrityFacts, all: CheckFacts) => readonly string[];
    readonly sentence: (list: readonly string[]) => string;
    readonly fine: string;
  },
): Check {
  return {
    ...base,
    id: check.id,
    title: check.title,
    severity: check.severity,
    threshold: { op: '<=', value: 0, source: check.source },
    run: facts => {
      if (facts.integrity === null) return { notRun: 'The model was not read.' };
      const list = check.list(facts.integrity, facts);
      return {
        value: list.length,
        finding: list.length === 0 ? check.fine : check.sentence(list),
        advice: check.advice,
        evidence:
          list.length === 0
            ? null
            : tableOf(
                ['name'],
                list.map(name => [name]),
              ),
      };
    },
  };
}

const finiteParameters: Check = {
  ...base,
  id: 'finite-parameters',
  title: 'NaN parameters',
  severity: 'fail',
  threshold: { op: '<=', value: 0, source: 'a NaN parameter spreads to the answers' },
  run: ({ integrity }) => {
    if (integrity === null) return { notRun: 'The model was not read.' };
    const bad = integrity.notFinite.filter(({ nan }) => nan > 0);
    const infinite = integrity.notFinite.reduce((sum, one) => sum + one.infinite, 0);
    const value = bad.reduce((sum, { nan }) => sum + nan, 0);
    const also = infinite > 0 ? ` ${counted(infinite, 'value is', 'values are')} infinite.` : '';
    return {
      value,
      finding:
        value === 0
          ? `No parameter is NaN.${also}`
          : `${counted(value, 'parameter')} in ${names(bad.map(({ name }) => name))} ${value === 1 ? 'is' : 'are'} NaN.${also}`,
      advice: 'Look for a division by zero or a diverged training run, and export again.',
      evidence:
        integrity.notFinite.length === 0
          ? null
          : tableOf(
              ['tensor', 'NaN', 'infinite', 'values'],
              integrity.notFinite.map(one => [one.name, one.nan, one.infinite, one.values]),
            ),
    };
  },
};

const infiniteParameters = noneOf({
  id: 'infinite-parameters',
  title: 'Infinite parameters',
  severity: 'warn',
  source: 'trees may hold infinite thresholds on purpose; weights never do',
  list: integrity => integrity.notFinite.filter(({ infinite }) => infinite > 0).map(({ name }) => name),
  sentence: list => `${names(list)} ${list.length === 1 ? 'holds' : 'hold'} infinite values.`,
  fine: 'No parameter is infinite.',
  advice: 'Look for an overflow in float16 or a diverged training run.',
});

const wellFormed: Check = {
  ...base,
  id: 'well-formed',
  title: 'Checker rules',
  severity: 'fail',
  threshold: null,
  run: ({ model, integrity }) =>
    integrity === null
      ? { notRun: 'The model was not read.' }
      : {
          value: 'sound',
          broken: false,
          finding: `The graph of ${counted(model!.nodes, 'node')} keeps the ONNX checker's rules: tensors as long as their shapes, names made once and before their use, functions without cycles.`,
        },
};

const irVersion: Check = {
  ...base,
  id: 'ir-version',
  title: 'IR version',
  severity: 'warn',
  threshold: { op: '>=', value: 3, source: 'ONNX Runtime reads IR version 3 and newer' },
  run: ({ integrity }) =>
    integrity === null
      ? { notRun: 'The model was not read.' }
      : {
          value: integrity.irVersion,
          finding: `The model is of ONNX IR version ${integrity.irVersion}.`,
          advice: 'Convert it with a newer onnx package (onnx.version_converter).',
        },
};

const externalData: Check = {
  ...base,
  id: 'external-data',
  title: 'External data',
  severity: 'fail',
  threshold: null,
  run: ({ model, integrity }) =>
    integrity === null
      ? { notRun: 'The model was not read.' }
      : {
          value: `${model!.externalData.length} files`,
          broken: false,
          finding:
            model!.externalData.length === 0
              ? 'The model lies in one file.'
              : `${names(model!.externalData)} ${model!.externalData.length === 1 ? 'lies' : 'lie'} inside the folder of the model, ${model!.externalData.length === 1 ? 'is no link' : 'are no links'} and as long as the tensors ask.`,
        },
};

const knownOperators = noneOf({
  id: 'known-operators',
  title: 'Unknown operators',
  severity: 'fail',
  source: 'ONNX Runtime runs only operators it knows',
  list: integrity => integrity.unknownDomains,
  sentence: list => `Operators of ${names(list)} are neither ONNX's nor ONNX Runtime's.`,
  fine: 'All operators are ones that ONNX Runtime brings.',
  advice: 'Export without custom operators, or with their definition as a model function.',
});

const opsetAge: Check = {
  ...base,
  id: 'opset-age',
  title: 'Opset age',
  severity: 'warn',
  threshold: { op: '>=', value: 7, source: 'ONNX Runtime tests opset 7 and newer' },
  run: ({ integrity }) => {
    const opset = integrity?.opsets.find(({ domain }) => domain === '' || domain === 'ai.onnx');
    if (opset === undefined) return { notRun: 'The model imports no opset of ai.onnx.' };
    return {
      value: opset.version,
      finding: `The model uses opset ${opset.version}.`,
      advice: 'Export with a newer opset.',
    };
  },
};

const modelSize: Check = {
  ...base,
  id: 'model-size',
  title: 'Model size',
  severity: 'warn',
  unit: 'MB',
  threshold: { op: '<=', value: 500, source: 'what a small server loads without care' },
  run: ({ model }) => {
    const value = model!.size / 1e6;
    return {
      value,
      finding: `The model takes ${number(value)} MB.`,
      advice: 'Quantise or prune it, or raise the limit if the target has the room.',
    };
  },
};

const parameters: Check = {
  ...base,
  id: 'parameter-count',
  title: 'Number of parameters',
  severity: 'warn',
  threshold: { op: '<=', value: 1e9, source: 'what a laptop runs' },
  run: ({ model }) => ({
    value: model!.parameters,
    finding: `The model has ${counted(model!.parameters, 'parameter')}.`,
    advice: 'Use a smaller model, or raise the limit if the target is large enough.',
  }),
};

const batchAxis = noneOf({
  id: 'batch-axis',
  title: 'Fixed batch size',
  severity: 'warn',
  source: 'a fixed batch size refuses every other number of rows',
  list: (_, { model }) =>
    model!.inputs
      .filter(({ shape }) => shape.length > 0 && typeof shape[0] === 'number')
      .map(({ name }) => name),
  sentence: list =>
    `The first axis of ${names(list)} has a fixed size, so the model takes only so many rows at once.`,
  fine: 'Every input takes any number of rows.',
  advice: 'Export with a dynamic first axis.',
});

const tensorOutputs = noneOf({
  id: 'tensor-outputs',
  title: 'Outputs that are no tensors',
  severity: 'warn',
  source: 'many servers refuse maps and sequences',
  list: (_, { model }) => model!.outputs.filter(({ kind }) => kind !== 'tensor').map(({ name }) => name),
  sentence: list =>
    `${names(list)} ${list.length === 1 ? 'is' : 'are'} no tensor (ZipMap or a sequence); Slipway reads what goes into it.`,
  fine: 'All outputs are tensors.',
  advice: 'Export with `zipmap` off.',
});

const statedShapes = noneOf({
  id: 'stated-shapes',
  title: 'Stated shapes',
  severity: 'warn',
  source: 'a caller needs the shape',
  list: integrity => integrity.withoutShape,
  sentence: list => `${names(list)} ${list.length === 1 ? 'states' : 'state'} no shape.`,
  fine: 'Every input and output states its shape.',
  advice: 'Run shape inference before the export is saved.',
});

const unusedInputs = noneOf({
  id: 'unused-inputs',
  title: 'Unused inputs',
  severity: 'warn',
  source: 'callers must send what nothing reads',
  list: integrity => integrity.unusedInputs,
  sentence: list => `Nothing in the model reads ${names(list)}.`,
  fine: 'The model reads each of its inputs.',
  advice: 'Drop these columns before the export.',
});

const unusedWeights = noneOf({
  id: 'unused-weights',
  title: 'Unused weights',
  severity: 'warn',
  source: 'dead weight',
  list: integrity => integrity.unusedInitializers,
  sentence: list => `Nothing in the model reads ${names(list)}.`,
  fine: 'The model reads each of its weights.',
  advice: 'Simplify the model before the export is saved.',
});

const provenance: Check = {
  ...base,
  id: 'provenance',
  title: 'Provenance',
  severity: 'warn',
  threshold: null,
  run: ({ model }) => {
    const told = [
      model!.producer === '' ? null : 'its producer',
      model!.description === '' ? null : 'a description',
      Object.keys(model!.metadata).length === 0 ? null : 'metadata',
    ].filter(word => word !== null);
    return {
      value: told.length === 0 ? 'nothing' : told.join(', '),
      broken: told.length === 0,
      finding:
        told.length === 0
          ? 'The model names neither its producer nor anything else of its origin.'
          : `The model carries ${told.join(', ')}; its digest is ${model!.digest.slice(0, 12)}.`,
      advice: 'Write producer, version and training data into the metadata when exporting.',
    };
  },
};

const trainingLeftovers: Check = {
  ...base,
  id: 'training-leftovers',
  title: 'Training leftovers',
  severity: 'warn',
  threshold: null,
  run: ({ integrity }) => {
    if (integrity === null) return { notRun: 'The model was not read.' };
    return {
      value: integrity.trainingInfo ? 'present' : 'none',
      broken: integrity.trainingInfo,
      finding: integrity.trainingInfo
        ? 'The model carries a training graph that inference never uses.'
        : 'The model carries no training graph.',
      advice: 'Export for inference only.',
    };
  },
};

export const integrityChecks: readonly Check[] = [
  wellFormed,
  irVersion,
  externalData,
  finiteParameters,
  infiniteParameters,
  knownOperators,
  opsetAge,
  modelSize,
  parameters,
  batchAxis,
  tensorOutputs,
  statedShapes,
  unusedInputs,
  unusedWeights,
  provenance,
  trainingLeftovers,
];
