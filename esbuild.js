// Bundles everything into dist/. `node esbuild.js --watch` rebuilds on change, `--release` minifies.
const esbuild = require('esbuild');
const { copyPage, portableBundles } = require('./esbuild.portable.js');
const { targetsApart } = require('./esbuild.targets.js');
const { mkdirSync, rmSync, writeFileSync } = require('node:fs');

const watch = process.argv.includes('--watch');
const release = process.argv.includes('--release');
// DuckDB's API loads in half the time as part of a bundle as it does as 180 files; its bindings cannot be bundled.
const natives = ['onnxruntime-node', '@duckdb/node-bindings', 'vscode'];
/** Quicker parts of ssh2, and colours of debug's log: done without where they are missing, as they are here. */
const unbuilt = ['cpu-features', '*.node', 'supports-color'];

const common = {
  bundle: true,
  outdir: 'dist',
  sourcemap: release ? false : 'linked',
  minify: release,
  logLevel: 'warning',
  legalComments: 'none',
  metafile: true,
};

/** The extension host loads extension.js; what it needs later is in services.js. */
const nodeBundles = {
  ...common,
  entryPoints: {
    extension: 'src/extension.ts',
    services: 'src/editor/services.ts',
    engine: 'src/engine/main.ts',
    shapWorker: 'src/engine/explain/shapWorker.ts',
    resampleWorker: 'src/engine/resampling/resampleWorker.ts',
    errorsWorker: 'src/engine/tasks/errorsWorker.ts',
    numbersWorker: 'src/engine/profile/numbersWorker.ts',
    server: 'src/serve/main.ts',
    cli: 'src/cli.ts',
    targets: 'src/deploy/targets/heavy.ts',
  },
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: [...natives, ...unbuilt, './services.js'],
  ...targetsApart,
};

const pages = {
  ...common,
  entryPoints: {
    version: 'webview/version/main.tsx',
    compare: 'webview/compare/main.tsx',
    target: 'webview/target/main.tsx',
    data: 'webview/data/main.tsx',
    trials: 'webview/trials/main.tsx',
  },
  outdir: 'dist/webview',
  platform: 'browser',
  format: 'iife',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  define: { 'process.env.NODE_ENV': '"production"' },
};

async function main() {
  rmSync('dist', { recursive: true, force: true });
  mkdirSync('dist');
  if (watch) {
    for (const options of [nodeBundles, pages]) await (await esbuild.context(options)).watch();
    return;
  }
  const portable = portableBundles('dist').map(options => esbuild.build(options));
  const [built] = await Promise.all([esbuild.build(nodeBundles), esbuild.build(pages), ...portable]);
  copyPage('dist');
  writeFileSync('dist/meta.json', JSON.stringify(built.metafile));
}

main().catch(() => process.exit(1));
