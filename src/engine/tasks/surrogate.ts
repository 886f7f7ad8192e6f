import { counted } from '../../core/words.ts';
import { fitCart, predictCart, type CartNode } from '../../core/explain/surrogate/cart.ts';
import { fidelityOf } from '../../core/explain/surrogate/fidelity.ts';
import { BadInput } from '../../core/failure.ts';
import { permutation, seeded } from '../../core/random.ts';
import type { SurrogateJob } from '../../protocol/local.ts';
import type { Surrogate } from '../../protocol/results/surrogate.ts';
import { referenceRows } from '../explain/reference.ts';
import { openSubject, type Subject } from '../explain/subject.ts';
import { engineName, jobDigest, modelRefOf, withDigest } from './identity.ts';
import { neverAborted } from './signal.ts';
import type { TaskContext } from './validate.ts';

const deepest = 10;
const fewestRows = 20;

/** A small tree that answers nearly as the model does, with how nearly on rows that it has not seen. */
export async function surrogate(job: SurrogateJob, context: TaskContext): Promise<Surrogate> {
  if (!(Number.isInteger(job.depth) && job.depth >= 1 && job.depth <= deepest))
    throw new BadInput(
      'depth',
      `A surrogate tree has 1 to ${deepest} levels, not ${job.depth}. Choose among them.`,
    );
  const subject = await openSubject(job);
  try {
    const { scorer, explained, task, model, reference: file, plan } = subject;
    const reference = await referenceRows(subject, job);
    const n = reference.table.rows;
    if (n < fewestRows)
      throw new BadInput(
        'few-rows',
        `A surrogate tree needs at least ${fewestRows} rows; \`${file.source.path}\` gives ${n}. Choose more.`,
      );
    context.progress(0, 2, 'answering rows');
    const truth = explained.of(await scorer.table(reference.table, file.source.path, 0, neverAborted));
    context.progress(1, 2, 'fitting a tree');
    const order = permutation(seeded(job.seed), n);
    const held = Math.max(1, Math.round(n * job.heldOut));
    const fitted = order.subarray(held).slice().sort();
    const kept = order.subarray(0, held).slice().sort();
    const minLeaf = Math.max(5, Math.floor(fitted.length / 100));
    const tree = fitCart(reference.table, fitted, truth, { depth: job.depth, minLeaf });
    const threshold = thresholdOf(subject);
    const { r2, agreement } = fidelityOf(
      Float64Array.from(kept, row => truth[row]!),
      predictCart(tree, reference.table, kept),
      threshold,
      job,
    );
    const nodes = listed(
      tree,
      plan.features.map(({ name }) => name),
    );
    const leaves = nodes.filter(({ test }) => test === null).length;
    const refs = await subject.refs();
    return {
      schema: 'slipway/surrogate@1',
      job: jobDigest({ ...job, model: withDigest(job.model, model.facts) }, refs),
      engine: await engineName(),
      seed: job.seed,
      settings: {
        depth: job.depth,
        minLeaf,
        heldOut: job.heldOut,
        referenceRows: job.referenceRows,
        resamples: job.resamples,
        where: job.where,
      },
      model: modelRefOf(job.model, model.facts),
      data: refs,
      task: task.task,
      sentence: sentenceOf(leaves, r2, explained.output.title, held),
      output: explained.output.title,
      cohort: job.where,
      fitted: fitted.length,
      held,
      fidelity: { r2, agreement, threshold },
      depth: job.depth,
      leaves,
      nodes,
    };
  } finally {
    await subject.close();
  }
}

/** Where the explained number of a binary task turns into the other class. */
function thresholdOf({ task, explained }: Subject): number | null {
  if (task.task !== 'binary' || explained.space !== 'probability') return null;
  return explained.output.index === task.positive ? task.threshold : 1 - task.threshold;
}

function listed(tree: CartNode, names: readonly string[]): Surrogate['nodes'] {
  const nodes: Surrogate['nodes'] = [];
  const add = (node: CartNode, parent: number | null, branch: 'yes' | 'no' | null): void => {
    const test = node.split?.test;
    const at =
      nodes.push({
        parent,
        branch,
        n: node.n,
        value: node.value,
        test:
          test === undefined
            ? null
            : {
                feature: names[test.column]!,
                threshold: test.kind === 'number' ? test.threshold : null,
                levels: test.kind === 'category' ? [...test.levels] : null,
                missing: test.missing,
              },
      }) - 1;
    if (node.split === null) return;
    add(node.split.yes, at, 'yes');
    add(node.split.no, at, 'no');
  };
  add(tree, null, null);
  return nodes;
}

function sentenceOf(leaves: number, r2: Surrogate['fidelity']['r2'], title: string, held: number): string {
  if (leaves === 1 || r2.value === null) return `No small tree tells ${title} apart on these rows.`;
  const range =
    r2.interval === null ? '' : ` (${r2.interval.low.toFixed(2)} to ${r2.interval.high.toFixed(2)})`;
  const said = `A tree of ${counted(leaves, 'leaf', 'leaves')} accounts for ${Math.round(100 * Math.max(0, r2.value))} % of how ${title} varies: R² ${r2.value.toFixed(2)}${range} on ${counted(held, 'row')} held out.`;
  return r2.value < 0.5 ? `${said} That is too little to read it as the model.` : said;
}
