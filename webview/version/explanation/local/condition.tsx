import type { TargetedKeyboardEvent, VNode } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';

/** A column that a condition may name. */
export interface ConditionColumn {
  readonly name: string;
  /** null: it holds numbers, or is not known. */
  readonly levels: readonly string[] | null;
  /** A number in the middle of the column; null: it holds words, or is not known. */
  readonly middle: number | null;
}

/** Words offered at once. */
const most = 8;

/** A DuckDB condition, with the columns' names (and, after `=` or `in`, their values) completed as it is typed. */
export function Condition({
  label,
  value,
  sign,
  columns,
  onChange,
  onEnter,
}: {
  readonly label: string;
  readonly value: string;
  /** Of the example that an empty field shows. */
  readonly sign: '>' | '<' | '<=';
  readonly columns: readonly ConditionColumn[];
  readonly onChange: (value: string) => void;
  readonly onEnter: () => void;
}): VNode {
  const own = useId();
  const input = useRef<HTMLInputElement>(null);
  const [offered, setOffered] = useState<readonly string[]>([]);
  const [active, setActive] = useState(0);
  const offer = (): void => {
    const field = input.current;
    if (field === null) return;
    setOffered(completions(field.value.slice(0, field.selectionStart ?? field.value.length), columns));
    setActive(0);
  };
  const take = (word: string): void => {
    const field = input.current;
    if (field === null) return;
    const at = field.selectionStart ?? field.value.length;
    const start = at - typed(field.value.slice(0, at)).length;
    onChange(`${field.value.slice(0, start)}${word} ${field.value.slice(at).trimStart()}`);
    setOffered([]);
    field.focus();
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Escape' && offered.length > 0) {
      event.stopPropagation();
      setOffered([]);
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (offered.length === 0) {
        offer();
        return;
      }
      event.preventDefault();
      setActive((active + (event.key === 'ArrowDown' ? 1 : offered.length - 1)) % offered.length);
    } else if ((event.key === 'Enter' || event.key === 'Tab') && offered.length > 0) {
      event.preventDefault();
      take(offered[active] ?? '');
    } else if (event.key === 'Enter') onEnter();
  };
  return (
    <label class="condition">
      {label}
      <span class="combo">
        <input
          ref={input}
          type="text"
          role="combobox"
          aria-label={label}
          aria-autocomplete="list"
          aria-expanded={offered.length > 0}
          aria-controls={`${own}-list`}
          {...(offered.length > 0 ? { 'aria-activedescendant': `${own}-${active}` } : {})}
          spellcheck={false}
          placeholder={example(columns, sign)}
          value={value}
          onInput={event => {
            onChange(event.currentTarget.value);
            offer();
          }}
          onKeyDown={onKeyDown}
          onBlur={() => setOffered([])}
        />
        {offered.length > 0 && (
          <ul id={`${own}-list`} role="listbox" aria-label="Completions">
            {offered.map((word, at) => (
              <li
                key={word}
                id={`${own}-${at}`}
                role="option"
                aria-selected={at === active}
                onMouseDown={event => {
                  event.preventDefault();
                  take(word);
                }}
              >
                {word}
              </li>
            ))}
          </ul>
        )}
      </span>
    </label>
  );
}

/** The word in the making before the caret, with its opening quote. */
export function typed(before: string): string {
  let open = -1;
  for (let at = 0; at < before.length; at++) {
    if (open < 0 ? /["']/.test(before[at]!) : before[at] === before[open]) open = open < 0 ? at : -1;
  }
  return open >= 0 ? before.slice(open) : (/[\p{L}_][\p{L}\p{N}_]*$/u.exec(before)?.[0] ?? '');
}

/** What may follow the text before the caret: columns; after a column and `=`, `<>` or `in (`, its words. */
export function completions(before: string, columns: readonly ConditionColumn[]): string[] {
  const word = typed(before);
  const asked = /(?:"([^"]+)"|([\p{L}_][\p{L}\p{N}_]*))\s*(?:=|<>|!=|in\s*\((?:[^()]*,)?)\s*$/iu.exec(
    before.slice(0, before.length - word.length),
  );
  const column = columns.find(({ name }) => name === (asked?.[1] ?? asked?.[2]));
  const plain = word.replace(/^["']/, '').toLowerCase();
  if (column?.levels != null)
    return column.levels
      .filter(level => level.toLowerCase().includes(plain))
      .slice(0, most)
      .map(quoted);
  if (word === '' || word.startsWith("'")) return [];
  return columns
    .map(({ name }) => name)
    .filter(name => name.toLowerCase().includes(plain) && name !== word)
    .sort((x, y) => Number(y.toLowerCase().startsWith(plain)) - Number(x.toLowerCase().startsWith(plain)))
    .slice(0, most)
    .map(named);
}

/** A condition on the first number whose middle is known, or the first word where there is none. */
export function example(columns: readonly ConditionColumn[], sign: string): string {
  const number = columns.find(({ middle }) => middle !== null);
  if (number !== undefined)
    return `${named(number.name)} ${sign} ${String(Number(number.middle!.toPrecision(2)))}`;
  const word = columns.find(({ levels }) => levels !== null);
  return word === undefined ? '' : `${named(word.name)} = ${quoted(word.levels![0] ?? '')}`;
}

function named(name: string): string {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

function quoted(level: string): string {
  return `'${level.replaceAll("'", "''")}'`;
}
