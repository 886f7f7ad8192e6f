import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bench, type Slipway } from './slipway.ts';

/** How the answers are explained, looked at as a reviewer does: each test goes on where the one before ended. */
describe('the explanation in the real window', () => {
  let bench: Bench;
  let slipway: Slipway;

  beforeAll(async () => {
    bench = new Bench('credit-risk');
    slipway = await bench.open({ theme: 'dark', width: 1500, height: 1000 });
    await slipway.openContainer();
    await slipway.openVersion('2.0.0');
    await slipway.press('Explain');
    await slipway.page.getByText(/moved most by/).waitFor();
  });

  afterAll(async () => {
    await slipway.picture('explanation-last');
    await slipway.close();
    await bench.remove();
  });

  it('draws the effect of the column chosen in the list, and of one found by its name', async () => {
    const { page } = slipway;
    await page.getByRole('grid', { name: 'Features by strength' }).getByText('duration').click();
    await slipway.tab('Partial dependence');
    await page.getByRole('img', { name: /over the values of duration/ }).waitFor();
    await slipway.picture('explanation-partial');
    await page.getByRole('combobox', { name: 'Column' }).fill('credit_am');
    await page.getByRole('option', { name: 'credit_amount' }).click();
    await slipway.tab('Local effects');
    await page.getByRole('img', { name: /local effect of credit_amount/ }).waitFor();
    await slipway.picture('explanation-local-effect');
  });

  it('measures interactions, and opens the pair that is chosen', async () => {
    const { page } = slipway;
    await slipway.tab('Interactions');
    await slipway.press('Measure interactions');
    const pairs = page.getByRole('grid', { name: 'Pairs by interaction' });
    await pairs.waitFor();
    const second = pairs.locator('tbody tr').nth(1);
    const [a = '', b = ''] = ((await second.locator('td').first().textContent()) ?? '').split(' × ');
    await second.click();
    await page.getByRole('img', { name: new RegExp(`values of ${a} and ${b}`) }).waitFor();
    await slipway.picture('explanation-interactions');
  });

  it('measures what the score rests on', async () => {
    const { page } = slipway;
    await slipway.press('Measure by permutation');
    await page.getByText(/of what shuffling costs/).waitFor();
    await page.getByRole('grid', { name: 'What the score rests on' }).scrollIntoViewIfNeeded();
    await slipway.picture('explanation-importance');
  });

  it('explains a row that is not among those explained', async () => {
    const { page } = slipway;
    const row = page.getByRole('spinbutton', { name: 'Row', exact: true });
    await row.fill('251');
    await row.press('Enter');
    await page.getByText('What if row 251 were different').waitFor();
    await page.getByRole('heading', { name: 'Row 251', exact: true }).waitFor();
    await slipway.picture('explanation-row');
  });

  it('saves a table as CSV and as Parquet, and a chart as a picture', async () => {
    await slipway.tab(/^Dependence/);
    const chart = slipway.page.getByRole('figure').first();
    for (const [kind, begins] of [
      ['CSV', 'row,'],
      ['Parquet', 'PAR1'],
      ['PNG', 'PNG'],
    ] as const) {
      await chart.getByRole('button', { name: kind }).click();
      const file = path.join(bench.workspace, await slipway.acceptFile());
      await expect.poll(() => existsSync(file), { timeout: 20_000 }).toBe(true);
      expect(readFileSync(file).subarray(0, 10).toString('latin1')).toContain(begins);
    }
  });
});
