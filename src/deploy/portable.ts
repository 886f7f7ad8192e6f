import { cp, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BadInput } from '../core/failure.ts';
import { decodeModel } from '../core/onnx/decode.ts';
import { tensorOutputs } from '../core/onnx/edit.ts';
import { externalDataOf } from '../core/onnx/externalData.ts';
import { modelFacts } from '../core/onnx/modelFacts.ts';
import { modelDigest } from '../engine/model/digest.ts';
import { readModel } from '../engine/model/files.ts';
import { featureNames } from '../engine/match/names.ts';
import type { Golden } from '../protocol/engine.ts';
import type { Card } from '../serve/portable/predictor.ts';
import { makeFolder, writeAtomic } from '../workspace/atomic.ts';
import { copyRuntime } from './targets/bundle.ts';

export const portableForms = ['edge', 'browser'] as const;
export type PortableForm = (typeof portableForms)[number];

export interface PortableOptions {
  readonly form: PortableForm;
  /** The folder to write: missing or empty. */
  readonly dir: string;
  readonly model: string;
  readonly version: string | null;
  readonly digest: string;
  /** The .onnx file. */
  readonly file: string;
  readonly golden: Golden;
  readonly distDir: string;
}

/**
 * Writes a model as a folder that predicts without a server: a module and command for Node with the native
 * runtime, or a page for browsers with onnxruntime-web. Both read rows and write predictions with the server's
 * own code, and carry golden rows to check themselves with.
 * @throws BadInput when the folder is not empty, or the model cannot be carried
 */
export async function writePortable(options: PortableOptions): Promise<void> {
  const { form, dir, model, version, digest, file, golden, distDir } = options;
  await requireEmpty(dir);
  const bytes = await readModel(file);
  const proto = decodeModel(bytes);
  if (externalDataOf(proto).length > 0)
    throw new BadInput(
      'external-data',
      `\`${file}\` keeps weights in other files, which such a bundle cannot carry. Save the model as one file, or deploy to a folder.`,
    );
  const found = modelDigest(bytes, []);
  if (found !== digest)
    throw new BadInput(
      'digest',
      `\`${file}\` has changed: it is ${found.slice(0, 12)} now. Choose the version again.`,
    );
  const { metadata } = modelFacts(proto, { digest, size: bytes.length, externalFiles: [] });
  const card: Card = {
    ...{ schema: 'slipway/portable@1', model, version, digest },
    ...{ features: featureNames(metadata), golden },
  };
  await makeFolder(dir);
  await writeAtomic(join(dir, 'model.onnx'), tensorOutputs(bytes).bytes);
  await writeAtomic(join(dir, 'card.json'), `${JSON.stringify(card, null, 2)}\n`);
  if (form === 'browser') await cp(join(distDir, 'browser'), dir, { recursive: true });
  else {
    await copyRuntime(join(dir, 'node_modules'), {
      distDir,
      platform: `${process.platform}-${process.arch}`,
    });
    await cp(join(distDir, 'edge.js'), join(dir, 'predict.js'));
    const scripts = { check: 'node predict.js --check' };
    await writeAtomic(
      join(dir, 'package.json'),
      `${JSON.stringify({ private: true, main: 'predict.js', scripts, engines: { node: '>=20' } }, null, 2)}\n`,
    );
  }
  await writeAtomic(join(dir, 'README.md'), readme(card, form));
}

async function requireEmpty(dir: string): Promise<void> {
  const found = await stat(dir).catch(() => null);
  if (found === null) return;
  if (!found.isDirectory() || (await readdir(dir)).length > 0)
    throw new BadInput('not-empty', `${dir} is there and not empty. Choose another folder, or empty it.`);
}

function readme({ model, version, digest }: Card, form: PortableForm): string {
  const about = `# ${model} ${version ?? ''}\n\nSHA-256 of the model: \`${digest}\`.\n`;
  if (form === 'browser')
    return `${about}
A page that predicts in the browser with ONNX Runtime Web: put this folder on any web server and open
\`index.html\`. Other pages use the module:

\`\`\`js
import { load } from './predict.js';
const predictor = await load();
console.log(await predictor.predict([{ column: 1 }]));
\`\`\`

\`node check.mjs\` asks for the golden rows, as the page does when it opens.
`;
  return `${about}
A module and a command for Node 20 or newer on ${process.platform}-${process.arch}, with the native ONNX Runtime:

\`\`\`sh
node predict.js < rows.json
npm run check
\`\`\`

\`\`\`js
const { load } = require('./predict.js');
const predictor = await load();
console.log(await predictor.predict([{ column: 1 }]));
\`\`\`
`;
}
