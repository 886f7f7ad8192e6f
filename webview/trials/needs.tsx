import type { ComponentChildren, VNode } from 'preact';
import type { TrialsPage } from '../../src/protocol/trialPages.ts';
import { Button } from '../components/button.tsx';
import { useHost } from '../host.ts';

interface Props {
  readonly state: TrialsPage;
}

/** What slipway.yaml must say before a trial can run. */
export function NeedsLabels({ state }: Props): VNode {
  return (
    <Needs state={state} sentence="slipway.yaml names no label, so nothing can be measured.">
      {`    label: default\n    data: { holdout: data/holdout.csv }`}
    </Needs>
  );
}

export function NeedsHoldout({ state }: Props): VNode {
  return (
    <Needs state={state} sentence="slipway.yaml names no holdout to measure on.">
      {`    data: { holdout: data/holdout.csv }`}
    </Needs>
  );
}

export function NeedsCommand({ state }: Props): VNode {
  return (
    <Needs state={state} sentence="slipway.yaml names no training command, which k-fold runs for each fold.">
      {`    train:
      command: python
      args: [train.py, '--data', '{train}', '--out', '{output}/model.onnx']`}
    </Needs>
  );
}

function Needs({
  state,
  sentence,
  children,
}: Props & { readonly sentence: string; readonly children: ComponentChildren }): VNode {
  const host = useHost();
  const { configured, model, trusted } = state;
  return (
    <div class="empty">
      <p class="sentence">{sentence}</p>
      <p class="muted">Say it for the model:</p>
      <pre tabIndex={0} aria-label="Lines for slipway.yaml">
        <code>
          {`models:\n  ${model}:\n`}
          {children}
        </code>
      </pre>
      <Button
        primary
        disabled={!trusted}
        onClick={() => host.run(configured ? 'openConfig' : 'createConfig')}
      >
        {configured ? 'Open slipway.yaml' : 'Create slipway.yaml'}
      </Button>
    </div>
  );
}
