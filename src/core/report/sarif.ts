import type { Log, PropertyBag } from 'sarif';
import type { CheckResult } from '../../protocol/results/validation.ts';
import { checksInOrder, type ReportInput } from './input.ts';

/**
 * SARIF 2.1.0 (OASIS): a rule for each check, a result for each that fails, warns or is undecided. The place is
 * the model file, because a finding is about the whole of it.
 */
export function sarifReport(input: ReportInput): Log {
  const { validation } = input;
  const { model, engine } = validation;
  const checks = checksInOrder(validation);
  const open = checks.filter(
    ({ status }) => status === 'fail' || status === 'warn' || status === 'inconclusive',
  );
  const uri = (model?.path ?? validation.data[0]?.path ?? 'slipway.yaml')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Slipway',
            version: engine,
            rules: checks.map(({ id, title, group, severity, advice }) => ({
              id,
              name: title,
              shortDescription: { text: title },
              ...(advice === null ? {} : { help: { text: advice } }),
              defaultConfiguration: { level: severity === 'fail' ? 'error' : 'warning' },
              properties: { tags: [group] },
            })),
          },
        },
        artifacts: [
          {
            location: { uri, uriBaseId: 'SRCROOT' },
            ...(model === null ? {} : { length: model.size, hashes: { 'sha-256': model.digest } }),
          },
        ],
        results: open.map(check => ({
          ruleId: check.id,
          ruleIndex: checks.indexOf(check),
          ...kinds[check.status as 'fail' | 'warn' | 'inconclusive'],
          message: { text: [check.finding, check.advice].filter(text => text !== null).join(' ') },
          locations: [{ physicalLocation: { artifactLocation: { uri, uriBaseId: 'SRCROOT', index: 0 } } }],
          partialFingerprints: { 'slipway/v1': `${check.id}:${uri}` },
          properties: properties(check),
        })),
        properties: { verdict: validation.verdict.status, job: validation.job },
      },
    ],
  };
}

/** `level` belongs to what fails; what is open has none. */
const kinds = {
  fail: { kind: 'fail', level: 'error' },
  warn: { kind: 'fail', level: 'warning' },
  inconclusive: { kind: 'open', level: 'none' },
} as const;

function properties({ value, interval, threshold, unit }: CheckResult): PropertyBag {
  return { value, unit, interval, threshold };
}
