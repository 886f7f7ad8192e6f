import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { boostedTrees } from '../bench/models.ts';
import { seeded } from '../src/core/random.ts';
import { Bench } from '../test/browser/slipway.ts';

/**
 * Pictures of the explanation in the real window, with 5 and with 200 features in the four themes, to be looked at:
 * .tools/pictures/looks-*.png. The packaged extension is shown.
 */
const bench = new Bench('credit-risk');
const rows = 400;

/** A model of trees over so many numbers, with labelled rows that it answers better than chance. */
function model(width: number): string {
  const name = `wide-${width}`;
  const random = seeded(width);
  const columns = Array.from({ length: width }, (_, i) => `measure_${String(i).padStart(3, '0')}`);
  const lines = Array.from({ length: rows }, () => {
    const values = columns.map(() => (random() * 10 - 5).toFixed(3));
    return [...values, random() < 0.5 ? 1 : 0].join(',');
  });
  const data = path.join(bench.workspace, 'data');
  mkdirSync(data, { recursive: true });
  writeFileSync(path.join(data, `${name}.csv`), [[...columns, 'label'].join(','), ...lines].join('\n'));
  const file = `models/${name}-${width}.0.0.onnx`;
  writeFileSync(path.join(bench.workspace, file), boostedTrees(width, 100));
  return [
    `  ${name}:`,
    `    path: models/${name}-*.onnx`,
    `    label: label`,
    `    data: { holdout: data/${name}.csv, reference: data/${name}.csv }`,
  ].join('\n');
}

const widths = [5, 200];
writeFileSync(
  path.join(bench.workspace, 'slipway.yaml'),
  ['version: 1', 'models:', ...widths.map(model), ''].join('\n'),
);
try {
  for (const theme of ['dark', 'light', 'high-contrast-dark', 'high-contrast-light'] as const) {
    const slipway = await bench.open({ theme, width: 1500, height: 1100 });
    await slipway.openContainer(`wide-${widths[0] ?? 0}`);
    for (const width of widths) {
      await slipway.openVersion(`${width}.0.0`);
      await slipway.press('Explain');
      await slipway.page.getByText(/moved most by/).waitFor();
      await slipway.tab('Partial dependence');
      await slipway.page.getByRole('img', { name: /over the values/ }).waitFor();
      await slipway.window.page.waitForTimeout(800);
      await slipway.picture(`looks-${width}-${theme}`);
    }
    await slipway.close();
  }
} finally {
  await bench.remove();
}
