import { slipwayVersion } from '../../protocol/version.ts';
import { checksInOrder, type ReportInput } from './input.ts';

/**
 * CycloneDX 1.6 ML-BOM: the model with its card (metrics with intervals, limitations), its data sets, its verdict
 * and its review. Deterministic: the serial number comes from the job.
 * @param files the model's files with their SHA-256, external data too
 */
export function mlBom(
  input: ReportInput,
  files: readonly { readonly name: string; readonly sha256: string }[],
): object {
  const { validation, comparison, review } = input;
  const { model, data, task, engine, job, verdict, label } = validation;
  const name = model?.name ?? model?.path ?? 'predictions';
  const version = model?.version ?? model?.digest.slice(0, 12);
  const limits = checksInOrder(validation).filter(({ status }) => status === 'fail' || status === 'warn');
  const fairness = validation.checks.filter(
    ({ group, status }) => group === 'fairness' && status !== 'not-run',
  );
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(job)}`,
    version: 1,
    metadata: {
      tools: { components: [{ type: 'application', name: 'slipway', version: slipwayVersion }] },
      component: {
        type: 'machine-learning-model',
        'bom-ref': 'model',
        name,
        ...(version === undefined ? {} : { version }),
        ...(model === null
          ? {}
          : { hashes: [{ alg: 'SHA-256', content: files[0]?.sha256 ?? model.digest }] }),
        modelCard: {
          modelParameters: {
            approach: { type: 'supervised' },
            task,
            datasets: data.map(({ path }) => ({ ref: `data:${path}` })),
            ...(label === null ? {} : { outputs: [{ format: label }] }),
          },
          quantitativeAnalysis: {
            performanceMetrics: [
              ...validation.metrics.flatMap(({ name: type, value, interval, class: slice }) =>
                value === null
                  ? []
                  : [metric(type, value, interval, slice === null ? null : `class ${slice}`)],
              ),
              ...(comparison?.slices ?? []).flatMap(({ metric: type, b, slice }) =>
                b === null ? [] : [metric(type, b, null, slice)],
              ),
            ],
          },
          considerations: {
            technicalLimitations: limits.map(({ title, finding }) => `${title}: ${finding}`),
            fairnessAssessments: fairness.map(({ title, finding }) => ({
              groupAtRisk: title,
              harms: finding,
            })),
          },
        },
        properties: [
          { name: 'slipway:verdict', value: verdict.status },
          { name: 'slipway:verdict-sentence', value: verdict.sentence },
          { name: 'slipway:job', value: job },
          { name: 'slipway:engine', value: engine },
          ...(review === null
            ? []
            : [
                { name: 'slipway:review', value: review.standing.status },
                ...review.standing.approvals.map(({ record, by }) => ({
                  name: 'slipway:approval',
                  value: `${by} sha256:${record}`,
                })),
              ]),
        ],
      },
    },
    components: [
      ...files.slice(1).map(({ name: file, sha256 }) => ({
        type: 'file',
        'bom-ref': `file:${file}`,
        name: file,
        hashes: [{ alg: 'SHA-256', content: sha256 }],
      })),
      ...data.map(({ path, role, rows, digest }) => ({
        type: 'data',
        'bom-ref': `data:${path}`,
        name: path,
        hashes: [{ alg: 'SHA-256', content: digest }],
        data: [{ type: 'dataset', name: role, description: `${role} data, ${rows} rows` }],
      })),
    ].filter(
      (component, at, all) => all.findIndex(other => other['bom-ref'] === component['bom-ref']) === at,
    ),
    dependencies: [
      {
        ref: 'model',
        dependsOn: [
          ...new Set([
            ...files.slice(1).map(file => `file:${file.name}`),
            ...data.map(({ path }) => `data:${path}`),
          ]),
        ],
      },
    ],
  };
}

function metric(
  type: string,
  value: number,
  interval: { readonly low: number; readonly high: number } | null,
  slice: string | null,
): object {
  return {
    type,
    value: String(value),
    ...(slice === null ? {} : { slice }),
    ...(interval === null
      ? {}
      : { confidenceInterval: { lowerBound: String(interval.low), upperBound: String(interval.high) } }),
  };
}

/** A UUID of version 8 (RFC 9562) from a digest. */
function uuidOf(hex: string): string {
  const digits = hex.padEnd(32, '0');
  const variant = ((parseInt(digits[16]!, 16) & 3) | 8).toString(16);
  const [a, b, c] = [digits.slice(0, 8), digits.slice(8, 12), digits.slice(13, 16)];
  return `${a}-${b}-8${c}-${variant}${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}
