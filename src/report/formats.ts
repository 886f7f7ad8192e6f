import { mlBom } from '../core/report/bom.ts';
import { modelCard } from '../core/report/card.ts';
import type { ReportInput } from '../core/report/input.ts';
import { junitReport } from '../core/report/junit.ts';
import { markdownReport } from '../core/report/markdown.ts';
import { withoutRows } from '../core/report/rows.ts';
import { sarifReport } from '../core/report/sarif.ts';
import type { Report } from '../protocol/results/report.ts';
import { renderHtml } from './html.ts';

export const reportFormats = ['html', 'md', 'json', 'junit', 'sarif', 'card', 'bom'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** What each is for, and the name it is saved under. */
export const formatFacts: Readonly<
  Record<ReportFormat, { readonly title: string; readonly extension: string }>
> = {
  html: { title: 'One HTML page that works offline; print it for PDF', extension: 'html' },
  md: { title: 'Markdown for a pull request', extension: 'md' },
  json: { title: 'JSON: the documents themselves', extension: 'json' },
  junit: { title: 'JUnit XML, for the tests tab of CI', extension: 'xml' },
  sarif: { title: 'SARIF 2.1.0, for code scanning', extension: 'sarif' },
  card: { title: 'Hugging Face model card', extension: 'md' },
  bom: { title: 'CycloneDX 1.6 ML-BOM', extension: 'cdx.json' },
};

type Files = readonly { readonly name: string; readonly sha256: string }[];

/** The report as text. @param files the model's files with their SHA-256 */
export function renderReport(format: ReportFormat, given: ReportInput, files: Files): string {
  const input = given.rows ? given : withoutRows(given);
  switch (format) {
    case 'html':
      return renderHtml(input);
    case 'md':
      return markdownReport(input);
    case 'json':
      return json(reportDocument(input));
    case 'junit':
      return junitReport(input);
    case 'sarif':
      return json(sarifReport(input));
    case 'card':
      return modelCard(input);
    case 'bom':
      return json(mlBom(input, files));
  }
}

function reportDocument({ validation, explanation, comparison, review, policy }: ReportInput): Report {
  return { schema: 'slipway/report@1', validation, explanation, comparison, review, policy };
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
