import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../tools/steps.ts';
import { requireChromium } from '../../tools/vscode/home.ts';
import { chromiumFlags } from '../../tools/vscode/window.ts';

const run = path.join(root, 'tools/run.mjs');

describe('npm start, in the browser', () => {
  let started: ChildProcess;
  let browser: Browser;
  let address: string;

  beforeAll(async () => {
    requireChromium();
    started = spawn(process.execPath, [run, 'start'], { cwd: root, detached: true, env: withoutCode() });
    address = await new Promise<string>((resolve, reject) => {
      let said = '';
      const read = (chunk: Buffer): void => {
        said += chunk.toString();
        const found = /Open (http:\S+)/.exec(said)?.[1];
        if (found !== undefined) resolve(found);
      };
      started.stdout?.on('data', read);
      started.stderr?.on('data', read);
      started.on('exit', code => reject(new Error(`npm start ended with ${code ?? 'a signal'}:\n${said}`)));
    });
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: chromiumFlags });
  });

  afterAll(async () => {
    await browser.close();
    if (started.exitCode === null) process.kill(-started.pid!, 'SIGKILL');
  });

  it('opens the example with the packaged extension, and asks whether to trust it', async () => {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    page.setDefaultTimeout(120_000);
    await page.goto(address);
    const dialog = page.locator('.monaco-dialog-box');
    await dialog.waitFor();
    // A window that still starts may not take the first click.
    const trusts = async (): Promise<boolean> => {
      await dialog
        .getByRole('button', { name: /^Yes/ })
        .click({ timeout: 2_000 })
        .catch(() => undefined);
      return !(await dialog.isVisible());
    };
    await expect.poll(trusts, { timeout: 60_000, interval: 1_000 }).toBe(true);
    await page.locator('.activitybar .action-label[aria-label^="Slipway"]').first().click();
    for (const text of ['credit-risk', '2.0.0', 'staging'])
      await page.locator('.pane-body .monaco-list-row').filter({ hasText: text }).first().waitFor();
    expect(await page.getByText('Restricted Mode').count()).toBe(0);
    await page.close();
  });

  it('ends with Ctrl+C and leaves no server', async () => {
    process.kill(-started.pid!, 'SIGINT');
    const [code] = (await once(started, 'exit')) as [number | null];
    expect(code).toBe(0);
    await expect(fetch(address)).rejects.toThrow();
  });
});

describe('npm start says what is wrong in a sentence', () => {
  const says = (
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ): { code: number | null; said: string } => {
    const { status, stderr } = spawnSync(process.execPath, [run, 'start', ...args], {
      cwd: root,
      env: { ...withoutCode(), ...env },
      encoding: 'utf8',
    });
    return { code: status, said: stderr.trimEnd().split('\n').at(-1) ?? '' };
  };

  it('an example that is not there', () => {
    expect(says(['credit'])).toEqual({
      code: 1,
      said: 'There is no example `credit`: choose one of bike-demand, credit-risk.',
    });
  });

  it('a port that is none, and one in use', async () => {
    expect(says([], { PORT: 'many' })).toEqual({
      code: 1,
      said: 'PORT is a whole number from 0 to 65535, not `many`.',
    });
    const taken = createServer();
    taken.listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    expect(says([], { PORT: String(port) })).toEqual({
      code: 1,
      said: `Port ${port} on 127.0.0.1 is in use: set PORT to another one.`,
    });
    taken.close();
  });
});

/** No desktop VS Code is to be found, so that the browser form is taken on every machine. */
function withoutCode(): NodeJS.ProcessEnv {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const hasCode = (folder: string): boolean =>
    spawnSync(path.join(folder, 'code'), ['--version']).status === 0;
  return { ...process.env, PATH: folders.filter(folder => !hasCode(folder)).join(path.delimiter) };
}
