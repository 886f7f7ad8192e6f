import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { commands, window, type QuickPickItem, type Uri } from 'vscode';
import type { PageRequests, ReviewPage, VersionPage } from '../../src/protocol/pages.ts';
import { pageRequests } from '../../src/editor/panels/requests.ts';
import { VersionSource } from '../../src/editor/panels/versionSource.ts';
import { validate } from '../../src/editor/tasks.ts';
import { exampleFile, slipway, until } from './support.ts';

const reference = 'credit-risk@2.0.0';

/** Answers the next quick pick and the save dialog after it. */
async function exporting(format: string, file: Uri, run: () => Promise<unknown>): Promise<readonly string[]> {
  const asked = { pick: window.showQuickPick, save: window.showSaveDialog };
  let offered: readonly QuickPickItem[] = [];
  Object.assign(window, {
    showQuickPick: (items: readonly QuickPickItem[]) => {
      offered = items;
      return Promise.resolve(items.find(({ label }) => label === format));
    },
    showSaveDialog: () => Promise.resolve(file),
  });
  try {
    await run();
  } finally {
    Object.assign(window, { showQuickPick: asked.pick, showSaveDialog: asked.save });
  }
  return offered.map(({ label }) => label);
}

suite('reviews', () => {
  suiteSetup(async function () {
    this.timeout(180_000);
    const { host } = await slipway();
    const { workspace: folder } = await host.services();
    await validate(host, await folder.resolve(reference), false);
  });
  suiteTeardown(async () => {
    await commands.executeCommand('workbench.action.closeAllEditors');
  });

  /** The page's own source and its answers, as the webview would ask them. */
  async function page(): Promise<{
    readonly state: () => Promise<VersionPage>;
    readonly review: () => Promise<ReviewPage>;
    readonly ask: <M extends 'open' | 'say' | 'decide'>(
      method: M,
      params: PageRequests[M][0],
    ) => Promise<void>;
  }> {
    const { host } = await slipway();
    const source = new VersionSource(host, reference);
    const requests = pageRequests(host, source, () => source.state());
    return {
      state: () => source.state(),
      review: () => until('the review to be read', async () => (await source.state()).review),
      ask: async (method, params) => {
        await (requests[method] as (given: typeof params) => Promise<unknown>)(params);
      },
    };
  }

  test('the command opens the version at its review', async () => {
    await commands.executeCommand('slipway.review', { reference });
    const { pages } = await slipway();
    const state = await until('the page', async () => {
      const front = await pages.front?.state();
      return front?.page === 'version' && front.show?.tab === 'review' ? front : null;
    });
    assert.equal(state.version.version, '2.0.0');
  });

  test('what must be opened is ticked by opening it, and stays so', async () => {
    const { review, ask } = await page();
    const { toOpen } = await review();
    const first = toOpen?.[0];
    assert.ok(first !== undefined, 'a validated version has something to open');
    await ask('open', { id: first.id });
    const opened = await until('the tick', async () => {
      const found = (await review()).toOpen?.find(({ id }) => id === first.id);
      return found?.opened === true ? found : null;
    });
    assert.equal(opened.id, first.id);
    // Another page of the same version knows it too.
    const again = await (await page()).review();
    assert.equal(again.toOpen?.find(({ id }) => id === first.id)?.opened, true);
  });

  test('a challenge and its answer stand in the thread', async () => {
    const { review, ask } = await page();
    await ask('say', { text: 'Why is recall so low for education?', to: null });
    await until('the challenge', async () => {
      const { thread } = (await review()).review;
      return thread.some(({ text }) => text.startsWith('Why is recall')) ? true : null;
    });
    await ask('say', { text: 'Few rows: see the slices.', to: 1 });
    await until('the answer', async () => {
      const { thread } = (await review()).review;
      return thread.some(({ text }) => text.startsWith('Few rows')) ? true : null;
    });
  });

  test('a decision that cannot be signed says why and leaves no record', async () => {
    const { review, ask } = await page();
    const before = (await review()).review.records.length;
    await ask('decide', {
      ...{ decision: 'approve', comment: null, conditions: [], scope: null, expires: '90d' },
      ...{ overrides: [], overridesUntil: '90d', principal: 'ada@example.org', key: '/nowhere/id_ed25519' },
    });
    const failed = await until('the failure', async () => {
      const found = await review();
      return found.failure === null ? null : found;
    });
    assert.match(failed.failure ?? '', /\.$/);
    assert.equal(failed.busy, false);
    assert.equal(failed.review.records.length, before);
  });
});

suite('export report', () => {
  const made: Uri[] = [];
  suiteTeardown(() => {
    for (const { fsPath } of made) rmSync(fsPath, { force: true });
  });

  test('offers every format and writes the one that is chosen where it is asked to', async () => {
    for (const [format, begins] of [
      ['html', /^<!doctype html>/],
      ['sarif', /"version": "2\.1\.0"/],
      ['junit', /^<\?xml/],
      ['json', /"schema": "slipway\/report@1"/],
    ] as const) {
      const file = exampleFile(`report-${format}`);
      made.push(file);
      const offered = await exporting(format, file, async () => {
        await commands.executeCommand('slipway.exportReport', { reference });
      });
      assert.deepEqual(offered, ['html', 'md', 'json', 'junit', 'sarif', 'card', 'bom']);
      assert.match(readFileSync(file.fsPath, 'utf8'), begins);
    }
  });

  test('writes nothing when no place is given', async () => {
    const file = exampleFile('report-none');
    const asked = window.showSaveDialog;
    Object.assign(window, { showSaveDialog: () => Promise.resolve(undefined) });
    try {
      const pick = window.showQuickPick;
      Object.assign(window, {
        showQuickPick: (items: readonly QuickPickItem[]) => Promise.resolve(items[0]),
      });
      await commands.executeCommand('slipway.exportReport', { reference });
      Object.assign(window, { showQuickPick: pick });
    } finally {
      Object.assign(window, { showSaveDialog: asked });
    }
    assert.throws(() => readFileSync(file.fsPath));
  });
});
