import type { VNode } from 'preact';
import type { PartsInput } from '../../../../src/core/onnx/inputParts.ts';
import type { VersionPage } from '../../../../src/protocol/pages.ts';
import { Button, LinkButton } from '../../../components/button.tsx';
import { Prose } from '../../../components/prose.tsx';
import { useArrangement, useHost } from '../../../host.ts';
import { Images } from './images.tsx';
import { rowsChoice, sampled } from './rowsChoice.ts';
import { Texts } from './texts.tsx';

/** Which inputs are explained, and for which answer. */
export interface PartsChoice {
  readonly output: string | null;
  readonly rows: number | readonly number[];
  readonly data: string | null;
}

const words = {
  image: { one: 'image', many: 'images' },
  grid: { one: 'sequence', many: 'sequences' },
  tokens: { one: 'text', many: 'texts' },
} as const;

/** A model of images, sequences or texts: which pixels, steps or words its answers rest on. */
export function PartsPanel({
  state,
  parts,
}: {
  readonly state: VersionPage;
  readonly parts: PartsInput;
}): VNode {
  const host = useHost();
  const [chosen, setChosen] = useArrangement('parts.data', '');
  const [rows, setRows] = useArrangement('parts.rows', '');
  const [output, setOutput] = useArrangement('parts.output', '');
  const classes =
    state.facts === null || 'failure' in state.facts
      ? []
      : state.facts.answer.classes.map(name => String(name));
  const data = chosen === '' ? state.data.holdout : chosen;
  const wanted = rowsChoice(rows);
  const choose = (): void =>
    void host.ask('chooseData', {}).then(file => {
      if (file !== null) setChosen(file.path);
    });
  const { many, one } = words[parts.parts];
  const values = parts.input.shape.slice(1).join(' × ');
  if (data === null)
    return (
      <div class="empty">
        <p class="sentence">{`There are no ${many} to look at.`}</p>
        <p class="muted">
          <Prose
            text={`Choose a file (.csv, .parquet, .jsonl) with one ${one} a row: the numbers of \`${parts.input.name}\` (${values}) in their order, one a column; or set data.holdout in slipway.yaml to one.`}
          />
        </p>
        <span class="controls">
          <Button primary disabled={!state.trusted} onClick={choose}>
            Choose file…
          </Button>
          <LinkButton onClick={() => host.run(state.configured ? 'openConfig' : 'createConfig')}>
            {state.configured ? 'Open slipway.yaml' : 'Create slipway.yaml'}
          </LinkButton>
        </span>
      </div>
    );
  const choice: PartsChoice | null =
    wanted === null
      ? null
      : { output: output === '' ? null : output, rows: wanted, data: chosen === '' ? null : chosen };
  return (
    <>
      <div class="controls">
        <span class="muted">
          Data {data}{' '}
          <LinkButton title={`Another file with one ${one} a row`} onClick={choose}>
            Change
          </LinkButton>
        </span>
        <label>
          Rows
          <input
            type="text"
            class="words"
            aria-invalid={wanted === null}
            placeholder={`${sampled} at random`}
            title="Numbers and ranges, such as 3, 17, 20-25"
            value={rows}
            onInput={event => setRows(event.currentTarget.value)}
          />
        </label>
        {wanted === null && <span class="worse">Numbers and ranges, such as 3, 17, 20-25.</span>}
        {classes.length > 0 && (
          <label>
            Output
            <select value={output} onChange={event => setOutput(event.currentTarget.value)}>
              <option value="">class predicted for each</option>
              {classes.map(name => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {parts.parts === 'tokens' ? (
        <Texts name={state.model} trusted={state.trusted} choice={choice} />
      ) : (
        <Images name={state.model} trusted={state.trusted} choice={choice} grid={parts.parts === 'grid'} />
      )}
    </>
  );
}
