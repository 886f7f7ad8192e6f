import { commandDefinitions, commandIds } from './commands.ts';
import { menus } from './menus.ts';
import { onnxEditorType, panelTypes, taskType, trusted, views } from './names.ts';
import { settings } from './settings.ts';
import { viewsWelcome, walkthroughs } from './welcome.ts';

/**
 * What the extension adds to the editor, typed: `node tools/manifest.ts --write` puts it into
 * package.json and `npm run check` holds the two together. No vscode import: the tool reads this folder.
 */

/** The parts of package.json that are made from this folder. */
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
