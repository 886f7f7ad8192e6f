import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bench, type Slipway } from './slipway.ts';

describe('a folder without slipway.yaml', () => {
  let bench: Bench;
  let slipway: Slipway;

  beforeAll(async () => {
    bench = new Bench('credit-risk');
    rmSync(path.join(bench.workspace, 'slipway.yaml'));
    slipway = await bench.open();
  });

  afterAll(async () => {
    await slipway.picture('bare-last');
    await slipway.close();
    await bench.remove();
  });

  it('lists every model by its file', async () => {
    await slipway.openContainer();
    await slipway.row('credit-risk-1.1.0').waitFor();
  });

  it('offers to write slipway.yaml at the first deployment, and writes it', async () => {
    await slipway.window.command('Slipway: Deploy...');
    await slipway.pick('credit-risk-1.1.0');
    await slipway.window.page
      .locator('.notification-toast')
      .getByRole('button', { name: 'Create slipway.yaml' })
      .click();
    const file = path.join(bench.workspace, 'slipway.yaml');
    await expect.poll(() => existsSync(file), { timeout: 60_000 }).toBe(true);
    expect(readFileSync(file, 'utf8')).toContain('kind: local');
    await slipway.row('local').waitFor();
  });
});
