import { defineConfig } from 'vitest/config';

/** The real window with the packaged extension: one file after the other, nothing in parallel. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 600_000,
    // Of a window that shares two cores with other suites; a second by itself.
    expect: { poll: { timeout: 20_000 } },
    fileParallelism: false,
    bail: 1,
  },
});
