import { number, whole } from '../words.ts';
import type { onnx } from './onnx.generated.js';
import type { StructureChange } from './structureDiff.ts';
import { type Weights, weightsOf } from './weights.ts';

/** Entries beyond this many are counted, not listed. */
const LISTED = 50;

/** Values that differ between weights of one name: how many, and by how much at most. */
export interface WeightDifference {
  readonly changed: number;
  /** Largest absolute difference; infinite when a value is finite in one model only. */
  readonly largest: number;
}

/** Weights added, removed, of another shape, or of other values; most changed first. */
export function weightChanges(a: onnx.ModelProto, b: onnx.ModelProto): StructureChange[] {
  const [before, after] = [byName(a), byName(b)];
  const changes: { change: StructureChange; largest: number }[] = [];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(name), after.get(name)];
    const entry = changeOf(name, was, is);
    if (entry !== null) changes.push(entry);
  }
  changes.sort((x, y) => y.largest - x.largest || (x.change.name < y.change.name ? -1 : 1));
  const listed = changes.slice(0, LISTED).map(({ change }) => change);
  const more = changes.length - listed.length;
  if (more > 0) {
    const sentence = `${whole(more)} more weights differ`;
    listed.push({ kind: 'weights', name: 'more', a: null, b: null, sentence, breaking: false });
  }
  return listed;
}

/** Names need not be unique: those of unnamed nodes get a number. */
function byName(model: onnx.ModelProto): Map<string, Weights> {
  const weights = new Map<string, Weights>();
  for (const one of weightsOf(model)) {
    let name = one.name;
    for (let i = 2; weights.has(name); i++) name = `${one.name} (${i})`;
    weights.set(name, one);
  }
  return weights;
}

function changeOf(
  name: string,
  was: Weights | undefined,
  is: Weights | undefined,
): { change: StructureChange; largest: number } | null {
  const shape = (weights: Weights | undefined): string | null =>
    weights === undefined ? null : `[${weights.shape.join(', ')}]`;
  const [a, b] = [shape(was), shape(is)];
  const entry = (sentence: string, largest: number): { change: StructureChange; largest: number } => ({
    change: { kind: 'weights', name, a, b, sentence, breaking: false },
    largest,
  });
  if (was === undefined || is === undefined) {
    return entry(
      was === undefined ? `Weights ${name}: new, ${b!}` : `Weights ${name}: gone, were ${a!}`,
      Infinity,
    );
  }
  if (a !== b) return entry(`Weights ${name}: ${a!} → ${b!}`, Infinity);
  const difference = differenceOf(was, is);
  if (difference === null || difference.changed === 0) return null;
  const { changed, largest } = difference;
  const count = `${whole(changed)} of ${whole(was.count)} values`;
  const by = Number.isFinite(largest) ? `by up to ${number(largest)}` : 'some to or from infinite or NaN';
  return entry(`Weights ${name}: ${count} changed, ${by}`, largest);
}

/** Compares weights of one shape; null when their values cannot be read (strings, external data). */
export function differenceOf(a: Weights, b: Weights): WeightDifference | null {
  const [before, after] = [a.values(), b.values()];
  if (before === null || after === null) return null;
  let changed = 0;
  let largest = 0;
  for (let i = 0; i < before.length; i++) {
    const [was, is] = [before[i]!, after[i] ?? NaN];
    if (Object.is(was, is) || was === is) continue;
    changed++;
    const distance = Math.abs(was - is);
    largest = Math.max(largest, Number.isNaN(distance) ? Infinity : distance);
  }
  return { changed, largest };
}
