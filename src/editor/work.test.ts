import { expect, it } from 'vitest';
import { WorkBoard } from './work.ts';

it('runs one task of a kind on a subject, and tells of its progress and end', async () => {
  const board = new WorkBoard();
  let changes = 0;
  board.onChange(() => changes++);
  let finish: (value: number) => void = () => undefined;
  const first = board.run('validate', 'd', 'Validating', (_, onProgress) => {
    onProgress({ done: 1, total: 4, what: 'reading' });
    return new Promise<number>(resolve => (finish = resolve));
  });
  const second = board.run('validate', 'd', 'Validating', () => Promise.reject(new Error('not started')));
  await Promise.resolve();
  expect(board.running('validate', 'd')?.progress).toEqual({ done: 1, total: 4, what: 'reading' });
  expect(board.all()).toHaveLength(1);
  finish(7);
  expect(await Promise.all([first, second])).toEqual([7, 7]);
  expect(board.running('validate', 'd')).toBeNull();
  expect(changes).toBe(3);
});

it('keeps why a task failed until it is run again, and forgets a cancelled one', async () => {
  const board = new WorkBoard();
  const error = new Error('no holdout');
  await expect(board.run('validate', 'd', 't', () => Promise.reject(error))).rejects.toThrow('no holdout');
  expect(board.failure('validate', 'd')).toBe('no holdout');
  expect(board.shows(error)).toBe(true);
  await board.run('validate', 'd', 't', () => Promise.resolve(1));
  expect(board.failure('validate', 'd')).toBeNull();
  const cancelled = board.run('explain', 'd', 't', signal => {
    board.cancel('explain', 'd');
    signal.throwIfAborted();
    return Promise.resolve(1);
  });
  await expect(cancelled).rejects.toThrow();
  expect(board.failure('explain', 'd')).toBeNull();
});
