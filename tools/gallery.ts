import { build } from 'esbuild';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { ab } from '../src/protocol/results/ab.ts';
import { comparison } from '../src/protocol/results/comparison.ts';
import { crossValidation } from '../src/protocol/results/crossValidation.ts';
import { data as dataDescription } from '../src/protocol/results/data.ts';
import { explanation } from '../src/protocol/results/explanation.ts';
import { importance } from '../src/protocol/results/importance.ts';
import { ranking } from '../src/protocol/results/ranking.ts';
import { release } from '../src/protocol/results/release.ts';
import { rollout } from '../src/protocol/results/rollout.ts';
import { validation } from '../src/protocol/results/validation.ts';
import type { PageState, VersionPage, Work } from '../src/protocol/pages.ts';
import { gallery } from '../webview/gallery/samples/gallery.ts';
import { themes, type Theme } from '../webview/gallery/themes.ts';

/**
 * Pictures of every page in every state, without VS Code: `node tools/gallery.ts --out DIR`
 * with `--only NAME`, `--theme dark,light`, `--width 420,900,1400`. Not shipped.
 * `--results DIR` puts the real documents of `inspect`, `validate` and `explain --json`, kept there as
 * inspect.json, validate.json and explain.json, in place of the samples of the version page; effects.json,
 * heatmap.json and tokens.json answer what it asks, where they are there.
 * Fails on a script error or a breach of the content security policy.
 */

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: path.join(tmpdir(), 'slipway-gallery') },
    only: { type: 'string', default: '' },
    theme: { type: 'string', default: '' },
    results: { type: 'string', default: '' },
    width: { type: 'string', default: '420,900,1400' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
  },
});
const origin = 'https://gallery.test';
const nonce = 'gallery';
const answers = realAnswers(values.results);
const root = path.join(import.meta.dirname, '..');

/** A sample that breaks its schema would show a page that can't be. */
function checked(state: PageState): PageState {
  const stored = <T>(work: Work<T>): unknown =>
    work.state === 'empty'
      ? null
      : work.state === 'done'
        ? work.stored.result
        : (work.previous?.result ?? null);
  if (state.page === 'version') {
    validation.nullable().parse(stored(state.validation));
    explanation.nullable().parse(stored(state.explanation));
    for (const work of Object.values(state.importance)) importance.nullable().parse(stored(work));
  } else if (state.page === 'compare') comparison.nullable().parse(stored(state.comparison));
  else if (state.page === 'data') {
    dataDescription.nullable().parse(stored(state.description));
    ab.nullable().parse(stored(state.ab));
  } else if (state.page === 'trials') {
    for (const work of [state.retrained, state.fixed]) crossValidation.nullable().parse(stored(work));
    ranking.nullable().parse(stored(state.ranked));
  } else {
    release.array().parse([...state.releases, ...(state.current === null ? [] : [state.current])]);
    rollout.nullable().parse(state.canary?.rollout ?? null);
  }
  return state;
}

/** The page with documents that the command line made. */
function withResults(state: PageState, dir: string): PageState {
  if (state.page !== 'version') return state;
  const read = (name: string): unknown => JSON.parse(readFileSync(path.join(dir, name), 'utf8'));
  const stored = { storedAt: new Date().toISOString(), stale: null };
  return {
    ...state,
    facts: (read('inspect.json') as { facts: VersionPage['facts'] }).facts,
    validation: { state: 'done', stored: { ...stored, result: validation.parse(read('validate.json')) } },
    explanation: { state: 'done', stored: { ...stored, result: explanation.parse(read('explain.json')) } },
  };
}

/** Documents that answer a page's questions. */
function realAnswers(dir: string): Readonly<Record<string, unknown>> {
  const found = ['effects', 'heatmap', 'tokens'].filter(
    name => dir !== '' && existsSync(path.join(dir, `${name}.json`)),
  );
  return Object.fromEntries(
    found.map(name => [name, JSON.parse(readFileSync(path.join(dir, `${name}.json`), 'utf8')) as unknown]),
  );
}

function html(state: PageState, memory: object, theme: Theme): string {
  const tokens = Object.entries(theme.tokens).map(([name, value]) => `--vscode-${name}: ${value};`);
  const setting = JSON.stringify({ state, memory, answers }).replaceAll('<', '\\u003c');
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8" />
<meta property="csp-nonce" content="${nonce}" />
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src ${origin} data:; font-src ${origin}; style-src ${origin} 'nonce-${nonce}'; script-src 'nonce-${nonce}'" />
<style nonce="${nonce}">:root { ${tokens.join(' ')} }</style>
<link rel="stylesheet" href="${origin}/${state.page}.css" /></head>
<body class="${theme.kind}" data-vscode-theme-kind="${theme.kind}"><div id="root"></div>
<script nonce="${nonce}">window.setting = ${setting};</script>
<script nonce="${nonce}" src="${origin}/host.js"></script>
<script nonce="${nonce}" src="${origin}/${state.page}.js"></script></body></html>`;
}

const assets = path.join(values.out, 'assets');
mkdirSync(assets, { recursive: true });
await build({
  entryPoints: {
    host: path.join(root, 'webview/gallery/host.ts'),
    version: path.join(root, 'webview/version/main.tsx'),
    compare: path.join(root, 'webview/compare/main.tsx'),
    target: path.join(root, 'webview/target/main.tsx'),
    data: path.join(root, 'webview/data/main.tsx'),
    trials: path.join(root, 'webview/trials/main.tsx'),
  },
  outdir: assets,
  bundle: true,
  format: 'iife',
  platform: 'browser',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'warning',
});

const browser = await chromium.launch({
  executablePath: values.chromium,
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
});
const problems: string[] = [];
for (const theme of themes.filter(t => values.theme === '' || values.theme.split(',').includes(t.name))) {
  for (const width of values.width.split(',').map(Number)) {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    let name = '';
    page.on('pageerror', error => problems.push(`${name}: ${error.message}`));
    page.on('console', message => {
      if (message.type() === 'error') problems.push(`${name}: ${message.text()}`);
    });
    for (const item of gallery.filter(i => values.only === '' || values.only.split(',').includes(i.name))) {
      name = `${item.name}-${theme.name}-${width}`;
      const body = html(
        checked(values.results === '' ? item.state : withResults(item.state, values.results)),
        item.memory ?? {},
        theme,
      );
      await page.unroute('**/*');
      await page.route('**/*', async route => {
        const file = new URL(route.request().url()).pathname.slice(1);
        if (file === '') await route.fulfill({ contentType: 'text/html', body });
        else
          await route.fulfill({
            contentType: file.endsWith('.css') ? 'text/css' : 'text/javascript',
            body: readFileSync(path.join(assets, file)),
          });
      });
      await page.goto(`${origin}/`);
      await page.waitForSelector('h1');
      for (const words of item.press ?? [])
        for (const button of await page.getByRole('button', { name: words, exact: true }).all())
          await button.click();
      for (const words of item.choose ?? []) await page.getByRole('row', { name: words }).first().click();
      await page.waitForTimeout(400);
      await page.screenshot({ path: path.join(values.out, `${name}.png`), fullPage: true });
    }
    await page.close();
  }
}
await browser.close();
for (const problem of new Set(problems)) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
