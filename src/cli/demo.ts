import { cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { BadInput } from '../core/failure.ts';
import type { Golden } from '../protocol/engine.ts';
import type { Release } from '../protocol/results/release.ts';
import type { Validation } from '../protocol/results/validation.ts';
import { configFileName } from '../workspace/config/load.ts';
import type { Outcome, Run } from './outcome.ts';
import { number, withInterval } from './print.ts';
import type { Session } from './session.ts';

interface Step {
  readonly step: string;
  readonly sentence: string;
  readonly seconds: number;
}

export function demoCommand(run: Run): Command {
  return new Command('demo')
    .description('Do the whole job on an example: validate, explain, compare, deploy, predict, roll back.')
    .action(async () => run(demo));
}

const model = 'credit-risk';
const target = 'staging';

async function demo(session: Session): Promise<Outcome> {
  const example = join(session.distDir, '..', 'examples', model);
  if ((await stat(example).catch(() => null)) === null)
    throw new BadInput(
      'no-example',
      `The example is not at \`${example}\`. Run the demo from a clone of the project.`,
    );
  const folder = await mkdtemp(join(tmpdir(), 'slipway-demo-'));
  try {
    await cp(example, folder, { recursive: true, filter: path => !path.includes('.slipway') });
    // Any free port, so that the demo runs beside a server of the example.
    const config = join(folder, configFileName);
    await writeFile(config, (await readFile(config, 'utf8')).replace(/port: \d+/, 'port: 0'));
    const copy = await session.at(folder);
    try {
      const steps = await job(copy);
      return {
        document: { schema: 'slipway/demo@1', steps },
        text: `The whole job took ${number(steps.reduce((sum, { seconds }) => sum + seconds, 0))} s. Nothing is left behind.`,
        passed: true,
      };
    } finally {
      await removeTarget(copy);
      await copy.dispose();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function job(session: Session): Promise<Step[]> {
  const { jobs, deployer, workspace, jobOptions, signal } = session;
  const steps: Step[] = [];
  const step = async <T>(name: string, work: () => Promise<T>, sentence: (made: T) => string): Promise<T> => {
    signal.throwIfAborted();
    const start = performance.now();
    const made = await work();
    const seconds = (performance.now() - start) / 1000;
    steps.push({ step: name, sentence: sentence(made), seconds });
    session.log(`${`${steps.length}.`.padEnd(4)}${name.padEnd(10)}${sentence(made)} (${number(seconds)} s)`);
    return made;
  };

  await step(
    'versions',
    () => workspace.versions(model),
    found => `${found.length} versions of ${model}: ${found.map(({ version }) => version).join(', ')}.`,
  );
  const [older, newer] = await Promise.all([
    workspace.resolve(`${model}@1.1.0`),
    workspace.resolve(`${model}@2.0.0`),
  ]);
  for (const version of [older, newer])
    await step(
      'validate',
      () => jobs.validate(version, {}, jobOptions),
      result => `${version.version.version}: ${result.verdict.sentence} ${headline(result)}`,
    );
  await step(
    'explain',
    () => jobs.explain(newer, { rows: 20, backgroundRows: 25 }, jobOptions),
    ({ sentence, method, rows }) => `${sentence} ${method}, ${rows.length} rows.`,
  );
  await step(
    'compare',
    () => jobs.compare(older, newer, {}, jobOptions),
    ({ sentence, flips }) =>
      `${sentence} ${flips === null ? '' : `${flips.onlyA} rows only the older gets right, ${flips.onlyB} only the newer.`}`,
  );
  const first = await step(
    'deploy',
    () => deployer.deploy(target, older, { signal }),
    release => released(release),
  );
  mustBeLive(first);
  await step(
    'predict',
    async () => {
      const golden = await jobs.inputs(older, null, 5, jobOptions);
      return { golden, answered: await askOverHttp(endpointOf(first), golden, signal) };
    },
    ({ golden, answered }) =>
      `${golden.rows} rows asked over HTTP at ${endpointOf(first)}, answered by ${answered.version}: ${answered.labels.join(', ')}.`,
  );
  mustBeLive(
    await step(
      'deploy',
      () => deployer.deploy(target, newer, { signal }),
      release => released(release),
    ),
  );
  mustBeLive(
    await step(
      'rollback',
      () => deployer.rollback(target, { signal }),
      release => released(release),
    ),
  );
  await step(
    'remove',
    () => deployer.remove(target, { signal }),
    () => `${target} is stopped and taken down.`,
  );
  return steps;
}

/** Whatever stopped the demo, no server of it stays. */
async function removeTarget({ deployer }: Session): Promise<void> {
  const status = await deployer.status(target).catch(() => null);
  if (status !== null && status.live.length > 0) await deployer.remove(target).catch(() => undefined);
}

function headline({ metrics }: Validation): string {
  const auc = metrics.find(({ name }) => name === 'roc_auc');
  return auc === undefined ? '' : `ROC AUC ${withInterval(auc.value, auc.interval)}, n = ${number(auc.n)}.`;
}

function released({ release, model: { version }, state, golden }: Release): string {
  const checked =
    golden === null
      ? ''
      : `, ${golden.rows} golden rows answered alike within ${number(golden.maxDifference)}`;
  return `${release}: ${version ?? ''} is ${state} on ${target}${checked}.`;
}

function mustBeLive(release: Release): void {
  if (release.state === 'live') return;
  const failed = release.plan.find(({ state }) => state === 'failed');
  throw new Error(`${released(release)} ${failed?.sentence ?? ''} ${failed?.detail ?? ''}`);
}

function endpointOf({ endpoint }: Release): string {
  if (endpoint === null) throw new Error('The target gave no endpoint.');
  return endpoint;
}

/** One request as any client would make it. */
async function askOverHttp(
  endpoint: string,
  golden: Golden,
  signal: AbortSignal,
): Promise<{ readonly version: string; readonly labels: readonly string[] }> {
  const url = endpoint.includes('/v2/') ? endpoint : `${endpoint}/v2/models/${model}`;
  const response = await fetch(`${url}/infer`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ inputs: golden.inputs }),
    signal,
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}/infer answered ${response.status}: ${text}`);
  const { model_version, outputs } = JSON.parse(text) as {
    model_version?: string;
    outputs: Golden['outputs'];
  };
  const words = outputs.find(({ datatype }) => datatype === 'BYTES') ?? outputs[0];
  return { version: (model_version ?? '').slice(0, 8), labels: (words?.data ?? []).map(String) };
}
