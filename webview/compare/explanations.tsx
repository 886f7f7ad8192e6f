import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useAsked } from '../asked.ts';
import { Button } from '../components/button.tsx';
import { Section } from '../components/page.tsx';
import { SideBySide } from '../components/sideBySide.tsx';
import { RowReasons } from './rowReasons.tsx';
import { Working } from '../components/working.tsx';

/** Whether both versions answer for the same reasons: attributions of the same rows side by side. */
export function Explanations({
  trusted,
  a,
  b,
}: {
  readonly trusted: boolean;
  readonly a: string;
  readonly b: string;
}): VNode {
  const [row, setRow] = useState<number | null>(null);
  const asked = useAsked('compareExplanations');
  const { answer, asking, ask } = asked;
  return (
    <Section
      title="Reasons"
      actions={
        <Button
          disabled={!trusted || asking}
          onClick={() => ask({ where: null, versus: null, output: null })}
        >
          {answer === null ? 'Compare reasons' : 'Compare again'}
        </Button>
      }
    >
      {asking && <Working asked={asked} what="Explaining both versions" />}
      {answer === null ? (
        <p class="muted">
          Explains the same rows by both versions: which features gained and lost, and the rows whose reasons
          changed most.
        </p>
      ) : (
        <SideBySide answer={answer} name="reasons" chosen={row} onRow={setRow} />
      )}
      {row !== null && (
        <div class="below">
          <RowReasons row={row} a={a} b={b} onClose={() => setRow(null)} />
        </div>
      )}
    </Section>
  );
}
