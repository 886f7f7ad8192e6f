import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { AbPageChoice, OutcomesFile } from '../../src/protocol/pages.ts';
import { Choice, Written } from '../components/choice.tsx';
import { useHost } from '../host.ts';

/** The column of a server's samples with the id of the request. */
const servedRequest = 'slipway_request';

/** The outcome: a column of the log, or of a file that came later and is joined by a key. */
export function OutcomeChoices({
  choice,
  names,
  valuesOf,
  onChange,
}: {
  readonly choice: AbPageChoice;
  /** Columns of the log. */
  readonly names: readonly string[];
  readonly valuesOf: (column: string) => readonly string[];
  readonly onChange: (part: Partial<AbPageChoice>) => void;
}): VNode {
  const host = useHost();
  const { later, outcome, positive } = choice;
  const [file, setFile] = useState<OutcomesFile | null>(null);
  const read = async (path: string | null): Promise<OutcomesFile | null> => {
    const found = await host.ask('outcomes', { path });
    if (found !== null) setFile(found);
    return found;
  };
  useEffect(() => {
    if (later !== null && file === null) void read(later.path);
  }, []);
  const join = async (): Promise<void> => {
    const found = await read(null);
    if (found === null) return;
    const shared = found.columns.find(name => names.includes(name));
    const [key, logKey] = [shared ?? found.columns[0] ?? '', shared ?? servedKey(names)];
    onChange({
      later: { path: found.path, key, logKey },
      outcome: found.columns.find(name => name !== key) ?? '',
      positive: null,
    });
  };
  const outcomes = later === null ? names : [...new Set([...(file?.columns ?? []), outcome])];
  const values = later === null ? valuesOf(outcome) : [];
  const hit = (value: string | null): void => onChange({ positive: value === '' ? null : value });
  return (
    <>
      <Choice
        label="Outcomes in"
        title="Outcomes that came later are joined to the log by a key"
        value={later?.path ?? ''}
        names={[...(later === null ? [] : [later.path]), ['?', 'another file…'] as const]}
        none="this data"
        onChange={path => {
          if (path === '?') void join();
          else if (path === '') onChange({ later: null, outcome: '', positive: null });
        }}
      />
      {later !== null && (
        <>
          <Choice
            label="Key there"
            value={later.key}
            names={[...new Set([...(file?.columns ?? []), later.key])]}
            onChange={key => onChange({ later: { ...later, key } })}
          />
          <Choice
            label="Key here"
            value={later.logKey}
            names={names}
            onChange={logKey => onChange({ later: { ...later, logKey } })}
          />
        </>
      )}
      <Choice
        label="Outcome"
        value={outcome}
        names={outcomes}
        {...(outcome === '' ? { none: 'choose' } : {})}
        onChange={name => onChange({ outcome: name, positive: null })}
      />
      {later !== null ? (
        <Written
          label="Hit"
          hint="by its name"
          title="The outcome that counts as a hit"
          value={positive}
          onChange={hit}
        />
      ) : (
        values.length > 0 && (
          <Choice label="Hit" value={positive ?? ''} names={values} none="by its name" onChange={hit} />
        )
      )}
    </>
  );
}

function servedKey(names: readonly string[]): string {
  return names.find(name => name === servedRequest) ?? names[0] ?? '';
}
