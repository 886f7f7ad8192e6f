import { execFileSync } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isApproved } from '../core/review/standing.ts';
import type { Review, ReviewFact } from '../protocol/results/review.ts';
import type { CheckResult } from '../protocol/results/validation.ts';
import { commit, git, temporaryFolder, writeFiles } from '../workspace/testing.ts';
import { canonical, sha256 } from './canonical.ts';
import { sign } from './sshKeygen.ts';
import { copyModel, makeScene, newKey, signerLine, type Scene, type SceneOptions } from './testing.ts';

async function scene(options: SceneOptions = {}): Promise<Scene> {
  return await makeScene(join(temporaryFolder(), 'w'), temporaryFolder(), options);
}

/** The facts of the newest record that do not hold; one that does not is enough to refuse. */
function broken(review: Review): Pick<ReviewFact, 'fact' | 'code'>[] {
  const found = review.records[0]!.facts.filter(({ holds }) => !holds);
  expect(isApproved(review.standing.status)).toBe(found.length === 0);
  return found.map(({ fact, code }) => ({ fact, code }));
}

function files({ root }: Scene, end: string): string[] {
  const folder = join(root, '.slipway/reviews/m');
  return readdirSync(folder)
    .filter(name => name.endsWith(end))
    .sort()
    .map(name => join(folder, name));
}

describe('an approval', () => {
  it('is a canonical in-toto statement, signed, with five facts that hold', async () => {
    const at = await scene();
    const review = await at.decide({ expires: '2999-01-01T00:00:00.000Z', scope: ['staging'] });
    expect(review.standing).toMatchObject({
      status: 'approved',
      sentence: 'Approved by bob@example.org until 2999-01-01.',
    });
    expect(review.records[0]!.facts.map(({ fact, holds, code }) => [fact, holds, code])).toEqual([
      ['signature', true, 'valid'],
      ['signer', true, 'authorised'],
      ['artefacts', true, 'unchanged'],
      ['policy', true, 'unchanged'],
      ['validity', true, 'in-force'],
    ]);
    const [file] = files(at, '.json');
    const text = readFileSync(file!, 'utf8');
    expect(canonical(JSON.parse(text))).toBe(text);
    expect(JSON.parse(text)).toMatchObject({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'models/m-1.onnx', digest: { sha256: (await at.model()).ref.digest } }],
      predicateType: 'urn:slipway:review:1',
      predicate: {
        reviewer: { principal: 'bob@example.org' },
        author: { email: 'ada@example.org' },
        previous: null,
        report: { digest: sha256(readFileSync(file!.replace(/json$/, 'html'))) },
      },
    });
    // What `ssh-keygen` itself says, without us.
    const args = ['-Y', 'verify', '-f', join(at.root, '.slipway/allowed_signers'), '-I', 'bob@example.org'];
    const rest = ['-n', 'slipway-review', '-s', file!.replace(/json$/, 'sig')];
    expect(execFileSync('ssh-keygen', [...args, ...rest], { input: text, encoding: 'utf8' })).toContain(
      'Good',
    );
  });

  it('counts for its scope only', async () => {
    const at = await scene();
    await at.decide({ scope: ['staging'] });
    const model = await at.model();
    expect((await at.reviews.state(model, { target: 'staging' })).standing.status).toBe('approved');
    const live = await at.reviews.state(model, { target: 'live' });
    expect(live.standing).toMatchObject({
      status: 'pending',
      missing: ['1 more approval is needed for live.'],
    });
  });

  it('follows the record before it', async () => {
    const at = await scene();
    const first = await at.decide();
    const second = await at.decide({ principal: 'eve@example.org', key: at.keys.eve });
    expect(second.records[0]!.statement.predicate.previous).toBe(first.records[0]!.digest);
    expect(second.problems).toEqual([]);
    expect(second.standing.approvals.map(({ by }) => by)).toEqual(['eve@example.org', 'bob@example.org']);
  });

  it('has its conditions in its words', async () => {
    const at = await scene();
    const review = await at.decide({ decision: 'approve-with-conditions', conditions: ['watch drift'] });
    expect(review.standing).toMatchObject({
      status: 'conditional',
      sentence: 'Approved with conditions by bob@example.org: watch drift',
    });
  });

  it('signs with the key of an agent when it is given the public half', async () => {
    const at = await scene();
    const socket = join(temporaryFolder(), 'agent');
    const agent = execFileSync('ssh-agent', ['-a', socket], { encoding: 'utf8' });
    const pid = /SSH_AGENT_PID=(\d+)/.exec(agent)![1]!;
    const before = process.env['SSH_AUTH_SOCK'];
    process.env['SSH_AUTH_SOCK'] = socket;
    try {
      execFileSync('ssh-add', ['-q', at.keys.bob], { stdio: 'ignore' });
      rmSync(at.keys.bob);
      expect((await at.decide({ key: `${at.keys.bob}.pub` })).standing.status).toBe('approved');
    } finally {
      if (before === undefined) delete process.env['SSH_AUTH_SOCK'];
      else process.env['SSH_AUTH_SOCK'] = before;
      process.kill(Number(pid));
    }
  });
});

describe('the rule', () => {
  it('wants as many approvals as it says, of each role', async () => {
    const at = await scene({ policy: '{ approvals: 2, roles: [risk] }' });
    const one = await at.decide();
    expect(one.standing).toMatchObject({
      status: 'pending',
      missing: ['1 more approval is needed.', 'Nobody with the role risk has approved.'],
    });
    const two = await at.decide({ principal: 'eve@example.org', key: at.keys.eve });
    expect(two.standing.status).toBe('approved');
  });

  it('does not count one reviewer twice', async () => {
    const at = await scene({ policy: '{ approvals: 2 }' });
    await at.decide();
    expect((await at.decide()).standing).toMatchObject({ status: 'pending', approvals: [{}] });
  });

  it('lets nobody approve what they committed', async () => {
    const at = await scene();
    const ada = newKey(temporaryFolder(), 'ada');
    appendFileSync(join(at.root, '.slipway/allowed_signers'), await signerLine('ada@example.org', ada));
    commit(at.root, 'ada may sign');
    git(at.root, 'branch', '-f', 'main', 'HEAD');
    await expect(at.decide({ principal: 'ada@example.org', key: ada })).rejects.toMatchObject({
      code: 'own-version',
    });
    writeFiles(at.root, {
      'slipway.yaml': readFileSync(join(at.root, 'slipway.yaml'), 'utf8').replace(
        'approvals: 1',
        'approvals: 1, independent: false',
      ),
    });
    await at.reload();
    // The rule of the protected revision holds, whatever this branch says.
    await expect(at.decide({ principal: 'ada@example.org', key: ada })).rejects.toMatchObject({
      code: 'own-version',
    });
  });

  it('lets an approval grow only so old', async () => {
    let now = new Date('2026-01-01T00:00:00Z');
    const at = await scene({ policy: '{ approvals: 1, maxAge: 30 }', now: () => now });
    expect((await at.decide()).standing.sentence).toBe('Approved by bob@example.org until 2026-01-31.');
    now = new Date('2026-02-15T00:00:00Z');
    const review = await at.reviews.state(await at.model());
    expect(broken(review)).toEqual([{ fact: 'validity', code: 'too-old' }]);
    expect(review.standing.status).toBe('expired');
  });

  it('takes unsigned reviews only when it says so', async () => {
    const at = await scene();
    await expect(at.decide({ key: null })).rejects.toMatchObject({ code: 'needs-key' });
    const lax = await scene({ policy: '{ unsigned: true }' });
    expect((await lax.decide({ key: null })).standing.status).toBe('approved');
  });

  it('is held back by a rejection until the same reviewer decides otherwise', async () => {
    const at = await scene();
    await at.decide({ principal: 'eve@example.org', key: at.keys.eve });
    await expect(at.decide({ decision: 'reject' })).rejects.toMatchObject({ code: 'no-comment' });
    const rejected = await at.decide({ decision: 'reject', comment: 'Too few rows.' });
    expect(rejected.standing).toMatchObject({
      status: 'rejected',
      sentence: 'Rejected by bob@example.org: Too few rows.',
    });
    expect((await at.decide()).standing.status).toBe('approved');
  });
});

const failing: CheckResult = {
  id: 'r2',
  title: 'R2',
  group: 'performance',
  needs: ['labels'],
  status: 'fail',
  severity: 'fail',
  value: 0.1,
  unit: null,
  interval: null,
  threshold: { op: '>=', value: 0.5, source: 'policy' },
  finding: 'R2 is 0.1.',
  advice: null,
  evidence: null,
  measured: false,
};

describe('a decision', () => {
  const fails = {
    spoil: validation => ({
      ...validation,
      verdict: { ...validation.verdict, status: 'fail', sentence: 'Fails: R2.', failed: ['r2'] },
      checks: [failing],
    }),
  } satisfies SceneOptions;

  it('needs each failure opened', async () => {
    const at = await scene(fails);
    await expect(at.decide({ opened: [] })).rejects.toMatchObject({ code: 'unopened' });
  });

  it('needs an override with reason and expiry of each rule that fails, and records it', async () => {
    const at = await scene(fails);
    await expect(at.decide()).rejects.toMatchObject({ code: 'needs-override' });
    const override = { rule: 'r2', reason: 'a pilot', expires: '2999-01-01T00:00:00.000Z' };
    await expect(at.decide({ overrides: [{ ...override, reason: ' ' }] })).rejects.toMatchObject({
      code: 'no-reason',
    });
    await expect(
      at.decide({ overrides: [{ ...override, expires: '2020-01-01T00:00:00.000Z' }] }),
    ).rejects.toMatchObject({ code: 'expired' });
    const review = await at.decide({ overrides: [override] });
    expect(review.standing.status).toBe('approved');
    expect(review.records[0]!.statement.predicate.overrides).toEqual([override]);
  });

  it('waits for answers to challenges, and binds the thread', async () => {
    const at = await scene();
    const model = await at.model();
    await at.reviews.challenge(model, 'bob@example.org', 'Why so few rows?');
    await expect(at.decide()).rejects.toMatchObject({ code: 'open-challenges' });
    await at.reviews.answer(model, 'ada@example.org', 'It is a pilot.', null);
    await expect(at.reviews.answer(model, 'ada@example.org', 'x', 7)).rejects.toMatchObject({
      code: 'no-challenge',
    });
    const review = await at.decide();
    expect(review.records[0]!.statement.predicate.thread).toMatchObject([
      { kind: 'challenge', by: 'bob@example.org', text: 'Why so few rows?' },
      { kind: 'answer', by: 'ada@example.org', to: 1 },
    ]);
  });

  it('names targets that there are, and times to come', async () => {
    const at = await scene();
    await expect(at.decide({ scope: ['moon'] })).rejects.toMatchObject({ code: 'unknown-target' });
    await expect(at.decide({ expires: '2020-01-01T00:00:00.000Z' })).rejects.toMatchObject({
      code: 'expired',
    });
  });

  it('leaves nothing behind when its signature would not count', async () => {
    const at = await scene();
    await expect(at.decide({ key: at.keys.mallory })).rejects.toMatchObject({ code: 'unknown-key' });
    await expect(at.decide({ principal: 'eve@example.org' })).rejects.toMatchObject({
      code: 'other-principal',
    });
    await expect(at.decide({ key: join(at.root, 'none') })).rejects.toMatchObject({ code: 'no-key' });
    expect(readdirSync(join(at.root, '.slipway'))).not.toContain('reviews');
  });

  it('says that a locked key needs the agent', async () => {
    const at = await scene();
    const key = join(temporaryFolder(), 'locked');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'secret', '-f', key]);
    await expect(at.decide({ key })).rejects.toMatchObject({
      code: 'cannot-sign',
      message: expect.stringContaining('ssh-add') as string,
    });
  });
});

describe('bad input, each told apart', () => {
  it('a tampered record', async () => {
    const at = await scene();
    await at.decide();
    const [file] = files(at, '.json');
    writeFileSync(file!, readFileSync(file!, 'utf8').replace('"conditions":[]', '"conditions":["x"]'));
    const review = await at.reviews.state(await at.model());
    expect(broken(review)).toMatchObject([{ fact: 'signature', code: 'tampered' }, { fact: 'signer' }]);
    expect(review.standing.status).toBe('tampered');
  });

  it('a tampered record under a name that fits it', async () => {
    const at = await scene();
    await at.decide();
    const [file] = files(at, '.json');
    const text = canonical({
      ...(JSON.parse(readFileSync(file!, 'utf8')) as object),
      subject: [{ name: 'models/m-1.onnx', digest: { sha256: '0'.repeat(64) } }],
    });
    const made = join(at.root, `.slipway/reviews/m/0001-${sha256(text).slice(0, 12)}`);
    writeFileSync(`${made}.json`, text);
    writeFileSync(`${made}.sig`, readFileSync(file!.replace(/json$/, 'sig')));
    rmSync(file!);
    const review = await at.reviews.state(await at.model());
    expect(broken(review)[0]).toEqual({ fact: 'signature', code: 'tampered' });
    expect(review.standing.status).toBe('tampered');
  });

  it('a swapped model', async () => {
    const at = await scene();
    await at.decide();
    copyModel(at.root, 'float64.onnx', 'models/m-1.onnx');
    await at.reload();
    const review = await at.reviews.state(await at.model());
    expect(broken(review)).toEqual([{ fact: 'artefacts', code: 'model-swapped' }]);
    expect(review.standing).toMatchObject({ status: 'changed' });
    expect(review.standing.sentence).toContain('`models/m-1.onnx` is another file');
  });

  it('swapped external data', async () => {
    const at = await scene();
    copyModel(at.root, 'external.onnx', 'models/m-2.onnx');
    copyModel(at.root, 'external.weights', 'models/external.weights');
    commit(at.root, 'external data');
    await at.reload();
    const approved = await at.decide({}, '2');
    expect(approved.records[0]!.statement.subject.map(({ name }) => name)).toEqual([
      'models/m-2.onnx',
      'models/external.weights',
    ]);
    const weights = readFileSync(join(at.root, 'models/external.weights'));
    weights[0]! ^= 1;
    writeFileSync(join(at.root, 'models/external.weights'), weights);
    const review = await at.reviews.state(await at.model('2'));
    expect(review.standing.sentence).toContain('`models/external.weights` is another file');
  });

  it('a moved tag', async () => {
    const at = await scene({ versions: 'git' });
    await at.decide({}, 'v1');
    copyModel(at.root, 'float64.onnx', 'models/m.onnx');
    commit(at.root, 'another model');
    git(at.root, 'tag', '-f', 'v1');
    await at.reload();
    const review = await at.reviews.state(await at.model('v1'));
    expect(broken(review)).toEqual([{ fact: 'artefacts', code: 'tag-moved' }]);
    expect(review.standing.sentence).toContain('The tag `v1` has moved');
  });

  it('the right key with the wrong namespace', async () => {
    const at = await scene();
    await at.decide();
    const [file] = files(at, '.json');
    const signature = await sign(readFileSync(file!, 'utf8'), at.keys.bob, 'git');
    writeFileSync(file!.replace(/json$/, 'sig'), signature);
    const review = await at.reviews.state(await at.model());
    expect(broken(review)[0]).toEqual({ fact: 'signature', code: 'wrong-namespace' });
    expect(review.records[0]!.facts[0]!.sentence).toContain('made for `git`');
  });

  it('an unknown key', async () => {
    const at = await scene();
    await at.decide();
    const [file] = files(at, '.json');
    const signature = await sign(readFileSync(file!, 'utf8'), at.keys.mallory);
    writeFileSync(file!.replace(/json$/, 'sig'), signature);
    expect(broken(await at.reviews.state(await at.model()))).toEqual([
      { fact: 'signer', code: 'unknown-key' },
    ]);
  });

  it('a signers file edited on the branch under review', async () => {
    const at = await scene();
    await at.decide();
    const [file] = files(at, '.json');
    appendFileSync(
      join(at.root, '.slipway/allowed_signers'),
      await signerLine('bob@example.org', at.keys.mallory),
    );
    commit(at.root, 'let me sign');
    const signature = await sign(readFileSync(file!, 'utf8'), at.keys.mallory);
    writeFileSync(file!.replace(/json$/, 'sig'), signature);
    expect(broken(await at.reviews.state(await at.model()))).toEqual([
      { fact: 'signer', code: 'only-on-branch' },
    ]);
  });

  it('an expired approval', async () => {
    let now = new Date('2026-01-01T00:00:00Z');
    const at = await scene({ now: () => now });
    await at.decide({ expires: '2026-02-01T00:00:00.000Z' });
    now = new Date('2026-02-02T00:00:00Z');
    const review = await at.reviews.state(await at.model());
    expect(broken(review)).toEqual([{ fact: 'validity', code: 'expired' }]);
    expect(review.standing).toMatchObject({ status: 'expired' });
  });

  it('an approval from the future', async () => {
    let now = new Date('2027-01-01T00:00:00Z');
    const at = await scene({ now: () => now });
    await at.decide();
    now = new Date('2026-01-01T00:00:00Z');
    expect(broken(await at.reviews.state(await at.model()))).toEqual([
      { fact: 'validity', code: 'in-the-future' },
    ]);
  });

  it('a policy that changed since', async () => {
    const at = await scene();
    await at.decide();
    const config = readFileSync(join(at.root, 'slipway.yaml'), 'utf8');
    writeFiles(at.root, { 'slipway.yaml': config.replace('min: 0.5', 'min: 0.4') });
    await at.reload();
    const review = await at.reviews.state(await at.model());
    expect(broken(review)).toEqual([{ fact: 'policy', code: 'policy-changed' }]);
    expect(review.standing.sentence).toContain('`policy.metrics.r2.min` was 0.5 and is 0.4');
  });

  it('data, a stored result, a report that changed since', async () => {
    const at = await scene();
    await at.decide();
    writeFiles(at.root, { 'data/h.csv': 'x,y\n1,2\n3,5\n' });
    const code = async (): Promise<unknown> => broken(await at.reviews.state(await at.model()))[0]?.code;
    expect(await code()).toBe('data-changed');
    writeFiles(at.root, { 'data/h.csv': 'x,y\n1,2\n3,4\n' });
    expect(await code()).toBeUndefined();
    const [report] = files(at, '.html');
    const html = readFileSync(report!, 'utf8');
    writeFileSync(report!, html.replace('Passes', 'Fails'));
    expect(await code()).toBe('report-changed');
    writeFileSync(report!, html);
    const { digest } = (await at.model()).ref;
    const stored = join(at.root, `.slipway/results/validate/${digest}/${'a'.repeat(64)}.json`);
    writeFileSync(stored, readFileSync(stored, 'utf8').replace('"n":10', '"n":11'));
    expect(await code()).toBe('results-changed');
  });

  it('a record that was taken out of the chain', async () => {
    const at = await scene();
    await at.decide({ decision: 'reject', comment: 'No.', principal: 'eve@example.org', key: at.keys.eve });
    await at.decide();
    for (const end of ['.json', '.sig']) rmSync(files(at, end)[0]!);
    const review = await at.reviews.state(await at.model());
    expect(review.problems).toMatchObject([expect.stringContaining('is missing or was changed') as string]);
    expect(review.standing.status).toBe('tampered');
  });

  it('a record of the protected revision that was removed here', async () => {
    const at = await scene();
    await at.decide({ decision: 'reject', comment: 'No.' });
    commit(at.root, 'rejected');
    git(at.root, 'branch', '-f', 'main', 'HEAD');
    for (const end of ['.json', '.sig']) rmSync(files(at, end)[0]!);
    const review = await at.reviews.state(await at.model());
    expect(review.problems).toMatchObject([expect.stringContaining('was removed here') as string]);
    expect(review.standing.status).toBe('tampered');
  });

  it('no signers, no such revision, no repository', async () => {
    const at = await scene({ review: '{ signers: nowhere, revision: main }' });
    await expect(at.decide()).rejects.toMatchObject({ code: 'no-signers' });
    const missing = await at.reviews.state(await at.model(), { revision: 'origin/main' });
    expect(missing).toMatchObject({ revision: 'origin/main', standing: { status: 'none' } });
    await expect(
      (await scene({ review: '{ signers: .slipway/allowed_signers, revision: origin/main }' })).decide(),
    ).rejects.toThrow('There is no git revision `origin/main` here');
  });
});
