import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { format } from 'node:util';
import { chromium, type Browser, type FrameLocator, type Page } from 'playwright-core';
import { startServer, type ServerOptions, type VsCodeServer } from './server.ts';

/** Debian's Chromium on a machine without a desktop or a network. */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface WindowOptions extends Omit<ServerOptions, 'dataDir'> {
  /** Absolute path of the workspace folder. */
  readonly folder: string;
  readonly width?: number;
  readonly height?: number;
  /** Runs this extension from its folder, and this suite in its host. */
  readonly development?: { readonly extension: string; readonly tests?: string };
  /** Each line the suite prints. */
  readonly onLog?: (line: string) => void;
}

/** A real VS Code window, driven through a headless browser. */
export class VsCodeWindow {
  readonly page: Page;
  /** The exit code of the suite given in `development.tests`. */
  readonly exit: Promise<number>;
  readonly #browser: Browser;
  readonly #server: VsCodeServer;
  readonly #dataDir: string;

  private constructor(parts: {
    page: Page;
    exit: Promise<number>;
    browser: Browser;
    server: VsCodeServer;
    dataDir: string;
  }) {
    this.page = parts.page;
    this.exit = parts.exit;
    this.#browser = parts.browser;
    this.#server = parts.server;
    this.#dataDir = parts.dataDir;
  }

  static async open(options: WindowOptions): Promise<VsCodeWindow> {
    const dataDir = mkdtempSync(path.join(os.tmpdir(), 'slipway-window-'));
    const server = await startServer({
      ...options,
      dataDir,
      testDriver: options.development !== undefined,
    });
    const browser = await chromium.launch({
      executablePath: process.env['SLIPWAY_CHROMIUM'] ?? '/usr/bin/chromium',
      args: chromiumFlags,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
    const page = await browser.newPage({
      viewport: { width: options.width ?? 1400, height: options.height ?? 900 },
    });
    page.setDefaultTimeout(120_000);
    const exit = new Promise<number>(resolve => {
      void page.exposeFunction('codeAutomationExit', (code: number) => resolve(code));
    });
    await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) =>
      options.onLog?.(format(...args)),
    );
    await page.goto(address(server.port, options));
    return new VsCodeWindow({ page, exit, browser, server, dataDir });
  }

  /** The document inside the webview that is on screen. */
  webview(): FrameLocator {
    return this.page.locator('iframe.webview.ready').last().contentFrame().frameLocator('#active-frame');
  }

  /**
   * Runs a command by its title through the command palette. The palette lists what may run when it opens, so
   * that a command whose moment comes a little later is looked for again.
   */
  async command(title: string): Promise<void> {
    const line = this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first();
    for (let attempt = 1; ; attempt++) {
      await this.page.keyboard.press('F1');
      const input = this.page.locator('.quick-input-widget input.input');
      await input.waitFor();
      try {
        // What a window still opens may take the focus, and so close the palette.
        await input.fill(`>${title}`, { timeout: 5000 });
        await line.click({ timeout: 5000 });
        return;
      } catch (error) {
        if (attempt === 10) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  async screenshot(file: string): Promise<void> {
    await this.page.screenshot({ path: file });
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#server.close();
    rmSync(this.#dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

function address(port: number, options: WindowOptions): string {
  const remote = (file: string): string => `vscode-remote://127.0.0.1:${port}${file}`;
  const payload: [string, string][] = [['skipWelcome', 'true']];
  if (options.development !== undefined) {
    payload.push(['extensionDevelopmentPath', remote(options.development.extension)]);
    if (options.development.tests !== undefined)
      payload.push(['extensionTestsPath', remote(options.development.tests)]);
  }
  const query = new URLSearchParams({ folder: options.folder, payload: JSON.stringify(payload) });
  return `http://127.0.0.1:${port}/?${query.toString()}`;
}
