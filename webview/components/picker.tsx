import type { TargetedKeyboardEvent, VNode } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import { matches } from './tabular.ts';

/** Lines offered at once. */
const most = 12;

/** One of many names, found by typing a part of it. */
export function Picker({
  label,
  value,
  names,
  onChoose,
}: {
  readonly label: string;
  readonly value: string;
  readonly names: readonly string[];
  readonly onChoose: (name: string) => void;
}): VNode {
  const own = useId();
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState<string | null>(null);
  const [active, setActive] = useState(0);
  const found = typed === null ? [] : names.filter(name => matches(typed, [name]));
  const offered = found.slice(0, most);
  const close = (): void => {
    setTyped(null);
    setActive(0);
  };
  const choose = (name: string | undefined): void => {
    if (name !== undefined) onChoose(name);
    close();
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Escape' && typed !== null) {
      event.stopPropagation();
      close();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (typed === null) setTyped('');
      else
        setActive((active + (event.key === 'ArrowDown' ? 1 : -1) + offered.length) % (offered.length || 1));
    } else if (event.key === 'Enter' && typed !== null) {
      event.preventDefault();
      choose(offered[active]);
    }
  };
  return (
    <label class="condition">
      {label}
      <span class="combo picker">
        <input
          ref={input}
          type="text"
          role="combobox"
          aria-label={label}
          aria-autocomplete="list"
          aria-expanded={typed !== null}
          aria-controls={`${own}-list`}
          {...(offered.length > 0 ? { 'aria-activedescendant': `${own}-${active}` } : {})}
          spellcheck={false}
          placeholder={value}
          value={typed ?? value}
          title={value}
          onClick={() => setTyped('')}
          onFocus={event => event.currentTarget.select()}
          onInput={event => {
            setTyped(event.currentTarget.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
          onBlur={close}
        />
        {typed !== null && (
          <ul id={`${own}-list`} role="listbox" aria-label={label}>
            {offered.map((name, at) => (
              <li
                key={name}
                id={`${own}-${at}`}
                role="option"
                aria-selected={at === active}
                title={name}
                onMouseDown={event => {
                  event.preventDefault();
                  choose(name);
                }}
              >
                {name}
              </li>
            ))}
            {found.length === 0 && <li class="muted">no such column</li>}
            {found.length > offered.length && (
              <li class="muted">{found.length - offered.length} more: type a part of the name</li>
            )}
          </ul>
        )}
      </span>
    </label>
  );
}
