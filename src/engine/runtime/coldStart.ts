import { fork } from 'node:child_process';
import type { Tensor } from 'onnxruntime-node';
import { forSingleRows, loadFile } from '../model/load.ts';
import { blankFeeds } from './blank.ts';

/** The argument that makes the engine's entry answer one row and end. */
export const coldStartArgument = '--cold-start';

const patienceMs = 60_000;

/**
 * Milliseconds from the start of a fresh process to its first answer: read, verify, load, one row of zeros.
 * null when that fails (the checks on loading say why).
 * @param entry the engine's entry; null: not measured, as without a model
 */
export async function coldStartMs(entry: string | null, modelFile: string | null): Promise<number | null> {
  if (entry === null || modelFile === null) return null;
  return await new Promise<number | null>(resolve => {
    const before = steadyMs();
    const child = fork(entry, [coldStartArgument, modelFile], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      execArgv: [],
      stdio: 'ignore',
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    const end = (ms: number | null): void => {
      clearTimeout(timer);
      resolve(ms);
    };
    // The child says when: this process may be busy then.
    child.once('message', answeredAt => end(Number(answeredAt) - before));
    child.once('error', () => end(null));
    child.once('exit', () => end(null));
  }).catch(() => null);
}

/** The other side: answers one row of zeros and says so. */
export async function answerOnce(modelFile: string): Promise<void> {
  const model = await loadFile(modelFile);
  const session = await model.session(forSingleRows);
  const feeds: Record<string, Tensor> = await blankFeeds(model.facts.inputs, 1);
  await session.run(feeds);
  process.send?.(steadyMs());
  process.disconnect();
}

/** Milliseconds by the clock that all processes of the machine share. */
function steadyMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
