import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { commands, window } from 'vscode';
import type { ListedTarget } from '../../src/editor/catalog.ts';
import { exampleFile, slipway, until } from './support.ts';

/** Answers questions with their first button, and notes everything that was said. */
function answering(answers: Readonly<Record<string, string>> = {}): {
  readonly said: string[];
  readonly end: () => void;
} {
  const said: string[] = [];
  const names = ['showInformationMessage', 'showWarningMessage', 'showErrorMessage'] as const;
  const asked = names.map(name => [name, window[name]] as const);
  for (const name of names)
    Object.assign(window, {
      [name]: (question: string, ...rest: unknown[]) => {
        said.push(question);
        const modal = typeof rest[0] === 'object';
        const buttons = rest.filter(button => typeof button === 'string');
        const chosen = Object.entries(answers).find(([part]) => question.includes(part))?.[1];
        return Promise.resolve(chosen ?? (modal ? buttons[0] : undefined));
      },
    });
  return { said, end: () => Object.assign(window, Object.fromEntries(asked)) };
}

async function staging(): Promise<ListedTarget> {
  const { host } = await slipway();
  host.changed('targets');
  const found = (await host.catalog.targets()).find(({ target }) => target.name === 'staging');
  assert.ok(found !== undefined);
  return found;
}

const deployed = (version: string): object => ({ reference: `credit-risk@${version}`, target: 'staging' });

suite('canary on the local target', () => {
  let asked: ReturnType<typeof answering>;
  let before: string;
  const file = exampleFile('slipway.yaml').fsPath;

  suiteSetup(async () => {
    before = readFileSync(file, 'utf8');
    const quick = 'rollout: { steps: [0.2], interval: 0.02, patience: 0 }';
    writeFileSync(file, before.replace(/port: \d+/, `port: 0, ${quick}`));
    asked = answering();
    await until('the shares to be read', async () =>
      (await staging()).target.settings.rollout === undefined ? null : true,
    );
  });
  suiteTeardown(async () => {
    await commands.executeCommand('slipway.removeFromTarget', { target: 'staging' });
    asked.end();
    writeFileSync(file, before);
    await commands.executeCommand('workbench.action.closeAllEditors');
  });

  test('gets its first share, pauses without requests, and says so', async () => {
    await commands.executeCommand('slipway.deploy', deployed('1.0.0'));
    await commands.executeCommand('slipway.deployCanary', deployed('1.1.0'));
    const { status } = await staging();
    assert.deepEqual(
      status?.live.map(({ version, weight }) => [version, weight]),
      [
        ['1.0.0', 0.8],
        ['1.1.0', 0.2],
      ],
    );
    assert.ok(asked.said.includes('Deploy 1.1.0 to staging at 20 %?'), asked.said.join('\n'));
    await until('the canary to pause', async () =>
      (await staging()).status?.rollout?.state === 'paused' ? true : null,
    );
    await until('the notification', () =>
      Promise.resolve(
        asked.said.some(text => /^The canary 1\.1\.0 on staging is paused at 20 %/.test(text)) ? true : null,
      ),
    );
  });

  test('its page has the figures and what one can do', async () => {
    const { pages } = await slipway();
    const page = pages.open({ page: 'target', target: 'staging' });
    const state = await page.state();
    assert.ok(state.page === 'target');
    assert.equal(state.canary?.rollout.state, 'paused');
    assert.equal(state.live.length, 2);
    assert.ok(state.traffic !== null);
  });

  test('is rolled back while it is paused', async () => {
    await commands.executeCommand('slipway.rollBackCanary', { target: 'staging' });
    assert.deepEqual(
      (await staging()).status?.live.map(({ version }) => version),
      ['1.0.0'],
    );
  });

  test('is promoted by hand', async () => {
    await commands.executeCommand('slipway.deployCanary', deployed('1.1.0'));
    await commands.executeCommand('slipway.pauseCanary', { target: 'staging' });
    // Who leads the canary on may just be writing down what it judged: a change then is told to wait.
    const { host } = await slipway();
    await until('its leader to end', () => Promise.resolve(host.underWay.all().length === 0 ? true : null));
    await commands.executeCommand('slipway.promote', { target: 'staging' });
    const { status, releases } = await staging();
    assert.deepEqual(
      status?.live.map(({ version, weight }) => [version, weight]),
      [['1.1.0', 1]],
      asked.said.slice(-6).join('\n'),
    );
    assert.equal(releases[0]?.action, 'promote');
  });

  test('a canary that a window left is led on by the next', async () => {
    const { host } = await slipway();
    await commands.executeCommand('slipway.rollBack', { target: 'staging', release: 'r-0001' });
    const { deployer, workspace } = await host.services();
    await deployer.deploy('staging', await workspace.resolve('credit-risk@1.1.0'), { canary: true });
    assert.deepEqual(host.underWay.all(), []);
    const leading = host.underWay.during('staging', new Promise(() => undefined));
    void leading;
    await until('the window to remember', () =>
      Promise.resolve(host.underWay.all().some(({ target }) => target === 'staging') ? true : null),
    );
    const { goOn } = await import('../../src/editor/goOn.ts');
    await goOn(host);
    assert.equal((await staging()).status?.rollout?.state, 'paused');
    assert.deepEqual(host.underWay.all(), []);
    await commands.executeCommand('slipway.rollBackCanary', { target: 'staging' });
  });
});

suite('secrets', () => {
  test('are kept by name, resolved for targets, and forgotten', async () => {
    const { host } = await slipway();
    const { showInputBox, showQuickPick } = window;
    Object.assign(window, {
      showInputBox: () => Promise.resolve('a-secret-value'),
      showQuickPick: (names: readonly string[]) => Promise.resolve(names[0]),
    });
    try {
      await commands.executeCommand('slipway.setSecret', { name: 'REGISTRY_TOKEN' });
      assert.deepEqual(host.secrets.names(), ['REGISTRY_TOKEN']);
      assert.equal(await host.secrets.resolve('REGISTRY_TOKEN'), 'a-secret-value');
      await commands.executeCommand('slipway.forgetSecret');
      assert.deepEqual(host.secrets.names(), []);
      await assert.rejects(host.secrets.resolve('REGISTRY_TOKEN'), /Set it with "Slipway: Set Secret"/);
    } finally {
      Object.assign(window, { showInputBox, showQuickPick });
    }
  });
});
