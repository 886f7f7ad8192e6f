import { cpSync } from 'node:fs';
import path from 'node:path';
import { root } from './steps.ts';

/** Copies an example to a folder of its own, so that what tests and tries leave behind stays out of the checkout. */
export function exampleCopy(name: string, to: string): string {
  cpSync(path.join(root, 'examples', name), to, {
    recursive: true,
    filter: file => !file.includes(`${path.sep}.slipway`),
  });
  return to;
}
