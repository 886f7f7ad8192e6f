import type { VNode } from 'preact';
import type { Explanation } from '../../../src/protocol/results/explanation.ts';
import { Status } from '../../components/verdict.tsx';

/** What must be kept in mind while reading. */
export function Notes({ warnings }: { readonly warnings: Explanation['warnings'] }): VNode | null {
  if (warnings.length === 0) return null;
  return (
    <ul class="notes" aria-label="Warnings">
      {warnings.map(warning => (
        <li key={warning.sentence}>
          <Status status="warn">{warning.sentence}</Status>
        </li>
      ))}
    </ul>
  );
}
