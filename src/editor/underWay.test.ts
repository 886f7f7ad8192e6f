import { expect, test } from 'vitest';
import type { Memento } from 'vscode';
import { leaving } from '../deploy/leaving.ts';
import type { BeginRecord, ReleaseRecord } from '../deploy/record.ts';
import type { DeployEvent } from '../deploy/services.ts';
import { UnderWay } from './underWay.ts';

function memory(): Memento {
  const held = new Map<string, unknown>();
  return {
    keys: () => [...held.keys()],
    get: <T>(key: string, otherwise?: T) => (held.get(key) ?? otherwise) as T,
    update: (key, value) => {
      held.set(key, value);
      return Promise.resolve();
    },
  };
}

test('a target is remembered with its release while it is changed', async () => {
  const underWay = new UnderWay(memory());
  const { promise, end } = work();
  const changed = underWay.during('staging', promise);
  expect(underWay.all()).toEqual([{ target: 'staging', release: null }]);
  await underWay.event('staging', begun('r-0003'));
  await underWay.event('elsewhere', begun('r-0001'));
  const another = { ...begun('r-0002').record, type: 'end' } as ReleaseRecord;
  await underWay.event('staging', { kind: 'record', record: another });
  expect(underWay.all()).toEqual([{ target: 'staging', release: 'r-0003' }]);
  end(null);
  await changed;
  expect(underWay.all()).toEqual([]);
});

test('what the window left stays, with its release, until it is gone on with or forgotten', async () => {
  const underWay = new UnderWay(memory());
  const first = work();
  const left = underWay.during('staging', first.promise);
  await underWay.event('staging', begun('r-0003'));
  first.end(leaving());
  await expect(left).rejects.toThrow();
  const again = work();
  const wentOn = underWay.during('staging', again.promise);
  expect(underWay.all()).toEqual([{ target: 'staging', release: 'r-0003' }]);
  again.end(new Error('No.'));
  await expect(wentOn).rejects.toThrow('No.');
  expect(underWay.all()).toEqual([]);
});

function begun(release: string): DeployEvent & { readonly kind: 'record' } {
  return { kind: 'record', record: { type: 'begin', release } as BeginRecord };
}

function work(): { promise: Promise<void>; end: (error: Error | null) => void } {
  let end: (error: Error | null) => void = () => undefined;
  const promise = new Promise<void>((resolve, reject) => {
    end = error => (error === null ? resolve() : reject(error));
  });
  return { promise, end };
}
