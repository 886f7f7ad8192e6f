import type { VNode } from 'preact';
import type { Explanation } from '../../../../src/protocol/results/explanation.ts';
import { outputOf } from '../columns.ts';
import type { Surrogate as Found } from '../../../../src/protocol/results/surrogate.ts';
import { Button } from '../../../components/button.tsx';
import { cellText, plural, significant, withInterval } from '../../../components/format.ts';
import { Section } from '../../../components/page.tsx';
import { Prose } from '../../../components/prose.tsx';
import { DataTable } from '../../../components/table.tsx';
import { Working } from '../../../components/working.tsx';
import { useArrangement } from '../../../host.ts';
import { useAsked } from '../../../asked.ts';

type Node = Found['nodes'][number];

/** A small tree that answers nearly as the model does, and how nearly. */
export function Surrogate({
  result,
  trusted,
}: {
  readonly result: Explanation;
  readonly trusted: boolean;
}): VNode {
  const asked = useAsked('surrogate');
  const { answer, asking, ask } = asked;
  const [depth, setDepth] = useArrangement('surrogate.depth', 3);
  return (
    <Section title="A small tree in place of the model" note="surrogate">
      <div class="controls">
        <label>
          Levels
          <select value={String(depth)} onChange={event => setDepth(Number(event.currentTarget.value))}>
            {[1, 2, 3, 4, 5].map(levels => (
              <option key={levels} value={String(levels)}>
                {levels}
              </option>
            ))}
          </select>
        </label>
        <Button
          disabled={!trusted || asking}
          onClick={() => ask({ depth, output: outputOf(result), where: result.cohort?.where ?? null })}
        >
          Fit
        </Button>
        {asking && <Working asked={asked} what="Fitting" />}
      </div>
      {answer === null ? (
        <p class="muted">
          Fitted on the model's own answers; how well it stands for the model is measured on rows held out.
        </p>
      ) : (
        <>
          <p class="sentence">
            <Prose text={answer.sentence} />
          </p>
          <DataTable
            label="Surrogate tree"
            name="surrogate"
            plain
            rows={answer.nodes.map((node, at) => ({ ...node, at }))}
            rowKey={node => node.at}
            columns={[
              {
                id: 'rule',
                title: 'Where',
                fill: true,
                value: node => ruleOf(answer.nodes, node),
                cell: node => (
                  <span
                    class={`depth depth-${depthOf(answer.nodes, node)}`}
                    title={ruleOf(answer.nodes, node)}
                  >
                    {ruleOf(answer.nodes, node)}
                  </span>
                ),
              },
              {
                id: 'value',
                title: answer.output,
                align: 'end',
                value: node => node.value,
                cell: node =>
                  node.test === null ? <b>{significant(node.value)}</b> : significant(node.value),
              },
              { id: 'n', title: 'n', align: 'end', value: node => node.n },
            ]}
            foot={
              <span class="muted">
                {answer.fidelity.agreement?.value == null
                  ? ''
                  : `On the model's side of ${significant(answer.fidelity.threshold ?? 0.5)} for ${withInterval(answer.fidelity.agreement.value, answer.fidelity.agreement.interval)} of ${plural(answer.held, 'row')} held out. `}
                Bold: leaves.
              </span>
            }
          />
        </>
      )}
    </Section>
  );
}

function depthOf(nodes: readonly Node[], { parent }: Node): number {
  return parent === null ? 0 : 1 + depthOf(nodes, nodes[parent]!);
}

function ruleOf(nodes: readonly Node[], { parent, branch }: Node): string {
  const test = parent === null ? null : nodes[parent]!.test;
  if (test === null) return 'all rows';
  const yes = branch === 'yes';
  const missing = test.missing === yes ? ' or missing' : '';
  if (test.levels !== null)
    return `${test.feature} ${yes ? 'is' : 'is not'} ${test.levels.join(' or ')}${missing}`;
  return `${test.feature} ${yes ? '≤' : '>'} ${cellText(test.threshold)}${missing}`;
}
