import { ExtensionMode, window, workspace, type ExtensionContext } from 'vscode';
import { registerCommands } from './editor/commands/register.ts';
import { assistConfig } from './editor/config/assist.ts';
import { watchConfig } from './editor/config/diagnostics.ts';
import { hoverPolicy } from './editor/config/policyHover.ts';
import { PolicyLenses } from './editor/config/policyLenses.ts';
import { PolicyProblems } from './editor/config/policyProblems.ts';
import { onnxEditorType, panelTypes, views } from './editor/contributions/names.ts';
import { goOn } from './editor/goOn.ts';
import { Host } from './editor/host.ts';
import { OnnxEditor } from './editor/onnxEditor/onnxEditor.ts';
import { Pages } from './editor/panels/pages.ts';
import { StatusBar } from './editor/statusBar.ts';
import { CheckTests } from './editor/tests/checkTests.ts';
import { ModelsTree } from './editor/tree/models.ts';
import { TargetsTree } from './editor/tree/targets.ts';
import { watchFolder } from './editor/watch.ts';

/** What host tests reach for; nothing is exported otherwise. */
export interface TestHandle {
  readonly host: Host;
  readonly pages: Pages;
  readonly models: ModelsTree;
  readonly targets: TargetsTree;
  readonly tests: CheckTests;
}

let active: Host | null = null;

/** Registers the contributions. The services behind them are loaded when something first asks for them. */
export function activate(context: ExtensionContext): TestHandle | undefined {
  const host = new Host(context);
  const pages = new Pages(host);
  const models = new ModelsTree(host);
  const targets = new TargetsTree(host);
  const tests = new CheckTests(host);
  active = host;
  context.subscriptions.push(
    pages,
    models,
    targets,
    tests,
    new PolicyLenses(host),
    new PolicyProblems(host),
    hoverPolicy(host),
    new StatusBar(host, pages),
    window.createTreeView(views.models, { treeDataProvider: models, canSelectMany: true }),
    targets.shown(window.createTreeView(views.targets, { treeDataProvider: targets })),
    window.registerCustomEditorProvider(onnxEditorType, new OnnxEditor(host, pages), {
      supportsMultipleEditorsPerDocument: false,
    }),
    ...Object.values(panelTypes).map(type => window.registerWebviewPanelSerializer(type, pages)),
    ...registerCommands({ host, pages, models }),
    ...assistConfig(host),
    ...watchConfig(host),
    host.onDidOpen(() => {
      context.subscriptions.push(...watchFolder(host));
      void goOn(host);
    }),
    workspace.onDidGrantWorkspaceTrust(() => void host.reload()),
  );
  return context.extensionMode === ExtensionMode.Test ? { host, pages, models, targets, tests } : undefined;
}

/** Stops the engine, and the local servers that were not asked to keep running. */
export async function deactivate(): Promise<void> {
  await active?.dispose();
  active = null;
}
