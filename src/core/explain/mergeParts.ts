import type { Explanation } from '../../protocol/results/explanation.ts';
import { BadInput } from '../failure.ts';
import { explanationSentence, globalOf } from './overall.ts';
import { meanMatrix } from './pairMatrices.ts';
import { samplingWarning } from './samplingWarning.ts';
import { Sizes } from './summary.ts';

/** The one file that the rows of parts in files were merged into. */
export interface MergedFile {
  readonly path: string;
  /** Of all its rows. */
  readonly global: Explanation['global'];
}

/**
 * The explanation that parts of its rows make up: what one run over all rows gives.
 * @param parts as `partsInOrder` gives them
 * @param file null: the rows are in the documents
 */
export function mergeParts(parts: readonly Explanation[], file: MergedFile | null): Explanation {
  const [first] = parts as [Explanation, ...Explanation[]];
  const rows = parts.flatMap(part => part.rows);
  const n = parts.reduce((sum, part) => sum + part.n, 0);
  const d = first.features.length;
  const global = file?.global ?? globalOf(sizesOf(parts));
  const exact = rows.every(({ errors }) => errors === null);
  const pairs =
    file !== null || rows.some(({ interactions }) => interactions === null)
      ? null
      : Float64Array.from(rows.flatMap(({ interactions }) => interactions!.flat()));
  const { settings, proof } = first;
  const most = (of: (part: Explanation) => number | null): number | null =>
    parts.reduce<number | null>((most, part) => larger(most, of(part)), null);
  return {
    ...first,
    job: first.shard!.whole,
    settings: { ...settings, shard: null },
    n,
    sentence: explanationSentence(first.cohort, global, first.output.title, first.baseValue),
    features: first.features.map((feature, j) => ({
      ...feature,
      levels:
        feature.levels === null
          ? null
          : [...new Set(parts.flatMap(part => part.features[j]!.levels ?? []))].sort(),
    })),
    global,
    interactions: pairs === null ? null : { values: meanMatrix(pairs, n, d) },
    rows,
    rowsFile: file === null ? null : { path: file.path, rows: n },
    shard: null,
    warnings: [
      ...first.warnings.filter(({ kind }) => kind !== 'sampling'),
      ...(exact
        ? []
        : samplingWarning(
            rows.flatMap(({ values }) => values),
            rows.flatMap(({ errors }) => errors!),
            d,
          )),
    ],
    proof: {
      ...proof,
      maxAdditivityError: most(part => part.proof.maxAdditivityError),
      readingError: most(part => part.proof.readingError),
      sampling:
        proof.sampling === null
          ? null
          : {
              widest: parts.some(part => part.proof.sampling!.widest === null)
                ? null
                : most(part => part.proof.sampling!.widest),
              stopped: parts.reduce((sum, part) => sum + part.proof.sampling!.stopped, 0),
              coalitions: parts.reduce((sum, part) => sum + part.proof.sampling!.coalitions * part.n, 0) / n,
            },
      evaluations: evaluationsOf(parts),
      n,
    },
  };
}

/**
 * Documents by their place; every part of one whole once.
 * @throws BadInput for documents that are no parts of one whole, or where one is missing or there twice
 */
export function partsInOrder(documents: readonly Explanation[]): Explanation[] {
  const none = documents.find(({ shard }) => shard === null);
  if (documents.length === 0 || none !== undefined)
    throw new BadInput(
      'no-part',
      'These are no parts of an explanation. Make them with `slipway explain --shard 1/4 --json` and so on.',
    );
  const [first] = documents as [Explanation, ...Explanation[]];
  const { whole, of } = first.shard!;
  const strange = documents.find(({ shard }) => shard!.whole !== whole || shard!.of !== of);
  if (strange !== undefined)
    throw new BadInput(
      'other-whole',
      `Part ${strange.shard!.index} of ${strange.shard!.of} is of another explanation than part ${first.shard!.index}: model, ` +
        'data, settings or seed differ. Make all parts with the same ones.',
    );
  const byPlace = new Map(documents.map(document => [document.shard!.index, document]));
  if (byPlace.size < documents.length)
    throw new BadInput('part-twice', 'One part is there twice. Give each part once.');
  const missing = Array.from({ length: of }, (_, i) => i + 1).filter(index => !byPlace.has(index));
  if (missing.length > 0)
    throw new BadInput(
      'part-missing',
      `Of ${of} parts, ${missing.slice(0, 5).join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing.`,
    );
  return [...byPlace.values()].sort((a, b) => a.shard!.index - b.shard!.index);
}

function sizesOf(parts: readonly Explanation[]): Sizes {
  const sizes = new Sizes(parts[0]!.features.map(({ name }) => name));
  for (const { rows } of parts) sizes.addValues(rows.flatMap(({ values }) => values));
  return sizes;
}

/** Every part that asks the model has asked it about the background. */
function evaluationsOf(parts: readonly Explanation[]): number {
  const sum = parts.reduce((total, part) => total + part.proof.evaluations, 0);
  const [first] = parts as [Explanation, ...Explanation[]];
  return sum === 0 ? 0 : sum - (parts.length - 1) * first.background.rows;
}

function larger(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}
