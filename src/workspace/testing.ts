import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Validation } from '../protocol/results/validation.ts';

/** A folder that goes when the test ends. For tests only. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * A disk of so many kilobytes, mounted at a folder; gone when the test ends. Only root may mount one, on Linux.
 * @returns why there is none
 */
export function mountSmallDisk(folder: string, kilobytes: number): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'only root on Linux may mount a small disk';
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return 'this machine lets nobody mount a small disk';
  }
  onTestFinished(() => {
    // What had a file there may still be ending.
    execFileSync('umount', ['--lazy', folder]);
    rmdirSync(folder);
  });
  return null;
}

export function writeFiles(root: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

let clock = 0;

/** Runs git as somebody, each commit a minute after the one before. */
export function git(root: string, ...args: string[]): string {
  const date = `${1_700_000_000 + 60 * clock++} +0000`;
  const env = {
    ...process.env,
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.org',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.org',
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_DATE: date,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
  };
  return execFileSync('git', args, { cwd: root, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Commits everything under the folder; returns the commit's id. */
export function commit(root: string, message: string): string {
  git(root, 'add', '-A');
  git(root, 'commit', '-qm', message);
  return git(root, 'rev-parse', 'HEAD').trim();
}

/** A validation that found nothing, over one holdout. */
export function validationOf(job: string, dataDigest = 'h1'): Validation {
  return {
    schema: 'slipway/validation@1',
    job,
    engine: 'test',
    seed: 1,
    settings: {},
    model: { digest: 'd'.repeat(64), name: 'm', version: '1', path: 'm.onnx', size: 1 },
    data: [{ digest: dataDigest, path: 'data/h.csv', role: 'holdout', rows: 10 }],
    task: 'binary',
    classes: ['a', 'b'],
    positive: 'b',
    label: 'y',
    threshold: 0.5,
    n: 10,
    verdict: { status: 'pass', sentence: 'Passes.', failed: [], warned: [], inconclusive: [] },
    checks: [],
    metrics: [],
    charts: {
      confusion: null,
      roc: null,
      precisionRecall: null,
      calibration: null,
      thresholds: null,
      scores: null,
      residuals: null,
    },
    matching: [],
  };
}
