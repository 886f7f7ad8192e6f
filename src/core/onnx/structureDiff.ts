import { bytes, whole } from '../words.ts';
import type { Comparison } from '../../protocol/results/comparison.ts';
import { answerOf } from './answer.ts';
import { domainName } from './domains.ts';
import { treesOf } from './ensembles.ts';
import type { Answer, TensorSpec } from './facts.ts';
import { metadataOf, operatorCounts, opsetsOf } from './modelFacts.ts';
import type { onnx } from './onnx.generated.js';
import { inputSpecs, outputSpecs } from './specs.ts';
import { weightsOf } from './weights.ts';
import { weightChanges } from './weightsDiff.ts';

export type StructureChange = Comparison['structure'][number];

type Kind = StructureChange['kind'];

/** What differs between two verified models, breaking changes first. */
export function structureDiff(a: onnx.ModelProto, b: onnx.ModelProto): Comparison['structure'] {
  const changes = [
    ...signatureChanges(a, b),
    ...classChanges(answerOf(a), answerOf(b)),
    ...mapChanges('opset', opsetWords(a), opsetWords(b), 'Opset of '),
    ...mapChanges('operator', operatorWords(a), operatorWords(b), 'Operator '),
    ...mapChanges('metadata', metadataWords(a), metadataWords(b), 'Metadata '),
    ...weightChanges(a, b),
    ...mapChanges('size', sizes(a), sizes(b), ''),
  ];
  return [...changes.filter(({ breaking }) => breaking), ...changes.filter(({ breaking }) => !breaking)];
}

function signatureChanges(a: onnx.ModelProto, b: onnx.ModelProto): StructureChange[] {
  if (a.graph === null || b.graph === null) return [];
  return [
    ...specChanges('input', inputSpecs(a.graph), inputSpecs(b.graph)),
    ...specChanges('output', outputSpecs(a.graph), outputSpecs(b.graph)),
  ];
}

function specChanges(
  kind: 'input' | 'output',
  a: readonly TensorSpec[],
  b: readonly TensorSpec[],
): StructureChange[] {
  const changes: StructureChange[] = [];
  const add = (name: string, from: TensorSpec | null, to: TensorSpec | null): void => {
    const [was, is] = [from && specWords(from), to && specWords(to)];
    const breaking = isBreaking(kind, from, to);
    changes.push({
      kind,
      name,
      a: was,
      b: is,
      sentence: changeWords(`${kind === 'input' ? 'Input' : 'Output'} ${name}`, was, is),
      breaking,
    });
  };
  const after = new Map(b.map(spec => [spec.name, spec]));
  for (const spec of a) {
    const other = after.get(spec.name) ?? null;
    after.delete(spec.name);
    if (other === null || specWords(spec) !== specWords(other)) add(spec.name, spec, other);
  }
  for (const [name, spec] of after) add(name, null, spec);
  return changes;
}

/** "float32 [?, 20]": the names of symbolic axes say nothing to a caller. */
export function specWords({ kind, type, shape }: TensorSpec): string {
  if (kind !== 'tensor') return `${kind} of ${type}`;
  return `${type} [${shape.map(axis => (typeof axis === 'number' ? axis : '?')).join(', ')}]`;
}

/** A caller of A breaks when it must give something new, gives too much, or gets less or other than before. */
function isBreaking(kind: 'input' | 'output', a: TensorSpec | null, b: TensorSpec | null): boolean {
  if (a === null) return kind === 'input';
  if (b === null || a.kind !== b.kind || a.type !== b.type) return true;
  if (a.shape.length !== b.shape.length) return true;
  return a.shape.some((axis, i) => {
    const other = b.shape[i];
    if (typeof axis === 'number' && typeof other === 'number') return axis !== other;
    // An input may become freer, an output more definite.
    return kind === 'input'
      ? typeof other === 'number' && axis !== other
      : typeof axis === 'number' && axis !== other;
  });
}

function classChanges(a: Answer, b: Answer): StructureChange[] {
  const [was, is] = [a, b].map(({ classes }) => classes.map(String).join(', '));
  if (was === is) return [];
  const name = 'classes';
  return [
    {
      kind: 'output',
      name,
      a: was || null,
      b: is || null,
      sentence: changeWords('Classes', was || null, is || null),
      breaking: true,
    },
  ];
}

function mapChanges(
  kind: Kind,
  a: ReadonlyMap<string, string>,
  b: ReadonlyMap<string, string>,
  prefix: string,
): StructureChange[] {
  return [...new Set([...a.keys(), ...b.keys()])].flatMap(name => {
    const [was, is] = [a.get(name) ?? null, b.get(name) ?? null];
    if (was === is) return [];
    return [{ kind, name, a: was, b: is, sentence: changeWords(prefix + name, was, is), breaking: false }];
  });
}

function changeWords(what: string, a: string | null, b: string | null): string {
  if (a === null) return `${what}: new, ${shortened(b ?? '')}`;
  if (b === null) return `${what}: gone, was ${shortened(a)}`;
  return `${what}: ${shortened(a)} → ${shortened(b)}`;
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function opsetWords(model: onnx.ModelProto): Map<string, string> {
  return new Map(opsetsOf(model).map(({ domain, version }) => [domainName(domain), String(version)]));
}

function operatorWords(model: onnx.ModelProto): Map<string, string> {
  return new Map(operatorCounts(model).map(({ name, count }) => [name, String(count)]));
}

function metadataWords(model: onnx.ModelProto): Map<string, string> {
  const all = {
    producer: [model.producer_name, model.producer_version].join(' ').trim(),
    'IR version': String(model.ir_version),
    'model version': String(model.model_version),
    description: model.doc_string,
    ...metadataOf(model),
  };
  return new Map(Object.entries(all).filter(([, value]) => value !== ''));
}

function sizes(model: onnx.ModelProto): Map<string, string> {
  const weights = [...weightsOf(model)];
  const sum = (pick: (weights: { count: number; bytes: number }) => number): number =>
    weights.reduce((total, one) => total + pick(one), 0);
  const trees = treesOf(model);
  const entries: [string, string][] = [
    ['Parameters', `${whole(sum(one => one.count))} (${bytes(sum(one => one.bytes))})`],
  ];
  if (trees !== null) entries.push(['Trees', `${whole(trees.count)}, up to ${trees.depth} deep`]);
  return new Map(entries);
}
