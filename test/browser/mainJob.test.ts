import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bench, type Slipway } from './slipway.ts';

/** The main job as a user does it, in one window: each test goes on where the one before ended. */
describe('the main job in the real window', () => {
  let bench: Bench;
  let slipway: Slipway;
  let port: number;
  const live: string[] = [];

  beforeAll(async () => {
    bench = new Bench('credit-risk');
    port = await bench.freePort();
    slipway = await bench.open({ theme: 'dark' });
  });

  afterAll(async () => {
    await slipway.picture('last');
    await slipway.close();
    await bench.remove();
  });

  it('shows the models with their versions, and the targets', async () => {
    await slipway.openContainer();
    for (const version of ['2.0.0', '1.1.0', '1.0.0']) await slipway.row(version).waitFor();
    for (const target of ['staging', 'bundle']) await slipway.row(target).waitFor();
  });

  it('opens a version and says what it is', async () => {
    await slipway.openVersion('1.1.0');
    await slipway.page.getByText(/Binary classifier, 20 inputs/).waitFor();
    await slipway.picture('overview-dark');
  });

  it('validates it against the policy', async () => {
    await slipway.press('Validate');
    await slipway.page.getByText(/Passes with warnings?/).waitFor();
    await slipway.page.getByText('ROC AUC').first().waitFor();
    await slipway.picture('validation-dark');
  });

  it('explains it, in its raw columns', async () => {
    await slipway.press('Explain');
    await slipway.page.getByText(/moved most by/).waitFor();
    await slipway.picture('explanation-dark');
  });

  it('puts it beside another version', async () => {
    await slipway.press('Compare');
    await slipway.pick('1.0.0');
    await slipway.page.getByRole('heading', { name: /credit-risk/ }).waitFor();
    await slipway.page
      .getByText(/Negative flips|negative flips/)
      .first()
      .waitFor();
    await slipway.picture('compare-dark');
  });

  it('deploys it to the local target, which answers over HTTP', async () => {
    await slipway.openVersion('1.1.0');
    live.push(await deploy(slipway, 'staging', port));
    await slipway.picture('target-dark');
  });

  it('deploys the next version in its place', async () => {
    await slipway.openVersion('2.0.0');
    live.push(await deploy(slipway, 'staging', port));
    expect(live[1]).not.toBe(live[0]);
  });

  it('rolls back to the earlier release', async () => {
    await slipway.press('Roll back');
    await slipway.answer(/Roll/);
    await expect.poll(() => liveDigest(port), { timeout: 60_000 }).toBe(live[0]);
    await slipway.picture('rolled-back-dark');
  });

  it('takes it down again, server and all', async () => {
    await slipway.window.command('Slipway: Remove from Target...');
    await slipway.answer(/Remove/);
    await expect.poll(() => liveDigest(port), { timeout: 60_000 }).toBe(null);
    await slipway.page.getByText('nothing is deployed yet').first().waitFor();
  });
});

async function deploy(slipway: Slipway, target: string, port: number): Promise<string> {
  const before = await liveDigest(port);
  await slipway.press('Deploy');
  await slipway.pick(target);
  await slipway.answer(/Deploy/);
  await expect.poll(() => liveDigest(port), { timeout: 90_000 }).not.toBe(before);
  return (await liveDigest(port))!;
}

/** Asks the server for a prediction over HTTP; the answer names the version that gave it. */
async function liveDigest(port: number): Promise<string | null> {
  const input = (name: string, words: boolean): object => ({
    name,
    shape: [1, 1],
    datatype: words ? 'BYTES' : 'FP32',
    data: [words ? 'none' : 1],
  });
  try {
    const base = `http://127.0.0.1:${port}/v2/models/credit-risk`;
    const metadata = (await (await fetch(base)).json()) as {
      inputs: { name: string; datatype: string }[];
    };
    const response = await fetch(`${base}/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        inputs: metadata.inputs.map(({ name, datatype }) => input(name, datatype === 'BYTES')),
      }),
    });
    const answer = (await response.json()) as { model_version?: string };
    return answer.model_version ?? null;
  } catch {
    return null;
  }
}
