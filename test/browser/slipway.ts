import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { expect } from 'vitest';
import { ServerProcess } from '../../src/deploy/targets/local/serverProcess.ts';
import { exampleCopy } from '../../tools/example.ts';
import { freePort } from '../../tools/freePort.ts';
import { root } from '../../tools/steps.ts';
import { installVsix } from '../../tools/vscode/extension.ts';
import { requireChromium, vscodeHome } from '../../tools/vscode/home.ts';
import type { Theme } from '../../tools/vscode/server.ts';
import { VsCodeWindow } from '../../tools/vscode/window.ts';

export interface Look {
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly trust?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A folder with a workspace and an extensions folder in which the packaged extension is installed. */
export class Bench {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'slipway-browser-'));
  readonly home = vscodeHome();
  readonly workspace: string;

  constructor(example: string) {
    requireChromium();
    this.workspace = exampleCopy(example, path.join(this.folder, example));
    installVsix(this.home, this.folder, packagedExtension());
  }

  /** Gives the local target a port that is free here. */
  async freePort(): Promise<number> {
    const port = await freePort();
    const file = path.join(this.workspace, 'slipway.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/port: \d+/, `port: ${port}`));
    return port;
  }

  async open(look: Look = {}): Promise<Slipway> {
    const window = await VsCodeWindow.open({
      ...look,
      home: this.home,
      folder: this.workspace,
      extensionsDir: path.join(this.folder, 'extensions'),
    });
    return new Slipway(window);
  }

  /** The servers of local targets outlive the window: they are stopped first. */
  async remove(): Promise<void> {
    const targets = path.join(this.workspace, '.slipway/targets');
    for (const target of existsSync(targets) ? readdirSync(targets) : []) {
      const server = new ServerProcess(path.join(targets, target), '');
      await server.stop(AbortSignal.timeout(20_000));
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** What a user does in the window, in a user's words. */
export class Slipway {
  readonly window: VsCodeWindow;

  constructor(window: VsCodeWindow) {
    this.window = window;
  }

  get page(): FrameLocator {
    return this.window.webview();
  }

  /** @param model whose line says that the trees are there */
  async openContainer(model = 'credit-risk'): Promise<void> {
    await this.window.page.locator('.activitybar .action-label[aria-label^="Slipway"]').first().click();
    await this.row(model).waitFor();
  }

  /** A line of the trees. */
  row(text: string | RegExp): Locator {
    return this.window.page.locator('.pane-body .monaco-list-row').filter({ hasText: text }).first();
  }

  async openVersion(version: string): Promise<void> {
    await this.row(version).click();
    await this.page.getByRole('heading', { name: version }).waitFor();
  }

  async press(button: string): Promise<void> {
    await this.page.getByRole('button', { name: button }).first().click();
  }

  async tab(name: string | RegExp): Promise<void> {
    await this.page.getByRole('tab', { name }).click();
  }

  /** Chooses a line of the quick pick that is open. */
  async pick(text: string): Promise<void> {
    await this.window.page
      .locator('.quick-input-list .monaco-list-row')
      .filter({ hasText: text })
      .first()
      .click();
  }

  /** The modal question's button. */
  async answer(button: string | RegExp): Promise<void> {
    await this.window.page
      .locator('.monaco-dialog-box')
      .getByRole('button', { name: button })
      .first()
      .click();
  }

  /** Fills in the input box that is open. */
  async type(text: string): Promise<void> {
    const input = this.window.page.locator('.quick-input-widget input.input');
    await input.fill(text);
    await input.press('Enter');
  }

  /**
   * Waits until VS Code has written down that this editor is open, which it does every few seconds: a reload
   * before that brings back what was open then.
   */
  async writtenDown(editor: string): Promise<void> {
    const asked = editorsWrittenDown(editor);
    await expect.poll(() => this.window.page.evaluate(asked), { timeout: 30_000 }).toBe(true);
  }

  /** Takes the file that the open dialog proposes. @returns its name */
  async acceptFile(): Promise<string> {
    const input = this.window.page.locator('.quick-input-widget input.input');
    await input.waitFor();
    // The dialog is there before the file that it proposes.
    await expect.poll(() => input.inputValue()).toMatch(/\.\w+$/);
    const file = await input.inputValue();
    await input.press('Enter');
    await input.waitFor({ state: 'hidden' });
    return path.basename(file);
  }

  /** Reloads the window, as its user may at any time. */
  async reload(): Promise<void> {
    await this.window.page.reload();
    await this.window.page.locator('.activitybar').waitFor();
  }

  /** Kept beside the checkout's other throw-away files, to be looked at. */
  async picture(name: string): Promise<void> {
    const folder = path.join(root, '.tools/pictures');
    mkdirSync(folder, { recursive: true });
    await this.window.screenshot(path.join(folder, `${name}.png`));
  }

  async close(): Promise<void> {
    await this.window.close();
  }
}

/** A question to the page, as text because these tests know no DOM: does VS Code's storage hold this editor? */
function editorsWrittenDown(editor: string): string {
  return `(async () => {
    const answer = request => new Promise(resolve => (request.onsuccess = () => resolve(request.result)));
    const held = [];
    for (const { name } of await indexedDB.databases()) {
      if (!name.startsWith('vscode-web-state-db')) continue;
      const database = await answer(indexedDB.open(name));
      for (const store of database.objectStoreNames)
        held.push(await answer(database.transaction(store).objectStore(store).get('memento/workbench.parts.editor')));
      database.close();
    }
    return held.some(value => String(value).includes(${JSON.stringify(editor)}));
  })()`;
}

function packagedExtension(): string {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  const file = path.join(root, `slipway-${process.platform}-${process.arch}-${version}.vsix`);
  if (!existsSync(file)) throw new Error(`There is no ${path.basename(file)}: run npm run package first.`);
  return file;
}
