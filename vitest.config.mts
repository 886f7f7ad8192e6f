import { defineConfig } from 'vitest/config';

const shared = {
  maxWorkers: 2,
  testTimeout: 120_000,
  // Some build the programs that they run.
  hookTimeout: 120_000,
  expect: { poll: { timeout: 10_000 } },
};

export default defineConfig({
  test: {
    projects: [
      // Pure functions leave nothing behind: their files share a process, which saves a third of their time.
      { test: { ...shared, name: 'core', include: ['src/core/**/*.test.ts'], isolate: false } },
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['src/**/*.test.ts', 'webview/**/*.test.{ts,tsx}', 'tools/**/*.test.ts'],
          exclude: ['src/core/**'],
        },
      },
    ],
  },
});
