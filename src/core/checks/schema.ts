import type { Column } from '../data/table.ts';
import { dataCheck } from './dataCheck.ts';
import type { Check } from './check.ts';
import type { DataFacts, LeakFacts } from './facts.ts';
import { tableOf } from './evidence.ts';
import { counted, names, percent } from '../words.ts';

/** Group D: the data against the reference as files. */

const schema = dataCheck(
  {
    id: 'schema',
    title: 'Schema against the reference',
    needs: ['data', 'reference'],
    unit: 'columns',
    threshold: { op: '<=', value: 0, source: 'the same columns of the same kinds' },
  },
  (data, { reference, label }) => {
    const before = new Map(reference!.schema.map(({ name, kind }) => [name, kind]));
    const now = new Map(data.schema.map(({ name, kind }) => [name, kind]));
    const changes = [...new Set([...before.keys(), ...now.keys()])]
      // One of the two may well be unlabelled.
      .filter(name => name !== label && before.get(name) !== now.get(name))
      .map(name => [name, before.get(name) ?? 'not there', now.get(name) ?? 'not there']);
    return {
      value: changes.length,
      finding:
        changes.length === 0
          ? `All ${counted(now.size, 'column')} are those of the reference.`
          : `${names(changes.map(([name]) => name!))} ${changes.length === 1 ? 'is' : 'are'} not as in the reference.`,
      advice: 'Write both files in the same way, or say why a column came or went.',
      evidence: changes.length === 0 ? null : tableOf(['column', 'reference', 'data'], changes),
    };
  },
);

const newLabels = dataCheck(
  {
    id: 'new-labels',
    title: 'New labels',
    needs: ['data', 'labels', 'reference'],
    unit: 'labels',
    threshold: { op: '<=', value: 0, source: 'Deepchecks: no label that training has not seen' },
  },
  ({ sampleLabel }, { reference }) => {
    const before = reference!.sampleLabel;
    if (sampleLabel?.kind !== 'category' || before?.kind !== 'category')
      return { notRun: 'The labels are numbers, or the reference has none.' };
    const known = new Set(wordsIn(before));
    const found = wordsIn(sampleLabel).filter(word => !known.has(word));
    return {
      value: found.length,
      finding:
        found.length === 0
          ? 'Every label occurs in the reference.'
          : `${names(found)} ${found.length === 1 ? 'is a label' : 'are labels'} that the reference does not have.`,
      advice: 'Map these labels to known ones, or train with them: the model cannot answer them.',
    };
  },
);

function wordsIn({ codes, levels }: Extract<Column, { kind: 'category' }>): string[] {
  const used = new Uint8Array(levels.length);
  for (const code of codes) if (code >= 0) used[code] = 1;
  return levels.filter((_, code) => used[code] === 1);
}

/** A share of the rows that leak through one column, the worst. */
function leak(
  definition: Pick<Check, 'id' | 'title' | 'threshold'>,
  words: { readonly none: string; readonly fine: string; readonly what: string; readonly advice: string },
  of: (leaks: LeakFacts) => LeakFacts['dates'],
): Check {
  return dataCheck({ ...definition, needs: ['data', 'reference'] }, (data: DataFacts, { leaks }) => {
    const columns = leaks === null ? [] : of(leaks);
    if (columns.length === 0) return { notRun: words.none };
    const worst = columns.reduce((most, one) => (one.rows > most.rows ? one : most));
    return {
      value: data.rows === 0 ? 0 : worst.rows / data.rows,
      finding:
        worst.rows === 0
          ? words.fine
          : `${counted(worst.rows, 'row')} (${percent(worst.rows / data.rows)}) ${words.what} \`${worst.column}\`${worst.detail === null ? '' : ` (${worst.detail})`}.`,
      advice: words.advice,
      evidence: tableOf(
        ['column', 'rows'],
        columns.map(one => [one.column, one.rows]),
      ),
    };
  });
}

const dateOverlap = leak(
  {
    id: 'date-overlap',
    title: 'Dates before the end of the reference',
    threshold: { op: '<=', value: 0, source: 'Deepchecks: no overlap of dates' },
  },
  {
    none: 'The data and the reference share no column of dates.',
    fine: 'Every date of the data lies after those of the reference.',
    what: 'are not after the last date of the reference in',
    advice: 'Split by time: the model has seen days that it is judged on.',
  },
  ({ dates }) => dates,
);

const identifierOverlap = leak(
  {
    id: 'identifier-overlap',
    title: 'Identifiers in both the data and the reference',
    threshold: { op: '<=', value: 0, source: 'Deepchecks: no overlap of indexes' },
  },
  {
    none: 'The data and the reference share no column of identifiers.',
    fine: 'No identifier of the data is in the reference.',
    what: 'have an identifier that the reference has in',
    advice:
      'Split by the identifier: rows of one customer in both sets let the model recall instead of predict.',
  },
  ({ identifiers }) => identifiers,
);

export const schemaChecks: readonly Check[] = [schema, newLabels, dateOverlap, identifierOverlap];
