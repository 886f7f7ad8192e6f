import type { VNode } from 'preact';
import type { Work } from '../../src/protocol/pages.ts';
import type { VersionTable } from '../../src/protocol/results/versionTable.ts';
import { bytes } from '../../src/core/words.ts';
import { fixed, plural, signed, significant, titleOf, withInterval } from '../components/format.ts';
import { Section } from '../components/page.tsx';
import { DataTable, type Column } from '../components/table.tsx';
import { Status } from '../components/verdict.tsx';
import { WorkView } from '../components/work.tsx';
import { useHost } from '../host.ts';

type Version = VersionTable['versions'][number];
type Metric = VersionTable['metrics'][number];

/** Three or more versions, each against the first; a line opens the two side by side. */
export function Versions({
  work,
  trusted,
}: {
  readonly work: Work<VersionTable>;
  readonly trusted: boolean;
}): VNode {
  const host = useHost();
  return (
    <WorkView
      work={work}
      trusted={trusted}
      what="Each version is asked the same rows as the first: differences with paired intervals, corrected for how many versions are looked at."
      action="Compare all"
      onRun={() => void host.ask('compare', {})}
      onCancel={() => void host.ask('cancel', { kind: 'compare' })}
      onLog={() => host.run('showLog')}
    >
      {table => <Table table={table} />}
    </WorkView>
  );
}

function Table({ table }: { readonly table: VersionTable }): VNode {
  const host = useHost();
  const { versions, metrics, headline } = table;
  const at = metrics.findIndex(({ name }) => name === headline);
  const first = versions[0]!;
  return (
    <>
      <p class="sentence">{table.sentence}</p>
      <Section title="Versions" note={`each against ${nameOf(first)}, n = ${table.n}; intervals are paired`}>
        <DataTable
          label="Versions"
          name="versions"
          rows={versions}
          rowKey={version => version.model.digest}
          onOpen={version => {
            if (version !== first && version.model.version !== null)
              host.run('compareWith', version.model.version);
          }}
          foot={<span class="muted">Open a line for both versions side by side</span>}
          columns={overviewColumns(at, metrics[at])}
        />
      </Section>
      <Section title="All metrics">
        <DataTable
          label="Metrics of all versions"
          name="versions-metrics"
          plain
          rows={metrics.map((metric, place) => ({ ...metric, place }))}
          rowKey={metric => metric.name}
          columns={[
            { id: 'title', title: 'Metric', fill: true, value: titleOf },
            ...versions.map((version, i): Column<Metric & { readonly place: number }> => ({
              id: `v${i}`,
              title: nameOf(version),
              named: true,
              align: 'end',
              value: metric => version.cells[metric.place]?.value ?? null,
              cell: metric => {
                const cell = version.cells[metric.place];
                if (cell?.value == null) return '–';
                const sure = cell.adjusted !== null && cell.adjusted <= 0.05;
                const text = significant(cell.value);
                return (
                  <span title={cell.delta === null ? '' : withInterval(cell.delta, cell.interval)}>
                    {sure ? <b>{text}</b> : text}
                  </span>
                );
              },
            })),
          ]}
          foot={
            <span class="muted">Bold: differs from the first beyond chance (Holm over the versions)</span>
          }
        />
      </Section>
    </>
  );
}

function overviewColumns(at: number, metric: Metric | undefined): Column<Version>[] {
  return [
    { id: 'place', title: '#', align: 'end', value: version => version.place },
    {
      id: 'version',
      title: 'Version',
      fill: true,
      value: nameOf,
      cell: version =>
        version.verdict === null ? (
          nameOf(version)
        ) : (
          <Status status={version.verdict.status}>{nameOf(version)}</Status>
        ),
    },
    {
      id: 'value',
      title: metric === undefined ? 'metric' : titleOf(metric),
      align: 'end',
      value: version => version.cells[at]?.value ?? null,
      cell: version => (version.cells[at]?.value == null ? '–' : significant(version.cells[at].value)),
    },
    {
      id: 'delta',
      title: 'Difference',
      align: 'end',
      wide: true,
      value: version => version.cells[at]?.delta ?? null,
      exported: [
        { title: 'difference', value: version => version.cells[at]?.delta ?? null },
        { title: 'low', value: version => version.cells[at]?.interval?.low ?? null },
        { title: 'high', value: version => version.cells[at]?.interval?.high ?? null },
        { title: 'p (Holm)', value: version => version.cells[at]?.adjusted ?? null },
      ],
      cell: version => {
        const cell = version.cells[at];
        if (cell?.delta == null) return '';
        return `${cell.delta > 0 ? '+' : ''}${withInterval(cell.delta, cell.interval)}`;
      },
    },
    {
      id: 'flips',
      title: 'Flips',
      align: 'end',
      wide: 'roomy',
      definition: 'Rows that only the first has right, and rows that only this version has right',
      value: version => version.flips?.negative ?? null,
      cell: version =>
        version.flips === null
          ? ''
          : `${signed(-version.flips.negative)} / ${signed(version.flips.positive)}`,
    },
    {
      id: 'churn',
      title: 'Churn',
      align: 'end',
      wide: 'roomy',
      definition: 'Share of rows whose predicted class differs from that of the first',
      value: version => version.churn,
      cell: version => (version.churn === null ? '' : `${fixed(version.churn * 100, 1)} %`),
    },
    {
      id: 'worse',
      title: 'Worse for',
      wide: 'ample',
      value: version => version.regressions.join('; '),
      cell: version => (
        <span title={version.regressions.join('; ')}>
          {version.regressions.length === 0 ? '' : plural(version.regressions.length, 'slice')}
        </span>
      ),
    },
    {
      id: 'breaks',
      title: 'Callers',
      wide: 'ample',
      value: version => version.breaking.join('; '),
      cell: version =>
        version.breaking.length === 0 ? (
          ''
        ) : (
          <span title={version.breaking.join('; ')}>
            <Status status="fail">break</Status>
          </span>
        ),
    },
    {
      id: 'size',
      title: 'Size',
      align: 'end',
      wide: 'roomy',
      value: version => version.size,
      cell: version => (version.size === null ? '–' : bytes(version.size)),
    },
    {
      id: 'latency',
      title: 'Latency',
      align: 'end',
      wide: 'ample',
      definition: 'Median over that of the first, measured in turn',
      value: version => version.latency,
      cell: version => (version.latency === null ? '' : `${fixed(version.latency, 2)}×`),
    },
  ];
}

function nameOf({ model }: Version): string {
  return model.version ?? model.name ?? model.path;
}
