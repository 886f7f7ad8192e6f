/**
 * What the extension adds to the editor, typed: `node tools/manifest.ts --write` puts it into
 * package.json and `npm run check` holds the two together. No vscode import: the tool reads this file.
 */

interface CommandDefinition {
  readonly title: string;
  readonly icon?: string;
  /** Runs nothing and changes nothing, so it is offered in an untrusted folder too. */
  readonly untrusted?: boolean;
  /** Needs a tree item, so the command palette does not offer it. */
  readonly hidden?: boolean;
}

const defined = {
  'slipway.validate': { title: 'Validate', icon: '$(verified)' },
  'slipway.explain': { title: 'Explain', icon: '$(lightbulb)' },
  'slipway.review': { title: 'Review', icon: '$(checklist)' },
  'slipway.exportReport': { title: 'Export Report...', icon: '$(export)' },
  'slipway.deploy': { title: 'Deploy...', icon: '$(rocket)' },
  'slipway.deployCanary': { title: 'Deploy as Canary...', icon: '$(git-branch)' },
  'slipway.dryRun': { title: 'Plan a Deployment (Dry Run)...', icon: '$(list-ordered)' },
  'slipway.compare': { title: 'Compare Versions...', icon: '$(diff)' },
  'slipway.selectForCompare': { title: 'Select for Compare', untrusted: true, hidden: true },
  'slipway.compareWithSelected': { title: 'Compare with Selected', hidden: true },
  'slipway.compareWithLive': { title: 'Compare with Live...' },
  'slipway.crossValidate': { title: 'Cross-Validate', icon: '$(split-horizontal)' },
  'slipway.rank': { title: 'Rank Candidates', icon: '$(list-ordered)' },
  'slipway.openVersion': {
    title: 'Open Version',
    icon: '$(go-to-file)',
    untrusted: true,
  },
  'slipway.openValidation': { title: 'Open Validation', untrusted: true, hidden: true },
  'slipway.previewPolicy': { title: 'Preview the Policy', icon: '$(eye)', untrusted: true },
  'slipway.openTarget': { title: 'Open Target', icon: '$(server-environment)' },
  'slipway.doctor': { title: 'Check Target', icon: '$(pulse)' },
  'slipway.openEndpoint': { title: 'Open Endpoint', icon: '$(link-external)', hidden: true },
  'slipway.rollBack': { title: 'Roll Back...', icon: '$(discard)' },
  'slipway.promote': { title: 'Promote Canary...', icon: '$(arrow-up)' },
  'slipway.pauseCanary': { title: 'Pause Canary', icon: '$(debug-pause)' },
  'slipway.watchCanary': { title: 'Watch Canary', icon: '$(eye)' },
  'slipway.rollBackCanary': { title: 'Roll Back Canary...', icon: '$(discard)' },
  'slipway.setSecret': { title: 'Set Secret...', icon: '$(key)' },
  'slipway.forgetSecret': { title: 'Forget Secret...', icon: '$(key)' },
  'slipway.removeFromTarget': { title: 'Remove from Target...', icon: '$(trash)' },
  'slipway.openData': { title: 'Open Data', icon: '$(table)', untrusted: true },
  'slipway.copyDigest': { title: 'Copy Digest', untrusted: true, hidden: true },
  'slipway.reveal': { title: 'Reveal in Explorer', untrusted: true, hidden: true },
  'slipway.showMore': { title: 'Show More Versions', untrusted: true, hidden: true },
  'slipway.createConfig': { title: 'Create slipway.yaml', icon: '$(new-file)' },
  'slipway.openConfig': { title: 'Open slipway.yaml', icon: '$(go-to-file)', untrusted: true },
  'slipway.refresh': { title: 'Refresh', icon: '$(refresh)', untrusted: true },
  'slipway.showLog': { title: 'Show Log', icon: '$(output)', untrusted: true },
  'slipway.restartEngine': { title: 'Start the Engine Again', icon: '$(debug-restart)' },
} as const satisfies Readonly<Record<string, CommandDefinition>>;

export type CommandId = keyof typeof defined;
export const commandDefinitions: Readonly<Record<CommandId, CommandDefinition>> = defined;
export const commandIds = Object.keys(defined) as readonly CommandId[];

export const views = { models: 'slipway.models', targets: 'slipway.targets' } as const;
export const onnxEditorType = 'slipway.onnx';
export const panelTypes = {
  version: 'slipway.version',
  compare: 'slipway.compare',
  target: 'slipway.target',
  data: 'slipway.data',
  trials: 'slipway.trials',
} as const;

/** The kind of the tasks that train models. */
export const taskType = 'slipway';

/** Context keys that `when` clauses below read. */
export const contextKeys = {
  /** no-folder | loading | empty | ready */
  state: 'slipway.state',
  /** A version was chosen with "Select for Compare". */
  selected: 'slipway.selectedForCompare',
} as const;

interface SettingDefinition {
  readonly type: 'number' | 'boolean';
  readonly default: number | boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly markdownDescription: string;
}

const settings = {
  'slipway.engine.memoryLimit': {
    type: 'number',
    default: 4096,
    minimum: 256,
    markdownDescription:
      'Megabytes of memory the engine may use. Above it the engine is stopped, the running job ends with a message, and nothing else is lost.',
  },
  'slipway.validate.resamples': {
    type: 'number',
    default: 1000,
    minimum: 100,
    maximum: 100_000,
    markdownDescription: 'Bootstrap resamples behind the intervals of metrics.',
  },
  'slipway.explain.rows': {
    type: 'number',
    default: 50,
    minimum: 1,
    maximum: 1000,
    markdownDescription: 'Rows explained: a seeded sample of the holdout of this size.',
  },
  'slipway.explain.budget': {
    type: 'number',
    default: 256,
    minimum: 64,
    markdownDescription:
      'Coalitions for each row when attributions are sampled, at most, each evaluated on the background. More of them, smaller errors. Where `#slipway.explain.precision#` or `#slipway.explain.tolerance#` is set and this is not, 4,096.',
  },
  'slipway.explain.precision': {
    type: 'number',
    default: 0,
    minimum: 0,
    maximum: 1,
    markdownDescription:
      "Sampling of a row stops when its 95 % intervals are this share of the row's largest value (half-width): 0.05 is 5 %. 0: not before the budget is used.",
  },
  'slipway.explain.tolerance': {
    type: 'number',
    default: 0,
    minimum: 0,
    markdownDescription:
      'Sampling of a row stops when its 95 % intervals are this narrow (half-width, in units of the output). 0: not before the budget is used.',
  },
  'slipway.explain.backgroundRows': {
    type: 'number',
    default: 50,
    minimum: 1,
    maximum: 10_000,
    markdownDescription: 'Rows of the background data that explanations compare with.',
  },
  'slipway.deploy.keepRunning': {
    type: 'boolean',
    default: true,
    markdownDescription:
      'Whether a `local` target goes on serving after the window is closed, unless slipway.yaml says it for the target.',
  },
} as const satisfies Readonly<Record<string, SettingDefinition>>;

export type SettingKey = keyof typeof settings;
export type SettingValue<K extends SettingKey> = (typeof settings)[K]['type'] extends 'number'
  ? number
  : boolean;
export const settingDefaults: { readonly [K in SettingKey]: SettingValue<K> } = {
  'slipway.engine.memoryLimit': settings['slipway.engine.memoryLimit'].default,
  'slipway.validate.resamples': settings['slipway.validate.resamples'].default,
  'slipway.explain.rows': settings['slipway.explain.rows'].default,
  'slipway.explain.budget': settings['slipway.explain.budget'].default,
  'slipway.explain.precision': settings['slipway.explain.precision'].default,
  'slipway.explain.tolerance': settings['slipway.explain.tolerance'].default,
  'slipway.explain.backgroundRows': settings['slipway.explain.backgroundRows'].default,
  'slipway.deploy.keepRunning': settings['slipway.deploy.keepRunning'].default,
};

interface MenuItem {
  readonly command: CommandId;
  readonly when: string;
  readonly group?: string;
}

const trusted = 'isWorkspaceTrusted';
const onVersion = `view == ${views.models} && viewItem == version`;
/** A version, or predictions that stand in place of one. */
const onSubject = `view == ${views.models} && viewItem =~ /^(version|saved)$/`;
const onModel = `view == ${views.models} && viewItem == model`;
const onTarget = `view == ${views.targets} && viewItem =~ /^target/`;
const onCanary = `view == ${views.targets} && viewItem == target.canary`;
const onRelease = `view == ${views.targets} && viewItem =~ /^release/`;

const menus: Readonly<Record<string, readonly MenuItem[]>> = {
  'view/title': [
    {
      command: 'slipway.compare',
      when: `view == ${views.models} && ${contextKeys.state} == ready && ${trusted}`,
      group: 'navigation@1',
    },
    { command: 'slipway.refresh', when: `view == ${views.models}`, group: 'navigation@2' },
    { command: 'slipway.refresh', when: `view == ${views.targets}`, group: 'navigation@2' },
    { command: 'slipway.openConfig', when: `view == ${views.models}`, group: '1_config@1' },
    { command: 'slipway.openConfig', when: `view == ${views.targets}`, group: '1_config@1' },
    { command: 'slipway.showLog', when: `view == ${views.models}`, group: '2_engine@1' },
    {
      command: 'slipway.restartEngine',
      when: `view == ${views.models} && ${trusted}`,
      group: '2_engine@2',
    },
  ],
  'view/item/context': [
    {
      command: 'slipway.validate',
      when: `${onSubject} && ${trusted} && !listMultiSelection`,
      group: 'inline@1',
    },
    {
      command: 'slipway.explain',
      when: `${onVersion} && ${trusted} && !listMultiSelection`,
      group: 'inline@2',
    },
    {
      command: 'slipway.deploy',
      when: `${onVersion} && ${trusted} && !listMultiSelection`,
      group: 'inline@3',
    },
    { command: 'slipway.openVersion', when: `${onSubject} && !listMultiSelection`, group: '1_open@1' },
    { command: 'slipway.openData', when: `${onSubject} && !listMultiSelection`, group: '1_open@2' },
    { command: 'slipway.reveal', when: `${onSubject} && !listMultiSelection`, group: '1_open@3' },
    {
      command: 'slipway.validate',
      when: `${onSubject} && ${trusted} && !listMultiSelection`,
      group: '2_run@1',
    },
    {
      command: 'slipway.explain',
      when: `${onVersion} && ${trusted} && !listMultiSelection`,
      group: '2_run@2',
    },
    {
      command: 'slipway.review',
      when: `${onVersion} && ${trusted} && !listMultiSelection`,
      group: '2_run@3',
    },
    {
      command: 'slipway.exportReport',
      when: `${onVersion} && ${trusted} && !listMultiSelection`,
      group: '2_run@4',
    },
    {
      command: 'slipway.compare',
      when: `${onSubject} && ${trusted} && listMultiSelection && listDoubleSelection`,
      group: '3_compare@1',
    },
    {
      command: 'slipway.compareWithLive',
      when: `${onVersion} && ${trusted} && !listMultiSelection`,
      group: '3_compare@2',
    },
    {
      command: 'slipway.selectForCompare',
      when: `${onSubject} && !listMultiSelection`,
      group: '3_compare@3',
    },
    {
      command: 'slipway.compareWithSelected',
      when: `${onSubject} && ${trusted} && !listMultiSelection && ${contextKeys.selected}`,
      group: '3_compare@4',
    },
    {
      command: 'slipway.deploy',
      when: `${onVersion} && ${trusted} && !listMultiSelection`,
      group: '4_deploy@1',
    },
    {
      command: 'slipway.deployCanary',
      when: `${onVersion} && ${trusted} && !listMultiSelection`,
      group: '4_deploy@3',
    },
    {
      command: 'slipway.dryRun',
      when: `${onVersion} && ${trusted} && !listMultiSelection`,
      group: '4_deploy@2',
    },
    {
      command: 'slipway.crossValidate',
      when: `${onSubject} && ${trusted} && !listMultiSelection`,
      group: '3_compare@5',
    },
    { command: 'slipway.crossValidate', when: `${onModel} && ${trusted}`, group: '3_compare@2' },
    { command: 'slipway.rank', when: `${onModel} && ${trusted}`, group: '3_compare@3' },
    { command: 'slipway.copyDigest', when: `${onSubject} && !listMultiSelection`, group: '5_copy@1' },
    { command: 'slipway.compare', when: `${onModel} && ${trusted}`, group: '3_compare@1' },
    { command: 'slipway.openData', when: onModel, group: '1_open@1' },
    { command: 'slipway.openTarget', when: `${onTarget} && ${trusted}`, group: 'inline@1' },
    {
      command: 'slipway.rollBack',
      when: `${onTarget} && !(viewItem == target.canary) && ${trusted}`,
      group: 'inline@2',
    },
    { command: 'slipway.promote', when: `${onCanary} && ${trusted}`, group: 'inline@2' },
    { command: 'slipway.rollBackCanary', when: `${onCanary} && ${trusted}`, group: 'inline@3' },
    { command: 'slipway.promote', when: `${onCanary} && ${trusted}`, group: '3_canary@1' },
    { command: 'slipway.rollBackCanary', when: `${onCanary} && ${trusted}`, group: '3_canary@2' },
    { command: 'slipway.pauseCanary', when: `${onCanary} && ${trusted}`, group: '3_canary@3' },
    { command: 'slipway.watchCanary', when: `${onCanary} && ${trusted}`, group: '3_canary@4' },
    { command: 'slipway.openTarget', when: `${onTarget} && ${trusted}`, group: '1_open@1' },
    { command: 'slipway.doctor', when: `${onTarget} && ${trusted}`, group: '1_open@3' },
    { command: 'slipway.openData', when: `${onTarget} && ${trusted}`, group: '1_open@4' },
    { command: 'slipway.openEndpoint', when: `${onTarget} && ${trusted}`, group: '1_open@2' },
    { command: 'slipway.deploy', when: `${onTarget} && ${trusted}`, group: '4_deploy@1' },
    { command: 'slipway.deployCanary', when: `${onTarget} && ${trusted}`, group: '4_deploy@3' },
    { command: 'slipway.rollBack', when: `${onTarget} && ${trusted}`, group: '4_deploy@2' },
    { command: 'slipway.removeFromTarget', when: `${onTarget} && ${trusted}`, group: '9_remove@1' },
    {
      command: 'slipway.rollBack',
      when: `view == ${views.targets} && viewItem == release.earlier && ${trusted}`,
      group: 'inline@1',
    },
    { command: 'slipway.openTarget', when: `${onRelease} && ${trusted}`, group: '1_open@1' },
    { command: 'slipway.copyDigest', when: onRelease, group: '5_copy@1' },
  ],
  'explorer/context': [
    { command: 'slipway.validate', when: `resourceExtname == .onnx && ${trusted}`, group: '7_slipway@1' },
    { command: 'slipway.explain', when: `resourceExtname == .onnx && ${trusted}`, group: '7_slipway@2' },
    { command: 'slipway.deploy', when: `resourceExtname == .onnx && ${trusted}`, group: '7_slipway@3' },
    {
      command: 'slipway.openData',
      when: `resourceExtname =~ /^\\.(csv|tsv|parquet|jsonl|ndjson)$/ && ${trusted}`,
      group: '7_slipway@1',
    },
  ],
  commandPalette: commandIds
    .filter(id => commandDefinitions[id].hidden === true)
    .map(command => ({ command, when: 'false' })),
};

const link = (title: string, id: CommandId): string => `[${title}](command:${id})`;

const viewsWelcome = [
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

const walkthroughs = [
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

/** The parts of package.json that are made from this file. */
export interface Manifest {
  readonly icon: string;
  readonly activationEvents: readonly string[];
  readonly capabilities: Readonly<Record<string, unknown>>;
  readonly contributes: Readonly<Record<string, unknown>>;
}

export function manifest(): Manifest {
  return {
    icon: 'media/icon.png',
    activationEvents: [
      'workspaceContains:slipway.yaml',
      ...Object.values(panelTypes).map(type => `onWebviewPanel:${type}`),
    ],
    capabilities: {
      untrustedWorkspaces: {
        supported: 'limited',
        description: 'Models and their versions are listed. Nothing is run until the folder is trusted.',
        restrictedConfigurations: Object.keys(settings),
      },
      virtualWorkspaces: {
        supported: false,
        description: 'Models are run from files on disk.',
      },
    },
    contributes: {
      commands: commandIds.map(command => {
        const { title, icon, untrusted } = commandDefinitions[command];
        return {
          command,
          category: 'Slipway',
          title,
          ...(icon === undefined ? {} : { icon }),
          ...(untrusted === true ? {} : { enablement: trusted }),
        };
      }),
      viewsContainers: {
        activitybar: [{ id: 'slipway', title: 'Slipway', icon: 'media/slipway.svg' }],
      },
      views: {
        slipway: [
          { id: views.models, name: 'Models', icon: 'media/slipway.svg', contextualTitle: 'Slipway' },
          { id: views.targets, name: 'Targets', icon: 'media/slipway.svg', contextualTitle: 'Slipway' },
        ],
      },
      viewsWelcome,
      menus,
      taskDefinitions: [{ type: taskType }],
      customEditors: [
        {
          viewType: onnxEditorType,
          displayName: 'Slipway Model',
          selector: [{ filenamePattern: '*.onnx' }],
          priority: 'default',
        },
      ],
      configuration: {
        title: 'Slipway',
        properties: Object.fromEntries(
          Object.entries(settings).map(([key, value]) => [key, { scope: 'machine-overridable', ...value }]),
        ),
      },
      walkthroughs,
    },
  };
}
