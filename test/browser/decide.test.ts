import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commit, git, writeFiles } from '../../src/workspace/testing.ts';
import { Bench, type Slipway } from './slipway.ts';

const eve = 'eve@example.org';

/** What a copy of the example asks beside its policy: a limit that no version meets, a review, a trainer. */
const asked = `    train: { command: cp, args: [models/credit-risk-1.1.0.onnx, '{output}/model.onnx'] }
    policy:
      review: { approvals: 1 }
      checks: { latency-p99: { off: true } }
      metrics: { roc_auc: { min: 0.9 } }
      groups: [purpose]
review: { signers: .slipway/allowed_signers, revision: main }
`;

/** From where a version errs to its signed release: each test goes on where the one before ended. */
describe('a decision in the real window', () => {
  let bench: Bench;
  let slipway: Slipway;
  const config = (): string => readFileSync(path.join(bench.workspace, 'slipway.yaml'), 'utf8');
  const grid = (name: string): Locator => slipway.page.getByRole('grid', { name, exact: true });
  /** The rows that a click opened, closed again. */
  const closeRowsOf = async (name: string): Promise<void> => {
    await slipway.page.getByRole('grid', { name: `Rows of ${name}` }).waitFor();
    await slipway.press('Close');
  };

  beforeAll(async () => {
    bench = new Bench('credit-risk');
    const home = path.join(bench.folder, 'home');
    const key = path.join(home, '.ssh/id_ed25519');
    mkdirSync(path.dirname(key), { recursive: true, mode: 0o700 });
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    const [type, base64] = readFileSync(`${key}.pub`, 'utf8').split(' ');
    const before = config();
    writeFiles(bench.workspace, {
      'slipway.yaml': before.replace(/ {4}policy:[\s\S]*(?=targets:)/, asked),
      '.slipway/allowed_signers': `${eve} namespaces="slipway-review" ${type!} ${base64!}\n`,
    });
    git(bench.workspace, 'init', '-q', '-b', 'main');
    commit(bench.workspace, 'what is asked');
    git(bench.workspace, 'config', 'user.email', eve);
    slipway = await bench.open({
      ...{ theme: 'dark', width: 1500, height: 1000, environment: { HOME: home } },
    });
    await slipway.openContainer();
    await slipway.openVersion('2.0.0');
    await slipway.press('Validate');
    await grid('Slices').waitFor();
  });

  afterAll(async () => {
    await slipway.picture('decide-last');
    await slipway.close();
    await bench.remove();
  });

  it('says which groups are treated otherwise, each with its share', async () => {
    const shares = grid('Evidence for Selection-rate ratio of groups');
    await shares.getByText('share predicted positive').waitFor();
    await shares.getByText('radio/television', { exact: true }).waitFor();
  });

  it('opens the rows of a slice, of a node of the error tree and of a cell of the heat map', async () => {
    await grid('Slices').locator('tbody tr').first().click();
    await slipway.picture('decide-slices');
    await closeRowsOf('purpose = furniture/equipment');
    await grid('Error tree').locator('tbody tr').nth(1).click();
    await closeRowsOf('other_installment_plans is none');
    await slipway.page
      .getByRole('table', { name: /by purpose and / })
      .getByRole('button')
      .first()
      .click();
    await closeRowsOf('');
  });

  it('measures a slice of one’s own and saves it, and nothing else, to slipway.yaml', async () => {
    const before = config();
    await slipway.page.getByRole('combobox', { name: 'Rows where' }).fill('age < 30');
    await slipway.press('Measure');
    await grid('Your slices').getByText('age < 30').waitFor();
    await slipway.page.getByLabel('Save it as').fill('young');
    await slipway.press('Save to slipway.yaml');
    await slipway.page.getByText(/is in slipway\.yaml\. Validate again/).waitFor();
    const lines = config().split('\n');
    const added = lines.filter(line => !before.includes(line));
    expect(added.map(line => line.trim())).toEqual(['slices:', 'young:', 'where: age < 30']);
    expect(lines.filter(line => !added.includes(line)).join('\n')).toBe(before);
    await slipway.press('Validate again');
    await grid('Your slices').getByRole('row', { name: /young/ }).waitFor();
    commit(bench.workspace, 'young');
  });

  it('is not deployed before it is reviewed', async () => {
    await slipway.press('Deploy');
    await slipway.pick('bundle');
    await slipway.window.page
      .locator('.monaco-dialog-box')
      .getByText(/does not meet its policy|asks for a review/)
      .first()
      .waitFor();
    await slipway.answer('Cancel');
  });

  it('is reviewed: each failure opened, a challenge answered, the approval signed with its reason', async () => {
    const { page } = slipway;
    await slipway.openVersion('2.0.0');
    await slipway.tab('Review');
    const sign = page.getByRole('button', { name: 'Sign' });
    await page.getByText(/more must be opened/).waitFor();
    await page.getByLabel('A challenge to the author').fill('Why is furniture worse?');
    await slipway.press('Challenge');
    await page.getByRole('button', { name: 'Answer' }).click();
    await page.getByLabel('The answer to challenge 1').fill('Few rows hold it.');
    await page.getByRole('button', { name: 'Answer' }).last().click();
    await page.getByText('Few rows hold it.').waitFor();
    const unopened = page.locator('summary').filter({ hasText: 'not opened' });
    for (let left = await unopened.count(); left > 0; left--) {
      await unopened.first().click();
      await expect.poll(() => unopened.count(), { timeout: 30_000 }).toBe(left - 1);
    }
    await page.getByText('each rule that fails needs a reason').waitFor();
    await page.getByLabel('roc_auc fails. Why').fill('The pilot ends on Friday');
    await page.getByLabel('Comment').fill('For the pilot only.');
    await slipway.picture('decide-review');
    await sign.click();
    await page.getByText(`Approved by ${eve}`).first().waitFor();
    for (const fact of ['Signature valid', 'Signer authorised', 'Artefacts unchanged', 'Policy unchanged'])
      await page.getByText(`${fact}: yes.`).waitFor();
    expect(await page.getByLabel('Comment').inputValue()).toBe('');
    const records = readdirSync(path.join(bench.workspace, '.slipway/reviews/credit-risk'));
    for (const ending of ['.json', '.sig', '.html'])
      expect(records.filter(file => file.endsWith(ending))).toHaveLength(1);
  });

  it('is deployed then, on the reviewer’s reason', async () => {
    await slipway.press('Deploy');
    await slipway.pick('bundle');
    await slipway.answer(/^Deploy 2\.0\.0/);
    await slipway.page
      .getByText(/Overridden by eve@example\.org until .*: roc_auc: The pilot ends on Friday/)
      .waitFor();
  });

  it('trains a model for each fold, and ranks the versions', async () => {
    await slipway.window.command('Slipway: Cross-Validate');
    await slipway.pick('1.1.0');
    await slipway.tab(/K-fold/);
    await slipway.press('Train and measure');
    await slipway.page.getByText(/over 5 trainings/).waitFor();
    await slipway.picture('decide-folds');
    await slipway.tab(/Candidates/);
    await slipway.press('Rank');
    await grid('Candidates').getByText('may be as good').first().waitFor();
  });

  it('shows the results of an earlier session as tests, and takes them back when the data changes', async () => {
    await slipway.reload();
    await slipway.window.page.locator('.activitybar .action-label[aria-label^="Testing"]').first().click();
    const line = (text: string | RegExp): Locator =>
      slipway.window.page.locator('.test-explorer .monaco-list-row').filter({ hasText: text }).first();
    const version = line('2.0.0');
    await version.filter({ hasText: 'fails' }).waitFor();
    for (const closed of [version, line('Performance')]) {
      await closed.click();
      await slipway.window.page.keyboard.press('ArrowRight');
    }
    await line(/^ROC AUC/)
      .locator('.codicon-testing-failed-icon')
      .waitFor();
    await line('Headline metric').locator('.codicon-testing-passed-icon').waitFor();
    await slipway.picture('decide-tests');
    const holdout = path.join(bench.workspace, 'data/holdout.csv');
    appendFileSync(holdout, `${readFileSync(holdout, 'utf8').trimEnd().split('\n').at(-1)!}\n`);
    await version.filter({ hasText: /holdout.*has changed since/ }).waitFor();
  });
});
