import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { TokensResult } from '../../../../src/protocol/results/tokens.ts';
import { useAsked } from '../../../asked.ts';
import { Frame } from '../../../charts/frame.tsx';
import { IntervalBar, Reason } from '../../../components/bars.tsx';
import { count, plural, signed, significant, withInterval } from '../../../components/format.ts';
import { Section } from '../../../components/page.tsx';
import { ProofDetails, type ProofEntry } from '../../../components/proofDetails.tsx';
import { Prose } from '../../../components/prose.tsx';
import { DataTable } from '../../../components/table.tsx';
import { useArrangement } from '../../../host.ts';
import { Asking } from './asking.tsx';
import type { PartsChoice } from './panel.tsx';

type Row = TokensResult['rows'][number];
type Token = Row['tokens'][number];

/** Which words of texts their answers rest on. */
export function Texts({
  name,
  trusted,
  choice,
}: {
  readonly name: string;
  readonly trusted: boolean;
  readonly choice: PartsChoice | null;
}): VNode {
  const asked = useAsked('tokens');
  const [mask, setMask] = useArrangement('parts.mask', '');
  const [pad, setPad] = useArrangement('parts.pad', '0');
  const [words, setWords] = useArrangement('parts.words', '');
  const question =
    mask.trim() === '' || choice === null
      ? null
      : {
          ...choice,
          maskToken: Number(mask),
          padToken: Number(pad === '' ? '0' : pad),
          words: words.trim() === '' ? null : words.trim(),
        };
  return (
    <Asking
      asked={asked}
      question={question}
      trusted={trusted}
      what="Shows which tokens each answer rests on, by putting the hidden token in their place: say which id that is, of the tokenizer's [MASK], <unk> or padding."
      settings={
        <>
          <label title="The id of the tokenizer's [MASK], <unk> or padding">
            Hidden token
            <input
              type="number"
              min="0"
              placeholder="id"
              value={mask}
              onInput={event => setMask(event.currentTarget.value)}
            />
          </label>
          <label title="Fills texts up to their length; is no token">
            Padding
            <input type="number" min="0" value={pad} onInput={event => setPad(event.currentTarget.value)} />
          </label>
          <label title="The column with the words of the tokens, separated by spaces; without it numbers are shown">
            Words in column
            <input
              type="text"
              class="words"
              placeholder="none"
              value={words}
              onInput={event => setWords(event.currentTarget.value)}
            />
          </label>
        </>
      }
    >
      {answer => <Found key={answer.job} result={answer} name={name} />}
    </Asking>
  );
}

function Found({ result, name }: { readonly result: TokensResult; readonly name: string }): VNode | null {
  const [row, setRow] = useState<number | null>(null);
  const chosen = result.rows.find(each => each.row === row) ?? result.rows[0];
  if (chosen === undefined) return null;
  return (
    <>
      <div class="lede">
        <p class="sentence">
          <Prose text={result.sentence} />
        </p>
        <Rests result={result} chosen={chosen} />
      </div>
      <div class="split">
        <Section title="Texts" note={count(result.rows.length)}>
          <DataTable
            label="Texts explained"
            name={`${name}-texts`}
            limit={12}
            rows={result.rows}
            rowKey={each => each.row}
            selected={chosen.row}
            onSelect={each => setRow(each.row)}
            columns={[
              {
                id: 'row',
                title: '#',
                align: 'end',
                value: each => each.row,
                cell: each => String(each.row),
              },
              { id: 'class', title: 'Class', value: each => each.class },
              { id: 'label', title: 'Label', wide: 'roomy', value: each => each.label },
              {
                id: 'prediction',
                title: result.space === 'probability' ? 'P' : 'Answer',
                align: 'end',
                value: each => each.prediction,
                cell: each => significant(each.prediction),
              },
              {
                id: 'reasons',
                title: 'Strongest tokens',
                fill: true,
                value: each =>
                  strongest(each)
                    .map(token => `${wordOf(token)} ${token.value}`)
                    .join(', '),
                cell: each =>
                  strongest(each).map(token => (
                    <Reason
                      key={token.position}
                      feature={wordOf(token)}
                      value={token.value}
                      text={signed(token.value, 2)}
                    />
                  )),
              },
            ]}
          />
        </Section>
        <Text result={result} row={chosen} name={name} />
      </div>
    </>
  );
}

/** One text with its words marked, and its tokens as a table. */
function Text({
  result,
  row,
  name,
}: {
  readonly result: TokensResult;
  readonly row: Row;
  readonly name: string;
}): VNode {
  const most = row.tokens.reduce((high, { value }) => Math.max(high, Math.abs(value)), 0);
  const ends = row.tokens.flatMap(({ value, interval }) => [
    value,
    interval?.low ?? value,
    interval?.high ?? value,
  ]);
  const from = ends.reduce((a, b) => Math.min(a, b), 0);
  const to = ends.reduce((a, b) => Math.max(a, b), 1e-12);
  return (
    <div>
      <Frame
        title={`Row ${row.row}`}
        note={`${row.class === null ? '' : `class ${row.class}, `}${significant(row.hidden)} with every token hidden → ${significant(row.prediction)}`}
        name={`${name}-row-${row.row}-tokens`}
        label={`The tokens of row ${row.row} with their values`}
        drawn={false}
        caption="▲ the token speaks for the answer, ▼ against it; the deeper, the more."
        twin={() => ({
          columns: ['position', 'id', 'word', 'value', 'standard error'],
          rows: row.tokens.map(token => [token.position, token.id, token.word, token.value, token.error]),
        })}
      >
        <p class="text">
          {row.tokens.map(token => (
            <Marked key={token.position} token={token} most={most} />
          ))}
        </p>
      </Frame>
      <DataTable
        label={`Tokens of row ${row.row}`}
        name={`${name}-row-${row.row}-values`}
        limit={12}
        sort={{ id: 'strength', descending: true }}
        rows={row.tokens}
        rowKey={token => token.position}
        columns={[
          { id: 'position', title: '#', align: 'end', value: token => token.position },
          { id: 'word', title: 'Token', fill: true, value: wordOf },
          {
            id: 'strength',
            title: `Value in ${result.output.title}`,
            value: token => Math.abs(token.value),
            exported: [
              { title: 'value', value: token => token.value },
              { title: 'standard error', value: token => token.error },
              { title: 'low', value: token => token.interval?.low ?? null },
              { title: 'high', value: token => token.interval?.high ?? null },
            ],
            cell: token => (
              <span class="barcell">
                <IntervalBar value={token.value} interval={token.interval ?? null} from={from} to={to} />
                <span>
                  {token.interval == null ? signed(token.value) : withInterval(token.value, token.interval)}
                </span>
              </span>
            ),
          },
        ]}
      />
    </div>
  );
}

function Marked({ token, most }: { readonly token: Token; readonly most: number }): VNode {
  const part = most === 0 ? 0 : Math.abs(token.value) / most;
  const tone = token.value < 0 ? 'down' : 'up';
  const percent = Math.round(60 * part);
  return (
    <span
      class="token"
      title={`${wordOf(token)}: ${signed(token.value)}`}
      style={{ background: `color-mix(in srgb, var(--${tone}) ${percent}%, transparent)` }}
    >
      {part > 0.5 && <span class={tone}>{token.value < 0 ? '▼' : '▲'}</span>}
      {wordOf(token)}
    </span>
  );
}

function strongest({ tokens }: Row): readonly Token[] {
  return tokens
    .toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value))
    .slice(0, 3)
    .filter(({ value }) => value !== 0);
}

function wordOf({ word, id }: Token): string {
  return word ?? String(id);
}

function Rests({ result, chosen }: { readonly result: TokensResult; readonly chosen: Row }): VNode {
  const entries: ProofEntry[] = [
    ['Method', `Shapley values of each token against the hidden one, ${chosen.method}`],
    ['Hidden token, padding', `${result.maskToken}, ${result.padToken}`],
    ['Additivity error of this row', String(chosen.additivityError)],
    ['Rows evaluated by the runtime', count(result.evaluations)],
    ['Seed', String(result.seed)],
    ['Engine', result.engine],
    ['Job', result.job],
  ];
  return (
    <ProofDetails entries={entries}>
      {plural(result.n, 'text')} of {result.data[0]?.path ?? 'the data'}; the values add up to the answer.
    </ProofDetails>
  );
}
