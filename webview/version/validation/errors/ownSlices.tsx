import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { ColumnMatch } from '../../../../src/protocol/results/shared.ts';
import type { NamedSlice, Validation } from '../../../../src/protocol/results/validation.ts';
import { useAsked } from '../../../asked.ts';
import { Button, LinkButton } from '../../../components/button.tsx';
import { Choice } from '../../../components/choice.tsx';
import { count, plural, titleOf, withInterval } from '../../../components/format.ts';
import { Section } from '../../../components/page.tsx';
import type { Chosen } from '../../../components/rowsBehind.tsx';
import { Prose } from '../../../components/prose.tsx';
import { DataTable } from '../../../components/table.tsx';
import { StatusIcon } from '../../../components/verdict.tsx';
import { Working } from '../../../components/working.tsx';
import { useArrangement, useHost } from '../../../host.ts';
import { Condition } from '../../explanation/local/condition.tsx';

/** The first of these that there is stands for a slice. */
const usual = ['accuracy', 'mean_absolute_error'];

interface Line extends NamedSlice {
  /** Of the policy, tried here, or all labelled rows. */
  readonly kind: 'policy' | 'tried' | 'all';
}

/** The slices that the policy names, and those that are tried here and may be saved to it. */
export function OwnSlices({
  result,
  name,
  trusted,
  isModel,
  configured,
  chosen,
  onOpen,
}: {
  readonly result: Validation;
  readonly name: string;
  readonly trusted: boolean;
  readonly isModel: boolean;
  readonly configured: boolean;
  readonly chosen: Chosen | null;
  readonly onOpen: ((slice: Chosen) => void) | undefined;
}): VNode {
  const host = useHost();
  const [where, setWhere] = useArrangement('slice.where', '');
  const [called, setCalled] = useState('');
  const [saved, setSaved] = useState<string | null>(null);
  const asked = useAsked('slice', true);
  const tried = asked.answer;
  const measures = result.metrics.filter(metric => metric.class === null && metric.value !== null);
  const [measure, setMeasure] = useArrangement('slice.metric', '');
  const metric =
    measures.find(one => one.name === measure) ??
    measures.find(one => usual.includes(one.name)) ??
    measures[0];
  if (metric === undefined) return <></>;
  const columns = result.matching.flatMap(({ column, seen }) =>
    column === null ? [] : [{ name: column, levels: seen?.levels ?? null, middle: middleOf(seen) }],
  );
  const lines: readonly Line[] = [
    {
      kind: 'all',
      name: 'all labelled rows',
      where: 'true',
      failure: null,
      n: result.n,
      metrics: result.metrics,
    },
    ...(result.slices ?? []).map((slice): Line => ({ ...slice, kind: 'policy' })),
    ...(tried === null ? [] : [{ ...tried, name: tried.where, kind: 'tried' } as const]),
  ];
  const of = (line: Line): NamedSlice['metrics'][number] | undefined =>
    line.metrics.find(one => one.name === metric.name && one.class === null);
  const run = (): void => {
    if (where.trim() !== '') asked.ask({ where: where.trim() });
  };
  const save = async (where: string): Promise<void> => {
    const name = called.trim();
    if ((await host.ask('saveSlice', { name, where })) === null) return;
    setSaved(name);
    setCalled('');
    setWhere('');
    asked.forget();
  };
  return (
    <Section title="Your slices" note={`${plural(result.slices?.length ?? 0, 'slice')} in the policy`}>
      <div class="controls">
        {isModel && (
          <Condition
            label="Rows where"
            sign="<"
            value={where}
            columns={columns}
            onChange={setWhere}
            onEnter={run}
          />
        )}
        <Choice
          label="by"
          value={metric.name}
          names={measures.map(one => [one.name, one.title] as const)}
          onChange={setMeasure}
        />
        {isModel && (
          <Button disabled={!trusted || where.trim() === '' || asked.asking} onClick={run}>
            Measure
          </Button>
        )}
      </div>
      {asked.asking && <Working asked={asked} what="asking the model" />}
      {tried !== null && configured && (
        <div class="controls">
          <label>
            Save it as
            <input
              type="search"
              placeholder="young"
              value={called}
              onInput={event => setCalled(event.currentTarget.value)}
            />
          </label>
          <Button
            disabled={!trusted || !/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u.test(called.trim())}
            onClick={() => void save(tried.where)}
          >
            Save to slipway.yaml
          </Button>
          <LinkButton onClick={asked.forget}>Leave it</LinkButton>
        </div>
      )}
      {saved !== null && (
        <p role="status">
          <Prose
            text={`\`${saved}\` is in slipway.yaml. Validate again to have it judged; \`min\` or \`max\` there sets its limit.`}
          />
        </p>
      )}
      <DataTable
        label="Your slices"
        name={`${name}-own-slices`}
        plain
        rows={lines}
        rowKey={line => `${line.kind} ${line.name}`}
        selected={lines.find(line => line.where === chosen?.where)?.name ?? null}
        {...(onOpen === undefined
          ? {}
          : {
              onOpen: (line: Line) => {
                if (line.failure === null) onOpen({ name: line.name, where: line.where });
              },
            })}
        columns={[
          {
            id: 'name',
            title: 'Slice',
            fill: true,
            value: line => line.name,
            exported: [
              { title: 'slice', value: line => line.name },
              { title: 'where', value: line => line.where },
            ],
            cell: line => (
              <>
                {line.kind === 'policy' && <StatusIcon status={statusOf(result, line)} named />} {line.name}
                {line.kind === 'policy' && <span class="muted"> {line.failure ?? line.where}</span>}
              </>
            ),
          },
          {
            id: 'value',
            title: titleOf(metric),
            align: 'end',
            value: line => of(line)?.value ?? null,
            exported: [
              { title: titleOf(metric), value: line => of(line)?.value ?? null },
              { title: 'low', value: line => of(line)?.interval?.low ?? null },
              { title: 'high', value: line => of(line)?.interval?.high ?? null },
            ],
            cell: line => {
              const found = of(line);
              return found?.value == null ? '–' : withInterval(found.value, found.interval);
            },
          },
          { id: 'n', title: 'n', align: 'end', value: line => line.n, cell: line => count(line.n) },
        ]}
      />
    </Section>
  );
}

/** What the policy says of a slice. */
function statusOf({ checks }: Validation, { name }: Line): Validation['checks'][number]['status'] {
  return checks.find(({ id }) => id === `slice-${name}` || id === `slice-${name}-max`)?.status ?? 'not-run';
}

function middleOf(seen: ColumnMatch['seen']): number | null {
  return seen?.low == null || seen.high === null ? null : (seen.low + seen.high) / 2;
}
