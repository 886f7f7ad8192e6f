import type { VNode } from 'preact';
import type { ErrorAnalysis } from '../../../../src/protocol/results/errorAnalysis.ts';
import { count, withInterval } from '../../../components/format.ts';
import { Section } from '../../../components/page.tsx';
import type { Chosen } from '../../../components/rowsBehind.tsx';
import { DataTable } from '../../../components/table.tsx';
import { measureOf, type ShownErrors } from './errors.tsx';

type Node = ErrorAnalysis['tree'][number] & { readonly at: number };

/** The tree as an indented table: each line a node, told by the half that did not grow it. */
export function ErrorTree({
  errors,
  name,
  chosen,
  onOpen,
}: {
  readonly errors: ShownErrors;
  readonly name: string;
  readonly chosen: Chosen | null;
  readonly onOpen: ((rows: Chosen) => void) | undefined;
}): VNode {
  const { tree } = errors;
  const nodes = tree.map((node, at) => ({ ...node, at }));
  const open = (node: Node): void => {
    if (node.where !== null) onOpen?.({ name: pathOf(tree, node), where: node.where });
  };
  return (
    <Section title="Error tree" note="grown on one half, told by the other">
      {tree.length === 1 ? (
        <p class="muted">No split of the rows tells more from less error on the other half.</p>
      ) : (
        <DataTable
          label="Error tree"
          name={`${name}-error-tree`}
          plain
          rows={nodes}
          rowKey={node => node.where ?? ''}
          selected={chosen?.where ?? null}
          {...(onOpen === undefined ? {} : { onOpen: open })}
          columns={[
            {
              id: 'name',
              title: 'Where',
              fill: true,
              value: node => node.name,
              exported: [
                { title: 'where', value: node => node.where },
                { title: 'leaf', value: node => node.leaf },
              ],
              cell: node => (
                <span class={`depth depth-${depthOf(tree, node)}`}>
                  {node.leaf ? <b>{node.name}</b> : node.name}
                </span>
              ),
            },
            {
              id: 'value',
              title: measureOf(errors),
              align: 'end',
              value: node => node.value,
              exported: [
                { title: measureOf(errors), value: node => node.value },
                { title: 'low', value: node => node.interval.low },
                { title: 'high', value: node => node.interval.high },
              ],
              cell: node => withInterval(node.value, node.interval),
            },
            { id: 'n', title: 'n', align: 'end', value: node => node.n, cell: node => count(node.n) },
          ]}
        />
      )}
    </Section>
  );
}

function depthOf(tree: ErrorAnalysis['tree'], { parent }: { readonly parent: number | null }): number {
  return parent === null ? 0 : 1 + depthOf(tree, tree[parent]!);
}

function pathOf(tree: ErrorAnalysis['tree'], node: ErrorAnalysis['tree'][number]): string {
  const above = node.parent === null ? null : tree[node.parent]!;
  return above === null || above.parent === null ? node.name : `${pathOf(tree, above)} and ${node.name}`;
}
