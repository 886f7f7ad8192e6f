import assert from 'node:assert/strict';
import { commands, tasks } from 'vscode';
import { spawnTrainer, type TrainRun } from '../../src/jobs/training.ts';
import { taskTrainer } from '../../src/editor/trainerTask.ts';
import { exampleFile, slipway, until } from './support.ts';

suite('a data set', () => {
  teardown(async () => {
    await commands.executeCommand('workbench.action.closeAllEditors');
  });

  test('opens as a page: its columns, its role and its reference', async () => {
    const { pages } = await slipway();
    await commands.executeCommand('slipway.openData', exampleFile('data', 'holdout.csv'));
    const state = await until('the description', async () => {
      const found = await pages.front?.state();
      return found?.page === 'data' && found.description.state === 'done' ? found : null;
    });
    assert.equal(state.role, 'holdout of credit-risk');
    assert.match(state.reference ?? '', /reference\.csv$/);
    assert.ok(state.description.state === 'done');
    const { result } = state.description.stored;
    assert.equal(result.data.rows, 300);
    assert.equal(result.positive, 'bad');
    assert.ok(result.columns.every(({ drift }) => drift !== null));
  });
});

suite('training as a task', () => {
  const run = (script: string, title = 'Training of a test'): TrainRun => ({
    title,
    command: process.execPath,
    args: ['-e', script],
    environment: { ELECTRON_RUN_AS_NODE: '1', SLIPWAY_FOLD: '2' },
    folder: exampleFile().fsPath,
  });
  const trainer = taskTrainer(spawnTrainer);

  test('ends with the code of the command and what it said', async () => {
    const end = await trainer(
      run('console.log("fold " + process.env.SLIPWAY_FOLD); process.exit(4)'),
      new AbortController().signal,
    );
    assert.deepEqual(end, { code: 4, lines: ['fold 2'] });
  });

  test('is stopped with what asked for it', async () => {
    const stop = new AbortController();
    const cancelled = trainer(run('setTimeout(() => {}, 60000)'), stop.signal);
    setTimeout(() => stop.abort(), 300);
    await assert.rejects(cancelled);
  });

  test('is stopped as a task', async () => {
    const title = 'Training that is terminated';
    let settled = false;
    const ended = trainer(run('setTimeout(() => {}, 60000)', title), new AbortController().signal).finally(
      () => (settled = true),
    );
    // What is told to end before its terminal is there goes on: it is told again, as a user would.
    void until('the end of the task', () => {
      for (const execution of tasks.taskExecutions) if (execution.task.name === title) execution.terminate();
      return settled || null;
    });
    await assert.rejects(ended);
  });

  test('is stopped before its terminal is there', async () => {
    const title = 'Training that never begins';
    const watch = tasks.onDidStartTask(({ execution }) => {
      if (execution.task.name === title) execution.terminate();
    });
    await assert.rejects(trainer(run('setTimeout(() => {}, 60000)', title), new AbortController().signal));
    watch.dispose();
  });
});
