import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { buildServer } from './testServer.ts';

/** For tests: builds the server, once for all tests that are described beside it. @returns where it lies */
export function builtServer(): () => string {
  let built: string;
  let distDir: string;
  beforeAll(async () => {
    built = await mkdtemp(join(tmpdir(), 'slipway-dist-'));
    distDir = await buildServer(built);
  });
  afterAll(() => rm(built, { recursive: true, force: true }));
  return () => distDir;
}
