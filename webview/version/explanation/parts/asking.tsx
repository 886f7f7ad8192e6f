import type { ComponentChildren, VNode } from 'preact';
import type { Asked } from '../../../asked.ts';
import { Button } from '../../../components/button.tsx';
import { ChosenSince } from '../../../components/chosenSince.tsx';
import { Working } from '../../../components/working.tsx';

/** A question about the parts of inputs: its settings, the button that asks it, and its answer. */
export function Asking<M extends 'heatmap' | 'tokens'>({
  asked,
  question,
  trusted,
  settings,
  what,
  children,
}: {
  readonly asked: Asked<M>;
  /** null: a setting is missing. */
  readonly question: Parameters<Asked<M>['ask']>[0] | null;
  readonly trusted: boolean;
  readonly settings: ComponentChildren;
  /** What the answer will show, in a sentence. */
  readonly what: string;
  readonly children: (answer: NonNullable<Asked<M>['answer']>) => ComponentChildren;
}): VNode {
  const { answer } = asked;
  const action = answer === null ? 'Explain' : 'Explain again';
  return (
    <>
      <div class="controls">
        {settings}
        <Button
          primary={answer === null}
          disabled={!trusted || asked.asking || question === null}
          onClick={() => {
            if (question !== null) asked.ask(question);
          }}
        >
          {action}
        </Button>
        {asked.asking && <Working asked={asked} what="Explaining" />}
      </div>
      {answer === null ? (
        <p class="muted">{what}</p>
      ) : (
        <ChosenSince changed={asked.key !== JSON.stringify(question)} action={action}>
          {children(answer)}
        </ChosenSince>
      )}
    </>
  );
}
