import { writeFileSync } from 'node:fs';
import type { Reporter, TestCase } from 'vitest/node';

/** Writes the tests that were skipped to the file that this variable names, each with its reason: a JSON array. */
export const skippedFile = 'SLIPWAY_SKIPPED_FILE';

/** vitest's own report leaves out what a test said when it skipped itself. */
class SkippedReporter implements Reporter {
  readonly #skipped: string[] = [];

  onTestCaseResult(test: TestCase): void {
    const result = test.result();
    if (result.state !== 'skipped') return;
    this.#skipped.push(result.note === undefined ? test.fullName : `${test.fullName} (${result.note})`);
  }

  onTestRunEnd(): void {
    const file = process.env[skippedFile];
    if (file !== undefined) writeFileSync(file, JSON.stringify(this.#skipped));
  }
}

// vitest takes a reporter by this name.
export { SkippedReporter as default };
