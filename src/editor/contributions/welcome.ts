import type { CommandId } from './commands.ts';
import { contextKeys, trusted, views } from './names.ts';

const link = (title: string, id: CommandId): string => `[${title}](command:${id})`;

/** What an empty view says. */
export const viewsWelcome = [
  {
    view: views.models,
    when: `${contextKeys.state} == no-folder`,
    contents:
      'Open a folder that holds ONNX models: files, a pattern of files, or the git history of one.\n[Open Folder](command:vscode.openFolder)',
  },
  {
    view: views.models,
    when: `${contextKeys.state} == empty && ${trusted}`,
    contents: `This folder holds no .onnx file yet. Put one in it, or say in slipway.yaml where the models are.\n${link('Create slipway.yaml', 'slipway.createConfig')}`,
  },
  {
    view: views.models,
    when: `${contextKeys.state} == empty && !${trusted}`,
    contents: 'This folder holds no .onnx file.',
  },
  {
    view: views.targets,
    when: `${contextKeys.state} == no-folder`,
    contents: 'Targets are the places that slipway.yaml of an open folder names.',
  },
  {
    view: views.targets,
    when: `${contextKeys.state} != no-folder && ${trusted}`,
    contents: `No target is configured. A target is a place to deploy to: a server on this machine, or a folder that runs elsewhere.\n${link('Create slipway.yaml', 'slipway.createConfig')}`,
  },
  {
    view: views.targets,
    when: `${contextKeys.state} != no-folder && !${trusted}`,
    contents:
      'Slipway asks no target while this folder is not trusted.\n[Manage Workspace Trust](command:workbench.trust.manage)',
  },
];

const step = (
  id: string,
  title: string,
  description: string,
  completionEvents: readonly string[],
): Readonly<Record<string, unknown>> => ({
  id,
  title,
  description,
  media: { svg: `media/walkthrough/${id}.svg`, altText: title },
  completionEvents,
});

export const walkthroughs = [
  {
    id: 'first-five-minutes',
    title: 'Slipway: the first five minutes',
    description: 'From a folder with models to an endpoint that answers, and back.',
    steps: [
      step(
        'see',
        'See every version',
        'The Slipway view lists each model with its versions, newest first: from files, or from the git history of one file. Open a version to see what it is.\n[Show Models](command:slipway.models.focus)',
        [`onView:${views.models}`],
      ),
      step(
        'validate',
        'Validate one',
        `Checks of the file, the runtime and the holdout data, and metrics with intervals, come together in one verdict against your policy.\n${link('Validate', 'slipway.validate')}`,
        ['onCommand:slipway.validate'],
      ),
      step(
        'explain',
        'Explain it',
        `Which inputs move its answers, how much, and for which rows: through the model itself, with a proof that the parts add up.\n${link('Explain', 'slipway.explain')}`,
        ['onCommand:slipway.explain'],
      ),
      step(
        'compare',
        'Put two side by side',
        `Differences over the same rows, with intervals; the rows that flip; the groups that got worse.\n${link('Compare Versions', 'slipway.compare')}`,
        ['onCommand:slipway.compare'],
      ),
      step(
        'deploy',
        'Deploy it, and roll back',
        `The plan is shown before anything happens. A golden input is answered by the very version before it goes live, and any earlier release is one action away.\n${link('Deploy', 'slipway.deploy')}`,
        ['onCommand:slipway.deploy'],
      ),
    ],
  },
];
