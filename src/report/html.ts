import { createHash } from 'node:crypto';
import { htmlReport } from '../core/report/html.ts';
import type { ReportInput } from '../core/report/input.ts';
import { reportStyle } from '../core/report/style.ts';

/** The HTML report, its style let in by its hash alone. */
export function renderHtml(input: ReportInput): string {
  return htmlReport(input, createHash('sha256').update(reportStyle).digest('base64'));
}
