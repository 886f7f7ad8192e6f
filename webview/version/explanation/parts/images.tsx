import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Cell } from '../../../../src/core/data/table.ts';
import type { HeatmapResult } from '../../../../src/protocol/results/heatmap.ts';
import { useAsked } from '../../../asked.ts';
import { Frame } from '../../../charts/frame.tsx';
import { count, plural, share, significant } from '../../../components/format.ts';
import { Section } from '../../../components/page.tsx';
import { ProofDetails, type ProofEntry } from '../../../components/proofDetails.tsx';
import { Prose } from '../../../components/prose.tsx';
import { DataTable } from '../../../components/table.tsx';
import { useArrangement } from '../../../host.ts';
import { Asking } from './asking.tsx';
import { ImageMap, type Layers, type Pixels } from './imageMap.tsx';
import type { PartsChoice } from './panel.tsx';

type Row = HeatmapResult['rows'][number];

const methods = {
  occlusion: 'occlusion: a square is hidden',
  rise: 'RISE: random masks',
  'integrated-gradients': 'integrated gradients',
} as const;

/** Heat maps over images, or over grids of steps and values. */
export function Images({
  name,
  trusted,
  choice,
  grid,
}: {
  readonly name: string;
  readonly trusted: boolean;
  readonly choice: PartsChoice | null;
  /** Steps down and values across, in place of a picture. */
  readonly grid: boolean;
}): VNode {
  const asked = useAsked('heatmap');
  const [method, setMethod] = useArrangement('parts.method', 'occlusion');
  const [patch, setPatch] = useArrangement('parts.patch', '');
  const question =
    choice === null
      ? null
      : { ...choice, method: method as HeatmapResult['method'], patch: patch === '' ? null : Number(patch) };
  return (
    <Asking
      asked={asked}
      question={question}
      trusted={trusted}
      what={
        grid
          ? 'Shows which steps and values each answer rests on: how far it falls when they are hidden.'
          : 'Shows which pixels each answer rests on: how far it falls when they are hidden.'
      }
      settings={
        <>
          <label>
            Method
            <select value={method} onChange={event => setMethod(event.currentTarget.value)}>
              {Object.entries(methods).map(([id, title]) => (
                <option key={id} value={id}>
                  {title}
                </option>
              ))}
            </select>
          </label>
          {method !== 'integrated-gradients' && (
            <label title="Side of the hidden squares, an eighth of the image unless told; smaller ones are sharper and take longer">
              Patch
              <input
                type="number"
                min="1"
                placeholder="auto"
                value={patch}
                onInput={event => setPatch(event.currentTarget.value)}
              />
            </label>
          )}
        </>
      }
    >
      {answer => <Maps key={answer.job} result={answer} name={name} grid={grid} />}
    </Asking>
  );
}

function Maps({
  result,
  name,
  grid,
}: {
  readonly result: HeatmapResult;
  readonly name: string;
  readonly grid: boolean;
}): VNode | null {
  const [row, setRow] = useState<number | null>(null);
  const [layers, setLayers] = useArrangement('parts.layers', grid ? 'map' : 'overlay');
  useEffect(() => setRow(null), [result.job]);
  const chosen = result.rows.find(each => each.row === row) ?? result.rows[0];
  if (chosen === undefined) return null;
  const most = result.rows.reduce(
    (high, { values }) => values.reduce((a, value) => Math.max(a, Math.abs(value)), high),
    0,
  );
  const { width, height } = result.shown;
  const pixels = ({ picture, values }: Row): Pixels => ({ width, height, picture, values });
  const shared = { layers: layers as Layers, most };
  return (
    <>
      <div class="lede">
        <p class="sentence">
          <Prose text={result.sentence} />
        </p>
        <Rests result={result} />
      </div>
      <div class="split">
        <Section title={grid ? 'Sequences' : 'Images'} note={count(result.rows.length)}>
          <div class="thumbs">
            {result.rows.map(each => (
              <button
                key={each.row}
                type="button"
                aria-pressed={each.row === chosen.row}
                title={titleOf(each)}
                onClick={() => setRow(each.row)}
              >
                <ImageMap {...shared} pixels={pixels(each)} size={72} unit={null} label={titleOf(each)} />
              </button>
            ))}
          </div>
          <ImageRows result={result} name={name} chosen={chosen.row} onRow={setRow} />
        </Section>
        <div>
          <div class="controls">
            <label>
              Show
              <select value={layers} onChange={event => setLayers(event.currentTarget.value)}>
                <option value="overlay">map over picture</option>
                <option value="map">map</option>
                <option value="picture">picture</option>
              </select>
            </label>
          </div>
          <Frame
            title={`Row ${chosen.row}`}
            note={titleOf(chosen)}
            name={`${name}-row-${chosen.row}-heat-map`}
            label={`How much each ${grid ? 'value' : 'pixel'} of row ${chosen.row} matters for ${result.output.title}`}
            caption={captionOf(result, chosen)}
            twin={() => ({
              columns: [
                grid ? 'step' : 'line',
                grid ? 'value' : 'column',
                grid ? 'input' : 'brightness',
                `matters, in ${result.output.title}`,
                ...(chosen.errors === null ? [] : ['standard error']),
              ],
              rows: chosen.values.map((value, at): Cell[] => [
                Math.floor(at / width),
                at % width,
                chosen.picture[at] ?? null,
                value,
                ...(chosen.errors === null ? [] : [chosen.errors[at] ?? null]),
              ]),
            })}
          >
            <ImageMap
              {...shared}
              pixels={pixels(chosen)}
              size={Math.min(420, Math.max(320, 8 * width))}
              unit={`in ${result.output.title}`}
              label={`Heat map of row ${chosen.row}, ${titleOf(chosen)}`}
            />
          </Frame>
        </div>
      </div>
    </>
  );
}

function ImageRows({
  result,
  name,
  chosen,
  onRow,
}: {
  readonly result: HeatmapResult;
  readonly name: string;
  readonly chosen: number;
  readonly onRow: (row: number) => void;
}): VNode {
  const part = share(result.rows[0]?.check.share ?? 0);
  const number = (id: string, title: string, value: (row: Row) => number, wide?: 'roomy') => ({
    id,
    title,
    align: 'end' as const,
    ...(wide === undefined ? {} : { wide }),
    value,
    cell: (row: Row) => significant(value(row)),
  });
  return (
    <DataTable
      label="Inputs explained"
      name={`${name}-heat-maps`}
      limit={12}
      rows={result.rows}
      rowKey={row => row.row}
      selected={chosen}
      onSelect={row => onRow(row.row)}
      columns={[
        { id: 'row', title: '#', align: 'end', value: row => row.row, cell: row => String(row.row) },
        { id: 'class', title: 'Class', value: row => row.class },
        { id: 'label', title: 'Label', wide: true, value: row => row.label },
        number('prediction', result.space === 'probability' ? 'P' : 'Answer', row => row.prediction),
        number('hidden', 'All hidden', row => row.hidden, 'roomy'),
        {
          ...number('top', `Top ${part} hidden`, row => row.check.prediction),
          definition: 'The answer without the pixels that are said to matter most',
        },
        {
          ...number('random', `Random ${part} hidden`, row => row.check.random, 'roomy'),
          definition: 'The answer without as many others, mean of five draws',
        },
      ]}
    />
  );
}

function titleOf({ class: name, prediction, label }: Row): string {
  return [
    name === null ? significant(prediction) : `class ${name}: ${significant(prediction)}`,
    ...(label === null ? [] : [`label ${String(label)}`]),
  ].join(', ');
}

function captionOf(result: HeatmapResult, { check, prediction, errors }: Row): string {
  const sampledWords =
    errors === null
      ? ''
      : ` Sampled: standard error of a pixel ${significant(errors.reduce((a, b) => a + b, 0) / errors.length, 2)} on average.`;
  return (
    `${result.definition} Without the ${share(check.share)} that matter most the answer is ${significant(check.prediction)}` +
    ` in place of ${significant(prediction)}; without as many others, ${significant(check.random)}.${sampledWords}`
  );
}

function Rests({ result }: { readonly result: HeatmapResult }): VNode {
  const { image, shown } = result;
  const entries: ProofEntry[] = [
    ['Method', result.method],
    ['Definition', result.definition],
    ['Input', `${image.height} x ${image.width}, ${plural(image.channels, 'channel')}`],
    ['A hidden pixel becomes', String(result.fill)],
    ...Object.entries(result.settings).map(([key, value]) => [key, String(value)] as const),
    ['Rows evaluated by the runtime', count(result.evaluations)],
    ...(result.additivityError === null
      ? []
      : [['Largest additivity error', String(result.additivityError)] as const]),
    ['Seed', String(result.seed)],
    ['Engine', result.engine],
    ['Job', result.job],
  ];
  return (
    <ProofDetails entries={entries}>
      {plural(result.n, 'row')} of {result.data[0]?.path ?? 'the data'}; {plural(result.evaluations, 'row')}{' '}
      evaluated by ONNX Runtime
      {shown.width < image.width && `; shown as ${shown.height} x ${shown.width} means`}.
    </ProofDetails>
  );
}
