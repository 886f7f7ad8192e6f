import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { commands, window } from 'vscode';
import type { ListedTarget } from '../../src/editor/catalog.ts';
import { exampleFile, slipway, until } from './support.ts';

/** Answers the next modal question with its first button; gives the question. */
function answerNext(): Promise<{ readonly question: string; readonly detail: string }> {
  return new Promise(resolve => {
    const asked = window.showInformationMessage;
    Object.assign(window, {
      showInformationMessage: (question: string, options: { detail: string }, button: string) => {
        Object.assign(window, { showInformationMessage: asked });
        resolve({ question, detail: options.detail });
        return Promise.resolve(button);
      },
    });
  });
}

async function staging(): Promise<ListedTarget> {
  const { host } = await slipway();
  const found = (await host.catalog.targets()).find(({ target }) => target.name === 'staging');
  assert.ok(found !== undefined);
  return found;
}

suite('deployment to the local target', () => {
  suiteSetup(async () => {
    const file = exampleFile('slipway.yaml').fsPath;
    // Any free port: another window may hold the example's.
    writeFileSync(file, readFileSync(file, 'utf8').replace(/port: \d+/, 'port: 0'));
    await until('the port to be read', async () =>
      (await staging()).target.settings.port === 0 ? true : null,
    );
  });
  suiteTeardown(async () => {
    await commands.executeCommand('workbench.action.closeAllEditors');
  });

  test('shows the plan, asks, deploys, and the endpoint answers', async () => {
    const asked = answerNext();
    const deploying = commands.executeCommand('slipway.deploy', {
      reference: 'credit-risk@1.0.0',
      target: 'staging',
    });
    const { question, detail } = await asked;
    assert.equal(question, 'Deploy 1.0.0 to staging?');
    assert.match(detail, /1\. .+\n2\. /);
    assert.deepEqual((await staging()).releases, []);
    await deploying;
    const { status, releases } = await staging();
    assert.equal(releases[0]?.state, 'live', JSON.stringify(releases[0]?.plan));
    assert.ok(status?.endpoint != null && status.healthy);
    const ready = await fetch(new URL('/v2/models/credit-risk/ready', status.endpoint));
    assert.equal(ready.status, 200);
  });

  test('puts another version in its place and goes back', async () => {
    const first = answerNext();
    const deploying = commands.executeCommand('slipway.deploy', {
      reference: 'credit-risk@1.1.0',
      target: 'staging',
    });
    await first;
    await deploying;
    assert.equal((await staging()).status?.live[0]?.version, '1.1.0');

    const second = answerNext();
    const earlier = (await staging()).releases.at(-1)?.release;
    const going = commands.executeCommand('slipway.rollBack', { target: 'staging', release: earlier });
    assert.equal((await second).question, 'Roll staging back to 1.0.0?');
    await going;
    assert.equal((await staging()).status?.live[0]?.version, '1.0.0');
  });

  test('leaves nothing when it is removed', async () => {
    const endpoint = (await staging()).status?.endpoint;
    assert.ok(endpoint != null);
    const asked = answerNext();
    const removing = commands.executeCommand('slipway.removeFromTarget', { target: 'staging' });
    await asked;
    await removing;
    assert.deepEqual((await staging()).status?.live, []);
    await assert.rejects(fetch(new URL('/v2/health/live', endpoint)));
  });
});
