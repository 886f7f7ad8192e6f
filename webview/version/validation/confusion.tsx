import type { VNode } from 'preact';
import { count, share } from '../../components/format.ts';
import { Section } from '../../components/page.tsx';

/** Counts of true against predicted class. */
export function Confusion({
  labels,
  counts,
  note,
}: {
  readonly labels: readonly string[];
  readonly counts: readonly (readonly number[])[];
  readonly note?: string;
}): VNode {
  return (
    <Section title="Confusion" note={note ?? 'rows by true and predicted class'}>
      <ConfusionTable labels={labels} counts={counts} />
    </Section>
  );
}

export function ConfusionTable({
  labels,
  counts,
}: {
  readonly labels: readonly string[];
  readonly counts: readonly (readonly number[])[];
}): VNode {
  return (
    <div class="scroll">
      <table class="matrix" aria-label="Confusion matrix">
        <thead>
          <tr>
            <th scope="col">
              <span class="muted">true ↓ predicted →</span>
            </th>
            {labels.map(label => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {labels.map((label, i) => {
            const row = counts[i] ?? [];
            const total = row.reduce((sum, n) => sum + n, 0);
            return (
              <tr key={label}>
                <th scope="row">{label}</th>
                {labels.map((other, j) => {
                  const n = row[j] ?? 0;
                  return (
                    <td key={other} class={n === 0 ? '' : i === j ? 'good' : 'ill'}>
                      {count(n)} <span class="muted">{n === 0 ? '' : share(n / total)}</span>
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
