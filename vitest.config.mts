import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'webview/**/*.test.{ts,tsx}', 'tools/**/*.test.ts'],
    testTimeout: 120_000,
    // Some build the programs that they run.
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
