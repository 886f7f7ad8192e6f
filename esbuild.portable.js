// The bundles that carry a model without a server: a program for Node, and a page for browsers.
const { cpSync, readdirSync } = require('node:fs');
const path = require('node:path');

const shared = { bundle: true, logLevel: 'warning', legalComments: 'none', absWorkingDir: __dirname };

/** @param {string} outdir where edge.js and browser/ go */
const portableBundles = outdir => [
  {
    ...shared,
    entryPoints: { edge: 'src/serve/portable/edge.ts' },
    outdir,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['onnxruntime-node'],
  },
  {
    ...shared,
    entryPoints: { predict: 'src/serve/portable/browser.ts' },
    outdir: path.join(outdir, 'browser'),
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    minify: true,
  },
];

/** The files of the page that are no code of ours, beside its code. */
const copyPage = outdir => {
  const media = path.join(__dirname, 'media/portable');
  for (const name of readdirSync(media)) cpSync(path.join(media, name), path.join(outdir, 'browser', name));
  const wasm = 'ort-wasm-simd-threaded.wasm';
  cpSync(path.join(__dirname, 'node_modules/onnxruntime-web/dist', wasm), path.join(outdir, 'browser', wasm));
};

module.exports = { copyPage, portableBundles };
