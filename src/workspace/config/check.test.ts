import { expect, test } from 'vitest';
import { targetKinds } from '../../deploy/targets/schemas.ts';
import { checkConfig, readConfig } from './check.ts';

const everything = { exists: () => true };

/** "line:column-endColumn message", as an editor shows it. */
function issues(text: string, exists: (path: string) => boolean = () => true): string[] {
  return checkConfig(text, { exists }).map(
    issue => `${issue.line + 1}:${issue.column + 1}-${issue.endColumn + 1} ${issue.message}`,
  );
}

const good = `version: 1
models:
  credit-risk:
    path: models/credit-risk-*.onnx
    task: binary
    label: default
    positive: bad
    threshold: 0.5
    data: { holdout: data/holdout.csv, reference: data/reference.csv, background: data/reference.csv }
    policy:
      metrics: { roc_auc: { min: 0.7 }, brier_score: { max: 0.25 } }
      checks: { latency-p99: { max: 50, severity: warn } }
      margins: { roc_auc: 0.01 }
      groups: [purpose]
targets:
  staging: { kind: local, port: 8701, model: credit-risk }
  bundle: { kind: folder, path: out/credit-risk, model: credit-risk }
`;

test('a good file has no issues', () => {
  expect(issues(good)).toEqual([]);
});

test('an unknown key is marked where it stands, with the key that was meant', () => {
  expect(issues('version: 1\nmodels:\n  a:\n    path: a.onnx\n    tsk: binary\n')).toEqual([
    '5:5-8 `models.a` has no key `tsk`. Did you mean `task`?',
  ]);
});

test('saved predictions stand in place of a file, and say what they need', () => {
  const model = (rest: string): string => `version: 1\nmodels:\n  a:\n${rest}`;
  const whole = "    predictions: { scores: [p] }\n    label: y\n    data: { holdout: 'there.csv' }\n";
  expect(issues(model(whole))).toEqual([]);
  expect(issues(model('    predictions: { scores: [] }\n')).join('\n')).toMatch(
    /need a `column`[^]*name it as `data: \{ holdout[^]*against the `label`/,
  );
  expect(issues(model(`    path: there.onnx\n${whole}`))[0]).toMatch(/leave one of them out/);
  expect(issues(model(`    versions: git\n${whole}`))[0]).toMatch(/follows a model file/);
});

test('wrong types and words say what belongs there', () => {
  const found = issues('version: 1\nmodels:\n  a:\n    path: 3\n  b:\n    path: b.onnx\n    task: binery\n');
  expect(found[0]).toMatch(/^4:11-12 `path` must be text, not `3`\. The \.onnx file/);
  expect(found[1]).toBe(
    '7:11-17 `task` must be one of `binary`, `multiclass`, `regression`, not `binery`. Did you mean `binary`?',
  );
  expect(issues('version: 2\nmodels: {}\n')[0]).toMatch(/must be `1`, not `2`\.$/);
});

test('a missing key is marked at what should hold it', () => {
  expect(issues('version: 1\nmodels:\n  a:\n    task: binary\n')[0]).toMatch(/^3:3-4 `path` is missing/);
  expect(issues('models: {}\n')[0]).toMatch(/^1:1-7 `version` is missing/);
});

test('a mistake hides only what it is in', () => {
  const text = good.replace('threshold: 0.5', 'threshold: 5').replace('port: 8701', 'port: many');
  const { settings, issues: found } = readConfig(text, everything);
  expect(found.map(issue => issue.line + 1)).toEqual([8, 16]);
  expect(settings.models?.['credit-risk']).toMatchObject({ label: 'default', positive: 'bad' });
  expect(Object.keys(settings.targets ?? {})).toEqual(['bundle']);
});

test('missing files, per role', () => {
  const found = issues(good, path => !path.startsWith('data/h') && !path.includes('*'));
  expect(found).toEqual([
    '4:11-36 No file matches `models/credit-risk-*.onnx`.',
    '9:22-38 There is no file `data/holdout.csv`.',
  ]);
});

test('a metric nobody knows is marked at its name', () => {
  const [found] = issues(good.replace('roc_auc: { min', 'roc_acu: { min'));
  expect(found).toMatch(/^11:18-25 .*roc_acu.*roc_auc/);
});

test('targets: unknown kind, unknown model, one port twice', () => {
  const text = good.replace(
    /bundle: .*/,
    'bundle: { kind: local, port: 8701, model: credit }\n  c: { kind: ftp }',
  );
  expect(issues(text.replace('models/credit', 'models/x'))).toEqual([
    '17:32-36 Port 8701 is taken by the target `staging` already.',
    '17:45-51 There is no model `credit` under `models`.',
    `18:14-17 There is no kind of target \`ftp\`: it is one of ${targetKinds.map(kind => `\`${kind}\``).join(', ')}.`,
  ]);
});

test('`versions: git` follows one file', () => {
  expect(issues('version: 1\nmodels:\n  a: { path: "*.onnx", versions: git }\n')).toEqual([
    '3:14-22 `versions: git` follows one file; a pattern of files has no one history.',
  ]);
});

test('names that a terminal would trip over are refused', () => {
  expect(issues('version: 1\nmodels:\n  a@b: { path: a.onnx }\n')[0]).toMatch(/^3:3-6 The name `a@b`/);
});

test.each([
  ['models: [', /^1:\d+/],
  ['a: 1\na: 2', /^2:1-2 Map keys must be unique/m],
  ['', /has no settings/],
  ['- 1\n- 2\n', /has no settings/],
  ['just words', /has no settings/],
  ['version: 1\nmodels:\n\ta: 1', /[Tt]ab/],
])('malformed: %j', (text, expected) => {
  expect(issues(text).join('\n')).toMatch(expected);
});

test('constraints of counterfactuals: bounds upside down, bounds of what never changes', () => {
  const text =
    'version: 1\nmodels:\n  a:\n    path: a.onnx\n    explain:\n      frozen: [sex]\n' +
    '      bounds: { age: { min: 60, max: 18 } }\n      monotonic: { sex: increasing, age: up }\n';
  expect(issues(text)).toEqual([
    '7:17-20 No value of `age` lies between 60 and 18: `min` is above `max`.',
    '8:20-23 `sex` is frozen, so it never changes and this says nothing.',
    expect.stringMatching(/^8:42-44 .*`increasing`/),
  ]);
});

test('reviews without signers, unknown roles and a revision that is no protection, at their places', () => {
  const models = 'version: 1\nmodels: { m: { path: a.onnx } }\n';
  expect(issues(`${models}policy: { review: { approvals: 2 } }\n`)[0]).toMatch(
    /^3:11-17 Approvals are checked against the allowed signers/,
  );
  expect(issues(`${models}policy: { review: { unsigned: true } }\n`)).toEqual([]);
  const review = 'review: { signers: s, revision: HEAD~0, roles: { risk: [a], none: [] } }\n';
  expect(issues(`${models}policy: { review: { roles: [rsk, none] } }\n${review}`)).toEqual([
    '3:29-32 `review.roles` has no role `rsk`. Did you mean `risk`?',
    '3:34-38 Nobody has the role `none`: its list under `review.roles` is empty.',
    '4:33-39 `HEAD~0` is the branch under review itself, where anyone could add their key. Name a protected one, such as `origin/main`.',
  ]);
});

test('intervals that contradict each other or the task', () => {
  const model = (task: string, intervals: string): string =>
    `version: 1\nmodels:\n  m:\n    path: a.onnx\n    task: ${task}\n    policy:\n      intervals: ${intervals}\n`;
  expect(issues(model('binary', '{ stratified: true, cluster: customer }'))).toEqual([
    '7:20-30 Intervals are stratified or by clusters, not both. Keep one.',
  ]);
  expect(issues(model('regression', '{ stratified: true }'))[0]).toMatch(
    /^7:20-30 Rows are stratified by class/,
  );
  expect(issues(model('binary', '{ method: bcaa }'))[0]).toMatch(/`bca`/);
});

test('the older word for `explain.monotonic` is read, with a sentence', () => {
  const text =
    'version: 1\nmodels:\n  a:\n    path: a.onnx\n    explain:\n      monotone: { age: increase }\n';
  expect(issues(text)).toEqual([expect.stringMatching(/^6:7-15 `monotone` is called `monotonic` now/)]);
});

test('a model is at a path or in a registry', () => {
  const both =
    'version: 1\nmodels:\n  a: { path: models/a.onnx, mlflow: { url: "http://localhost:5000", name: a } }\n  b: { task: binary }\n';
  expect(issues(both)).toEqual([
    '3:29-35 The versions of a model are at its `path` or in the registry of `mlflow`: leave one of them out.',
    expect.stringMatching(/^4:3-4 `path` is missing\..*`mlflow`/),
  ]);
  expect(issues('version: 1\nmodels:\n  a: { mlflow: { url: "http://localhost:5000", name: a } }\n')).toEqual(
    [],
  );
});

test('a target whose protection is malformed is left out, never taken without it', () => {
  for (const wrong of ['token: staging-token', 'tls: { cert: a.pem }', 'tls: { cert: a, key: b, x: c }']) {
    const text = `version: 1\ntargets:\n  open: { kind: local, port: 1233 }\n  closed: { kind: local, port: 1234, ${wrong} }\n`;
    const { settings, issues: found } = readConfig(text, everything);
    expect(Object.keys(settings.targets ?? {})).toEqual(['open']);
    expect(found.length).toBeGreaterThan(0);
  }
});

test('a slice is marked where it reads a column that the holdout has not, names no metric or allows nothing', () => {
  const text = `version: 1
models:
  credit-risk:
    path: m.onnx
    task: binary
    data: { holdout: h.csv }
    policy:
      slices:
        young: { where: age < 30 and purpos = 'car' }
        old: { where: Age > 60, metric: acuracy }
        none: { where: age > 60, min: 0.9, max: 0.1 }
`;
  const columns = (): readonly string[] => ['age', 'purpose'];
  expect(
    checkConfig(text, { ...everything, columns }).map(({ line, message }) => `${line + 1} ${message}`),
  ).toEqual([
    '9 `h.csv` has no column `purpos`. Did you mean `purpose`?',
    '10 There is no metric `acuracy`. Did you mean `accuracy`?',
    '11 No value is at least 0.9 and at most 0.1.',
  ]);
  expect(checkConfig(text, { ...everything, columns: () => null })).toHaveLength(2);
});
