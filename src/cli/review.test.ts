import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { release } from '../protocol/results/release.ts';
import { review } from '../protocol/results/review.ts';
import { newKey, signerLine } from '../review/testing.ts';
import { commit, git, writeFiles } from '../workspace/testing.ts';
import { buildSlipway, copyExample, runSlipway, type Ended } from './testProgram.ts';

/** Review, verify and deploy with the real program, real keys and a real repository. */
let folder: string;
let dist: string;
let root: string;
let bob: string;

const policy = `targets:
  bundle: { kind: folder, path: out, model: credit-risk }
policy: { review: { approvals: 1, maxAge: 90 } }
review: { signers: .slipway/allowed_signers, revision: main }
`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-review-'));
  dist = await buildSlipway(folder);
  root = join(folder, 'credit-risk');
  copyExample('credit-risk', root);
  bob = newKey(join(folder, 'keys'), 'bob');
  const config = readFileSync(join(root, 'slipway.yaml'), 'utf8');
  writeFiles(root, {
    'slipway.yaml': config.slice(0, config.indexOf('targets:')) + policy,
    '.slipway/allowed_signers': await signerLine('bob@example.org', bob),
    '.gitignore': '.slipway/results\nout\n',
  });
  git(root, 'init', '-qb', 'main');
  commit(root, 'models');
  git(root, 'switch', '-qc', 'candidate');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function slipway(...args: string[]): Promise<Ended> {
  return await runSlipway(dist, root, args);
}

const sign = ['--as', 'bob@example.org', '--key'] as const;

test('a version is deployed once it is approved, and not after something changed', async () => {
  const model = 'credit-risk@1.1.0';
  const before = await slipway('verify', model);
  expect(before).toMatchObject({ code: 1, stdout: expect.stringMatching(/^Not reviewed\./) as string });

  const refused = await slipway('deploy', model, 'bundle', '--json');
  expect(refused.code).toBe(1);
  expect(JSON.parse(refused.stdout)).toMatchObject({ schema: 'slipway/error@1', code: 'not-approved' });
  const plan = await slipway('deploy', model, 'bundle', '--dry-run', '--json');
  expect(plan.code).toBe(1);
  expect(release.parse(JSON.parse(plan.stdout)).review).toMatchObject({ status: 'none', required: true });

  expect((await slipway('review', model, '--challenge', 'Why 0.5?', '--as', 'bob@example.org')).code).toBe(0);
  const early = await slipway('review', model, '--decision', 'approve', ...sign, bob);
  expect(early).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Challenge 1 has no answer') as string,
  });
  await slipway('review', model, '--answer', 'It is the policy of the bank.', '--as', 'ada@example.org');

  const decided = ['--decision', 'approve', '--scope', 'bundle', '--expires', '30d', ...sign, bob, '--json'];
  const approved = await slipway('review', model, ...decided);
  expect(approved.stderr).toBe('');
  expect(approved.code).toBe(0);
  expect(review.parse(JSON.parse(approved.stdout))).toMatchObject({
    standing: { status: 'approved' },
    records: [
      { facts: [{ holds: true }, { holds: true }, { holds: true }, { holds: true }, { holds: true }] },
    ],
  });
  expect((await slipway('verify', model, '--target', 'bundle')).code).toBe(0);
  expect((await slipway('verify', model, '--target', 'moon')).code).toBe(2);
  expect((await slipway('verify', 'credit-risk@2.0.0')).code).toBe(1);

  const live = await slipway('deploy', model, 'bundle', '--json');
  expect(live.stderr).not.toContain('Error');
  expect(release.parse(JSON.parse(live.stdout))).toMatchObject({
    state: 'live',
    review: { status: 'approved', required: true, records: [expect.any(String)] },
  });

  const config = readFileSync(join(root, 'slipway.yaml'), 'utf8');
  writeFiles(root, { 'slipway.yaml': config.replace('min: 0.65', 'min: 0.6') });
  const changed = await slipway('deploy', model, 'bundle');
  expect(changed).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('The policy has changed') as string,
  });

  // The branch drops the rule: the protected revision still asks for it.
  writeFiles(root, {
    'slipway.yaml': config.replace(/^policy: .*\nreview: .*\n/m, ''),
  });
  expect((await slipway('deploy', 'credit-risk@1.0.0', 'bundle', '--revision', 'main')).code).toBe(1);
  writeFiles(root, { 'slipway.yaml': config });

  const reason = ['--override', 'a drill', '--override-expires', '2d', '--json'];
  const overridden = await slipway('deploy', 'credit-risk@1.0.0', 'bundle', ...reason);
  const document = release.parse(JSON.parse(overridden.stdout));
  expect(document).toMatchObject({
    state: 'live',
    review: { status: 'none' },
    override: { reason: 'a drill' },
  });
  expect(Date.parse(document.override!.expires!)).toBeGreaterThan(Date.now());
}, 240_000);

/** Runs the commands of an example as its CI would: in bash, each in turn, with `slipway` on the path. */
async function inCi(
  cwd: string,
  commands: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  const bin = join(folder, 'bin');
  const program = join(bin, 'slipway');
  writeFiles(bin, { slipway: `#!/bin/sh\nexec "${process.execPath}" "${join(dist, 'cli.js')}" "$@"\n` });
  chmodSync(program, 0o755);
  return await new Promise(done => {
    execFile(
      'bash',
      ['-eo', 'pipefail', '-c', commands.join('\n')],
      {
        cwd,
        env: {
          ...process.env,
          ...env,
          PATH: `${bin}${delimiter}${process.env['PATH']!}`,
          MODEL: 'credit-risk@1.1.0',
        },
        maxBuffer: 1 << 26,
      },
      (error, stdout, stderr) =>
        done({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

describe('the examples for CI gate a pull request', () => {
  const docs = resolve(import.meta.dirname, '../../docs/ci');
  interface Step {
    readonly name?: string;
    readonly run?: string;
  }

  test('GitHub Actions and GitLab: refused without the review, let through with it, reports written', async () => {
    const clone = join(folder, 'clone');
    git(folder, 'clone', '-q', '--no-hardlinks', root, clone);
    git(clone, 'checkout', '-q', '-b', 'change', 'origin/main');
    git(clone, 'config', 'user.email', 'ada@example.org');

    const actions = parse(readFileSync(join(docs, 'github-actions.yml'), 'utf8')) as {
      readonly jobs: { readonly gate: { readonly steps: readonly Step[] } };
    };
    const steps = actions.jobs.gate.steps.filter(({ run, name }) => run !== undefined && name !== 'Install');
    const gate = steps.filter(({ name }) => name !== 'Report').map(({ run }) => run!);
    const report = steps.find(({ name }) => name === 'Report')!.run!;
    const env = { GITHUB_BASE_REF: 'main', GITHUB_STEP_SUMMARY: join(folder, 'summary.md') };
    const refused = await inCi(clone, gate, env);
    expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining('Not reviewed.') as string });

    const approve = ['--decision', 'approve', '--revision', 'origin/main', ...sign, bob];
    expect((await runSlipway(dist, clone, ['review', 'credit-risk@1.1.0', ...approve])).code).toBe(0);
    expect((await inCi(clone, gate, env)).code).toBe(0);
    expect(await inCi(clone, [report], env)).toMatchObject({ code: 0 });
    expect(readdirSync(join(clone, 'slipway-report')).sort()).toEqual(
      ['bom', 'card', 'html', 'junit', 'md', 'sarif'].map(format => `report.${format}`),
    );
    expect(readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8')).toContain('**Review.** Approved by bob');

    const gitlab = (
      parse(readFileSync(join(docs, 'gitlab-ci.yml'), 'utf8')) as Readonly<
        Record<'release-gate', { readonly script: string[]; readonly after_script: string[] }>
      >
    )['release-gate'];
    const target = { CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main' };
    expect((await inCi(clone, gitlab.script, target)).code).toBe(0);
    expect((await inCi(clone, gitlab.after_script, target)).code).toBe(0);
    expect(readdirSync(join(clone, 'slipway-report'))).toContain('junit.xml');
  }, 300_000);
});
