import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Cell } from '../../../../src/core/data/table.ts';
import type { Explanation } from '../../../../src/protocol/results/explanation.ts';
import { LinkButton } from '../../../components/button.tsx';
import { cellText, count, signed } from '../../../components/format.ts';

type Row = Explanation['rows'][number];

/** Columns shown before the others are asked for. */
const first = 12;

/** A value editor for each column, strongest reason first, with its reason now and after the changes. */
export function Editors({
  result,
  row,
  changes,
  reasons,
  frozen,
  disabled,
  onChange,
  onFreeze,
  onFeature,
}: {
  readonly result: Explanation;
  readonly row: Row;
  readonly changes: Readonly<Record<string, Cell>>;
  /** After the changes, in the order of the features; null before there are any. */
  readonly reasons: readonly number[] | null;
  readonly frozen: readonly string[];
  readonly disabled: boolean;
  readonly onChange: (name: string, value: Cell) => void;
  readonly onFreeze: (names: readonly string[]) => void;
  readonly onFeature: (feature: string) => void;
}): VNode {
  const [all, setAll] = useState(false);
  const order = result.features
    .map((feature, j) => ({ ...feature, j }))
    .sort((a, b) => Math.abs(row.values[b.j] ?? 0) - Math.abs(row.values[a.j] ?? 0));
  const shown = order.filter(({ name }, at) => all || at < first || name in changes);
  return (
    <div class="table">
      <div class="scroll">
        <table class="editors" aria-label={`Values of row ${row.row}`}>
          <thead>
            <tr>
              <th scope="col">Column</th>
              <th scope="col">Value</th>
              <th scope="col" class="end">
                Reason
              </th>
              <th scope="col" class="end">
                Then
              </th>
              <th scope="col" title="Counterfactuals leave it as it is">
                Keep
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ name, kind, levels, j }) => {
              const own = row.inputs[j] ?? null;
              const changed = name in changes;
              const then = reasons?.[j];
              return (
                <tr key={name} class={changed ? 'changed' : undefined}>
                  <th scope="row">
                    <LinkButton
                      title={`${name}: show how it works over all rows`}
                      onClick={() => onFeature(name)}
                    >
                      {name}
                    </LinkButton>
                  </th>
                  <td>
                    <Editor
                      name={name}
                      kind={kind}
                      levels={levels}
                      value={changed ? changes[name]! : own}
                      disabled={disabled}
                      onChange={value => onChange(name, value)}
                    />
                    {changed && <span class="muted"> was {cellText(own)}</span>}
                  </td>
                  <td class="end">{signed(row.values[j] ?? 0, 2)}</td>
                  <td class="end">{then === undefined ? <span class="muted">–</span> : signed(then, 2)}</td>
                  <td>
                    <input
                      type="checkbox"
                      aria-label={`Keep ${name}`}
                      checked={frozen.includes(name)}
                      onChange={event =>
                        onFreeze(
                          event.currentTarget.checked
                            ? [...frozen, name]
                            : frozen.filter(other => other !== name),
                        )
                      }
                    />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {order.length > first && (
        <div class="foot">
          <LinkButton onClick={() => setAll(!all)}>
            {all ? `First ${count(first)} only` : `${count(order.length - first)} more`}
          </LinkButton>
        </div>
      )}
    </div>
  );
}

function Editor({
  name,
  kind,
  levels,
  value,
  disabled,
  onChange,
}: {
  readonly name: string;
  readonly kind: 'number' | 'category';
  readonly levels: readonly string[] | null;
  readonly value: Cell;
  readonly disabled: boolean;
  readonly onChange: (value: Cell) => void;
}): VNode {
  if (kind === 'number')
    return (
      <input
        type="number"
        step="any"
        aria-label={name}
        placeholder="missing"
        value={value === null ? '' : Number(value)}
        disabled={disabled}
        onInput={event => {
          const text = event.currentTarget.value;
          const number = Number(text);
          // Half-typed numbers such as "-" have no value: they wait for the next key.
          if (text === '' && event.currentTarget.validity.badInput) return;
          onChange(text === '' ? null : number);
        }}
      />
    );
  const own = value === null ? '' : String(value);
  const words = [...new Set([...(levels ?? []), ...(own === '' ? [] : [own])])];
  return (
    <select
      aria-label={name}
      value={own}
      disabled={disabled}
      onChange={event => onChange(event.currentTarget.value === '' ? null : event.currentTarget.value)}
    >
      <option value="">missing</option>
      {words.map(word => (
        <option key={word} value={word}>
          {word}
        </option>
      ))}
    </select>
  );
}
