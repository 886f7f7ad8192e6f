import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import {
  CancellationTokenSource,
  commands,
  TestMessage,
  TestRunRequest,
  type TestItem,
  type TestRun,
  type TestRunProfile,
} from 'vscode';
import { exampleFile, slipway, until } from './support.ts';

/** What a run was told, by the path of its tests. */
interface Told {
  readonly states: Map<string, { readonly state: string; readonly message: TestMessage | null }>;
  output: string;
  ended: boolean;
}

const pathOf = (item: TestItem): string =>
  item.parent === undefined ? item.id : `${pathOf(item.parent)}/${item.id}`;

suite('Test Explorer', () => {
  const runs: Told[] = [];
  let invalidated: string[] = [];
  const text = (): string => readFileSync(exampleFile('slipway.yaml').fsPath, 'utf8');

  suiteSetup(async () => {
    const { tests } = await slipway();
    const { controller } = tests;
    const create = controller.createTestRun.bind(controller);
    const invalidate = controller.invalidateTestResults.bind(controller);
    controller.createTestRun = (...args) => {
      const run = create(...args);
      const told: Told = { states: new Map(), output: '', ended: false };
      runs.push(told);
      return listenedTo(run, told);
    };
    controller.invalidateTestResults = items => {
      for (const item of items === undefined ? [] : [items].flat()) invalidated.push(pathOf(item));
      invalidate(items);
    };
    await tests.refresh();
  });
  teardown(async () => {
    await commands.executeCommand('workbench.action.closeAllEditors');
  });

  async function versionItem(version: string): Promise<TestItem> {
    const { tests } = await slipway();
    return await until(
      `the suite of ${version}`,
      () => tests.controller.items.get(`credit-risk@${version}`) ?? null,
    );
  }

  async function run(include: readonly TestItem[], more: Partial<TestRunRequest> = {}): Promise<Told> {
    const { tests } = await slipway();
    const request = Object.assign(new TestRunRequest(include), more);
    const before = runs.length;
    await tests.run(request, new CancellationTokenSource().token);
    return runs[before]!;
  }

  test('has a suite for each version, its checks by group before anything was run', async () => {
    const { tests } = await slipway();
    const item = await versionItem('1.1.0');
    assert.equal(item.label, 'credit-risk 1.1.0');
    await tests.controller.resolveHandler?.(item);
    const auc = item.children.get('performance')?.children.get('roc_auc');
    assert.equal(auc?.label, 'ROC AUC');
    assert.match(auc.uri?.fsPath ?? '', /slipway\.yaml$/);
    assert.match(text().split('\n')[auc.range?.start.line ?? -1] ?? '', /roc_auc: \{ min/);
    assert.ok(item.children.get('integrity')?.children.get('parses') ?? item.children.get('integrity'));
  });

  test('runs a version: each check has its end, with its value beside it', async () => {
    const told = await run([await versionItem('1.1.0')]);
    assert.equal(told.ended, true);
    assert.match(told.output, /credit-risk 1\.1\.0: Passes/);
    const auc = 'credit-risk@1.1.0/performance/roc_auc';
    assert.equal(told.states.get(auc)?.state, 'passed');
    const item = (await versionItem('1.1.0')).children.get('performance')?.children.get('roc_auc');
    assert.match(item?.description ?? '', /^0\.\d+ \(0\.\d+ to 0\.\d+\), passes$/);
    assert.ok([...told.states.values()].some(({ state }) => state === 'skipped'));
  });

  test('a failing rule shows what was expected and what came, at its line; the failed is run again', async () => {
    const before = text();
    try {
      invalidated = [];
      writeFileSync(
        exampleFile('slipway.yaml').fsPath,
        before.replace('roc_auc: { min: 0.65 }', 'roc_auc: { min: 0.95 }'),
      );
      await until('the result to be outdated', () =>
        invalidated.includes('credit-risk@1.1.0') ? true : null,
      );
      const item = await versionItem('1.1.0');
      const told = await run([item]);
      const failed = told.states.get('credit-risk@1.1.0/performance/roc_auc');
      assert.equal(failed?.state, 'failed');
      assert.equal(failed.message?.expectedOutput, 'at least 0.95');
      assert.match(failed.message.actualOutput ?? '', /^0\.\d+ \(0\.\d+ to 0\.\d+\)$/);
      assert.match(failed.message.location?.uri.fsPath ?? '', /slipway\.yaml$/);
      const check = item.children.get('performance')?.children.get('roc_auc');
      assert.ok(check !== undefined);
      const again = await run([check]);
      assert.equal(again.states.get('credit-risk@1.1.0/performance/roc_auc')?.state, 'failed');
    } finally {
      writeFileSync(exampleFile('slipway.yaml').fsPath, before);
      await until('the old policy', async () => {
        const { host } = await slipway();
        const [entry] = await host.catalog.models();
        return entry?.policy.metrics['roc_auc']?.min === 0.65 ? true : null;
      });
    }
  });

  test('a continuous run validates again when a data file is saved, and stops when it is told', async () => {
    const { tests } = await slipway();
    const item = await versionItem('1.0.0');
    await run([item]);
    const data = exampleFile('data', 'holdout.csv').fsPath;
    const before = readFileSync(data, 'utf8');
    const source = new CancellationTokenSource();
    const request = Object.assign(new TestRunRequest([item]), { continuous: true });
    await tests.run(request, source.token);
    const already = runs.length;
    try {
      invalidated = [];
      appendFileSync(data, `${before.trimEnd().split('\n').at(-1)!}\n`);
      await until('a run by itself', () => (runs[already]?.ended === true ? true : null));
      assert.ok(invalidated.includes('credit-risk@1.0.0'));
      assert.deepEqual(
        [...new Set([...runs[already]!.states.keys()].map(key => key.split('/')[0]))],
        ['credit-risk@1.0.0'],
      );
    } finally {
      source.cancel();
      writeFileSync(data, before);
    }
    await until('the data to be as it was', async () => {
      const { host } = await slipway();
      const { versions } = await host.catalog.versions((await host.catalog.models())[0]!, 10);
      return versions.find(({ row }) => row.version === '1.0.0')?.row.verdict === 'stale' ? null : true;
    });
  });

  test('is a profile that the editor can run and keep running', async () => {
    const { tests } = await slipway();
    const profile = tests.profile satisfies TestRunProfile;
    assert.deepEqual(
      [profile.label, profile.isDefault, profile.supportsContinuousRun],
      ['Validate', true, true],
    );
  });
});

function listenedTo(run: TestRun, told: Told): TestRun {
  const say =
    (state: string) =>
    (item: TestItem, message?: TestMessage | readonly TestMessage[]): void => {
      told.states.set(pathOf(item), { state, message: message instanceof TestMessage ? message : null });
    };
  return new Proxy(run, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        if (name === 'passed' || name === 'failed' || name === 'errored' || name === 'skipped')
          say(name)(args[0] as TestItem, args[1] as TestMessage);
        if (name === 'appendOutput') told.output += String(args[0]);
        if (name === 'end') told.ended = true;
        return (value as (...all: unknown[]) => unknown).apply(target, args);
      };
    },
  });
}
