import { Command } from 'commander';
import type { TensorSpec } from '../core/onnx/facts.ts';
import type { Run } from './outcome.ts';
import { bytes, number, table } from './print.ts';

export function inspectCommand(run: Run): Command {
  return new Command('inspect')
    .description('Say what a model is: identity, inputs and outputs, operators.')
    .argument('<model>', 'name, name@version or path')
    .action(async (ref: string) =>
      run(async session => {
        const model = await session.model(ref);
        const facts = await session.jobs.inspect(model, session.jobOptions);
        const identity = [
          ['model', [model.ref.name, model.ref.version].filter(Boolean).join(' ') || model.ref.path],
          ['digest', facts.digest],
          ['path', model.ref.path],
          ['size', bytes(facts.size)],
          ['producer', facts.producer || '-'],
          [
            'opset',
            facts.opsets.map(({ domain, version }) => `${domain || 'ai.onnx'} ${version}`).join(', '),
          ],
          ['parameters', number(facts.parameters)],
          ['classes', facts.answer.classes.map(String).join(', ') || '-'],
          ['external data', facts.externalData.join(', ') || '-'],
          ...Object.entries(facts.metadata).map(([key, value]) => [key, value]),
        ];
        const tensors = [
          ...facts.inputs.map(spec => ['input', ...tensor(spec)]),
          ...facts.outputs.map(spec => ['output', ...tensor(spec)]),
        ];
        const text = [
          facts.sentence,
          table(['', ''], identity).trimStart(),
          table(['', 'name', 'type', 'shape'], tensors),
          table(
            ['operator', 'nodes'],
            facts.operators.map(({ name, count }) => [name, String(count)]),
          ),
        ].join('\n\n');
        return { document: { schema: 'slipway/model@1', model: model.ref, facts }, text, passed: true };
      }),
    );
}

function tensor({ name, kind, type, shape }: TensorSpec): string[] {
  return [name, kind === 'tensor' ? type : kind, `[${shape.join(', ')}]`];
}
