import type { VNode } from 'preact';

/** One of a few names; with `none`, an empty value too. */
export function Choice({
  label,
  value,
  names,
  none,
  title,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  /** Each a name, or a name with the words that stand for it. */
  readonly names: readonly (string | readonly [string, string])[];
  readonly none?: string;
  readonly title?: string;
  readonly onChange: (value: string) => void;
}): VNode {
  return (
    <label title={title}>
      {label}
      <select value={value} onChange={event => onChange(event.currentTarget.value)}>
        {none !== undefined && <option value="">{none}</option>}
        {names.map(one => {
          const [name, words] = typeof one === 'string' ? [one, one] : one;
          return (
            <option key={name} value={name}>
              {words}
            </option>
          );
        })}
      </select>
    </label>
  );
}

/** A few words; null while nothing is written. */
export function Written({
  label,
  hint,
  title,
  value,
  onChange,
}: {
  readonly label: string;
  readonly hint: string;
  readonly title: string;
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
}): VNode {
  return (
    <label title={title}>
      {label}
      <input
        type="text"
        size={10}
        placeholder={hint}
        value={value ?? ''}
        onInput={event => {
          const text = event.currentTarget.value.trim();
          onChange(text === '' ? null : text);
        }}
      />
    </label>
  );
}

/** A whole number; what is no such number is not taken. */
export function Whole({
  label,
  title,
  value,
  least,
  onChange,
}: {
  readonly label: string;
  readonly title: string;
  readonly value: number;
  readonly least: number;
  readonly onChange: (value: number) => void;
}): VNode {
  return (
    <label title={title}>
      {label}
      <input
        type="number"
        min={least}
        step={1}
        value={value}
        onChange={event => {
          const number = event.currentTarget.valueAsNumber;
          if (Number.isInteger(number) && number >= least) onChange(number);
          else event.currentTarget.value = String(value);
        }}
      />
    </label>
  );
}
