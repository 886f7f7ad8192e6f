import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { validation } from '../../src/protocol/results/validation.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bench, type Slipway } from './slipway.ts';

/** What a window must survive: a reload in the middle of work, and a policy that says no. */
describe('a window that is reloaded in the middle, and a policy that fails', () => {
  let bench: Bench;
  let slipway: Slipway;
  /** Whatever lies among the stored validations, whole or not. */
  const stored = (): readonly string[] => {
    const folder = path.join(bench.workspace, '.slipway/results/validate');
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => path.join(entry.parentPath, entry.name));
  };
  /** The extension hosts that have an engine of this bench. */
  const engineParents = (): ReadonlySet<string> =>
    new Set(
      readdirSync('/proc').flatMap(pid => {
        try {
          const command = readFileSync(path.join('/proc', pid, 'cmdline'), 'utf8');
          if (!command.includes(bench.folder) || !command.includes('engine.js')) return [];
          return /^PPid:\s+(\d+)$/m.exec(readFileSync(path.join('/proc', pid, 'status'), 'utf8'))?.[1] ?? [];
        } catch {
          return [];
        }
      }),
    );
  const journal = (): string => {
    const file = path.join(bench.workspace, '.slipway/releases/staging.jsonl');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };

  beforeAll(async () => {
    bench = new Bench('credit-risk');
    await bench.freePort();
    // So many resamples that a validation is sure to be in its middle.
    slipway = await bench.open({ settings: { 'slipway.validate.resamples': 20_000 } });
    await slipway.openContainer();
  });

  afterAll(async () => {
    await slipway.picture('mishaps-last');
    await slipway.close();
    await bench.remove();
  });

  it('reloaded in the middle of a job: nothing half-done is stored, the job runs again', async () => {
    await slipway.openVersion('1.1.0');
    await slipway.writtenDown('credit-risk-1.1.0.onnx');
    await slipway.press('Validate');
    await slipway.page.getByRole('button', { name: 'Cancel' }).first().waitFor();
    await slipway.reload();
    await slipway.page.getByRole('heading', { name: '1.1.0' }).waitFor();
    // The old window's host ends with its engine; what it still stored is whole.
    await expect.poll(() => engineParents().size, { timeout: 60_000 }).toBeLessThanOrEqual(1);
    for (const file of stored()) validation.parse(JSON.parse(readFileSync(file, 'utf8')));
    await slipway.press('Validate');
    await expect.poll(() => stored().length, { timeout: 120_000 }).toBe(1);
    await slipway.page
      .getByText(/Passes with warnings?/)
      .first()
      .waitFor();
  });

  it('reloaded in the middle of a deployment: the target is whole, and the next deployment goes live', async () => {
    await slipway.press('Deploy');
    await slipway.pick('staging');
    await slipway.answer(/Deploy/);
    await expect.poll(journal, { timeout: 60_000, interval: 10 }).toContain('"phase":"intent"');
    await slipway.reload();
    await slipway.row('staging').waitFor();
    const left = journal();
    await slipway.openVersion('1.1.0');
    await slipway.press('Deploy');
    await slipway.pick('staging');
    await slipway.answer(/Deploy/);
    const ended = (): (string | undefined)[] =>
      journal()
        .split('\n')
        .filter(line => line !== '')
        .map(line => JSON.parse(line) as { type: string; state?: string })
        .filter(({ type }) => type === 'end')
        .map(({ state }) => state);
    await expect.poll(() => ended().length, { timeout: 60_000 }).toBe(2);
    expect(ended()[1]).toBe('live');
    // The first one was finished or undone, whichever it was far enough for; its records stand.
    expect(['live', 'undone']).toContain(ended()[0]);
    expect(journal().startsWith(left)).toBe(true);
    await slipway.page.getByText(/answers all requests/).waitFor();
  });

  it('a version that fails its policy is deployed only for a reason, which the release keeps', async () => {
    const config = path.join(bench.workspace, 'slipway.yaml');
    writeFileSync(config, readFileSync(config, 'utf8').replace('min: 0.65', 'min: 0.99'));
    await slipway.openVersion('1.0.0');
    await slipway.press('Deploy');
    await slipway.pick('staging');
    const dialog = slipway.window.page.locator('.monaco-dialog-box');
    await dialog.getByText('credit-risk 1.0.0 does not meet its policy.').waitFor();
    await dialog.getByText(/Fails: ROC AUC/).waitFor();
    await slipway.picture('override-dark');
    await slipway.answer('Deploy Anyway...');
    await slipway.type('The pilot ends on Friday');
    await slipway.window.page.getByText(/Until when this holds/).waitFor();
    await slipway.type('30d');
    await slipway.answer(/Deploy 1\.0\.0/);
    await slipway.page.getByText(/1\.0\.0.*answers all requests/).waitFor();
    await slipway.page
      .getByText(/Overridden by .*: The pilot ends on Friday/)
      .first()
      .waitFor();
    expect(journal()).toContain('"reason":"The pilot ends on Friday"');
  });
});
