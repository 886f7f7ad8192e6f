import type { VNode } from 'preact';
import type { Ab } from '../../src/protocol/results/ab.ts';
import { Curve } from '../charts/curve.tsx';
import { IntervalBar } from '../components/bars.tsx';
import { asGiven, pValueWords, pWords } from '../../src/core/words.ts';
import { count, plural, share, withInterval } from '../components/format.ts';
import { Section } from '../components/page.tsx';
import { DataTable } from '../components/table.tsx';
import { Status } from '../components/verdict.tsx';

/** The decision, what it rests on, and how it came about look by look. */
export function ExperimentResult({ result }: { readonly result: Ab }): VNode {
  const { control, treatment, split, settings, needed, warnings, adjustment } = result;
  return (
    <>
      <div class="lede">
        <p class="sentence">
          <Status status={result.verdict.status}>{result.decision.sentence}</Status>
        </p>
        {warnings.map(warning => (
          <p key={warning}>
            <Status status="warn">{warning}</Status>
          </p>
        ))}
        <p class="muted">
          Decided by the interval{' '}
          {result.decision.by === 'always-valid'
            ? 'that holds at every look (mixture SPRT)'
            : `at the fixed size of ${plural(settings.horizon ?? 0, 'observation')} an arm`}
          , {share(settings.level)} level.{' '}
          {split === null
            ? 'The split was not checked: say above how it was planned.'
            : `${split.mismatched ? 'The split is not as planned' : 'The split is as planned'} (chi-square ${pWords(split.pValue)}).`}
          {adjustment === null
            ? ''
            : ` ${settings.covariate ?? ''} takes ${share(adjustment.explained)} of the variance away.`}
        </p>
      </div>
      <div class="split lead">
        <div class="stack">
          <Section title="Effect" note={`${treatment.name} less ${control.name}`}>
            <Effects result={result} />
          </Section>
          <Section title="Arms">
            <DataTable
              label="Arms"
              plain
              rows={[
                { role: 'control', ...control },
                { role: 'treatment', ...treatment },
              ]}
              rowKey={arm => arm.role}
              columns={[
                {
                  id: 'name',
                  title: 'Arm',
                  fill: 'cut',
                  value: arm => arm.name,
                  cell: arm => (
                    <>
                      {arm.name.slice(0, 24)}
                      {arm.name !== arm.role && <span class="muted"> {arm.role}</span>}
                    </>
                  ),
                },
                {
                  id: 'n',
                  title: 'Observations',
                  align: 'end',
                  value: arm => arm.n,
                  cell: arm => count(arm.n),
                },
                {
                  id: 'value',
                  title:
                    settings.metric === 'proportion'
                      ? 'Share'
                      : settings.metric === 'mean'
                        ? 'Mean'
                        : 'Per row',
                  align: 'end',
                  value: arm => arm.value,
                  cell: arm => withInterval(arm.value, arm.interval),
                },
                {
                  id: 'missing',
                  title: 'No outcome',
                  align: 'end',
                  wide: 'roomy',
                  value: arm => arm.missing,
                  cell: arm => count(arm.missing),
                },
              ]}
            />
          </Section>
          {needed !== null && (
            <Section
              title="Size"
              note={`for an effect of ${asGiven(settings.minEffect ?? 0)}, power ${share(settings.power)}`}
            >
              <DataTable
                label="Observations needed"
                plain
                rows={[
                  { how: 'judged once', ...needed.fixed },
                  { how: 'looked at any time, at most', ...needed.always },
                ]}
                rowKey={row => row.how}
                columns={[
                  { id: 'how', title: '', fill: true, value: row => row.how },
                  {
                    id: 'control',
                    title: 'Control',
                    align: 'end',
                    value: row => row.control,
                    cell: row => count(row.control),
                  },
                  {
                    id: 'treatment',
                    title: 'Treatment',
                    align: 'end',
                    value: row => row.treatment,
                    cell: row => count(row.treatment),
                  },
                ]}
              />
            </Section>
          )}
        </div>
        <Looks result={result} />
      </div>
    </>
  );
}

function Effects({ result }: { readonly result: Ab }): VNode {
  const { effect } = result;
  const rows = [
    ...(effect.always === null ? [] : [{ how: 'at any look', ...effect.always }]),
    { how: 'judged once', ...effect.fixed },
  ];
  const ends = rows.flatMap(({ difference }) => [difference.low, difference.high, 0]);
  const [from, to] = [Math.min(...ends), Math.max(...ends)];
  return (
    <DataTable
      label="Effect"
      name="effect"
      plain
      rows={rows}
      rowKey={row => row.how}
      columns={[
        { id: 'how', title: 'Interval', value: row => row.how },
        {
          id: 'difference',
          title: 'Difference',
          value: () => effect.difference,
          exported: [
            { title: 'difference', value: () => effect.difference },
            { title: 'low', value: row => row.difference.low },
            { title: 'high', value: row => row.difference.high },
          ],
          cell: row => (
            <span class="barcell" title={row.difference.method}>
              <IntervalBar value={effect.difference} interval={row.difference} from={from} to={to} />
              <span>{withInterval(effect.difference, row.difference)}</span>
            </span>
          ),
        },
        {
          id: 'relative',
          title: 'Relative, %',
          align: 'end',
          wide: 'ample',
          value: () => effect.relative,
          cell: row =>
            effect.relative === null || row.relative === null
              ? ''
              : withInterval(effect.relative * 100, {
                  low: row.relative.low * 100,
                  high: row.relative.high * 100,
                }),
        },
        { id: 'p', title: 'p', align: 'end', value: row => row.pValue, cell: row => pValueWords(row.pValue) },
      ]}
    />
  );
}

function Looks({ result }: { readonly result: Ab }): VNode {
  const { looks, settings } = result;
  if (looks.length === 0)
    return (
      <Section title="Looks">
        <p class="muted">
          There is no look yet: each arm needs 50 observations, and shares 10 hits and 10 misses.
        </p>
      </Section>
    );
  const at = (value: (look: (typeof looks)[number]) => number): (readonly [number, number])[] =>
    looks.map(look => [look.n[0] + look.n[1], value(look)]);
  // The first looks are far wider than the last: the axis shows what can be read.
  const drawn = looks.slice(Math.floor(looks.length / 10));
  const first = looks.length - drawn.length;
  return (
    <div>
      <Curve
        title="Effect, look by look"
        note={plural(looks.length, 'look')}
        name="looks"
        label="The effect with its confidence sequence by observations"
        x="observations"
        y="difference"
        line={at(look => look.difference).slice(first)}
        interval={{ low: at(look => look.low).slice(first), high: at(look => look.high).slice(first) }}
        rows={[]}
        ground={null}
        change
        twin={() => ({
          columns: ['control', 'treatment', 'until', 'difference', 'low', 'high', 'p'],
          rows: looks.map(({ n, until, difference, low, high, pValue }) => [
            ...n,
            until,
            difference,
            low,
            high,
            pValue,
          ]),
        })}
        caption={`${settings.time === null ? 'In the order of the rows' : `In the order of ${settings.time}`}. The band holds the effect at all looks together at the level of ${share(settings.level)}.`}
      />
    </div>
  );
}
