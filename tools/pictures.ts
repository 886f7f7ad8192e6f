import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { Bench, type Look } from '../test/browser/slipway.ts';
import { root } from './steps.ts';

/** Takes the README's pictures from the real window, with the packaged extension, on the credit-risk example. */
const folder = path.join(root, 'media/readme');
mkdirSync(folder, { recursive: true });
const bench = new Bench('credit-risk');
await bench.freePort();

const size: Look = { width: 1280, height: 820 };
try {
  const slipway = await bench.open({ ...size, theme: 'dark' });
  const take = async (name: string): Promise<void> => {
    await slipway.window.page.waitForTimeout(1500);
    await slipway.window.screenshot(path.join(folder, `${name}.png`));
  };
  await slipway.openContainer();
  await slipway.openVersion('1.1.0');
  await slipway.press('Validate');
  await slipway.page.getByText(/Passes with warnings?/).waitFor();
  await take('validation');
  await slipway.press('Explain');
  await slipway.page.getByText(/moved most by/).waitFor();
  await take('explanation');
  await slipway.press('Compare');
  await slipway.pick('1.0.0');
  await slipway.page
    .getByText(/negative flips/i)
    .first()
    .waitFor();
  await take('compare');
  await slipway.openVersion('1.1.0');
  await slipway.press('Deploy');
  await slipway.pick('staging');
  await slipway.answer(/Deploy/);
  await slipway.page.getByText(/answers all requests/).waitFor();
  await take('target');
  await slipway.close();

  for (const theme of ['light', 'high-contrast-dark', 'high-contrast-light'] as const) {
    const other = await bench.open({ ...size, theme });
    await other.openContainer();
    await other.openVersion('1.1.0');
    await other.tab('Explanation');
    await other.page.getByText(/moved most by/).waitFor();
    await other.window.page.waitForTimeout(1500);
    await other.window.screenshot(path.join(folder, `explanation-${theme}.png`));
    await other.close();
  }
} finally {
  await bench.remove();
}
