import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bench, type Slipway } from './slipway.ts';

describe('a folder that is not trusted', () => {
  let bench: Bench;
  let slipway: Slipway;

  beforeAll(async () => {
    bench = new Bench('credit-risk');
    slipway = await bench.open({
      trust: true,
      settings: { 'security.workspace.trust.startupPrompt': 'always' },
    });
    await slipway.answer(/^No/);
  });

  afterAll(async () => {
    await slipway.close();
    await bench.remove();
  });

  it('shows its models and versions', async () => {
    await slipway.openContainer();
    for (const version of ['2.0.0', '1.1.0', '1.0.0']) await slipway.row(version).waitFor();
  });

  it('runs nothing: its page offers no work, and nothing is written', async () => {
    await slipway.openVersion('1.1.0');
    expect(await slipway.page.getByRole('button', { name: 'Validate' }).first().isDisabled()).toBe(true);
    expect(await slipway.page.getByRole('button', { name: 'Deploy' }).first().isDisabled()).toBe(true);
    await slipway.picture('untrusted-dark');
    expect(existsSync(path.join(bench.workspace, '.slipway'))).toBe(false);
  });
});
