import { defineConfig } from 'vitest/config';

/** Targets against the real servers that the tests start; one file at a time, since they share two cores. */
export default defineConfig({
  test: {
    include: ['test/targets/**/*.test.ts'],
    testTimeout: 240_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
