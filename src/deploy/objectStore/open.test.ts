import { expect, test } from 'vitest';
import { storeBySecret } from './open.ts';

test('a store is kept by its secret: what was renewed is used at the next call', async () => {
  let secret = 'without a colon';
  const store = storeBySecret('s3://models', {
    root: '/',
    region: 'eu-central-1',
    credentials: 'STORE_KEYS',
    secret: name => Promise.resolve(name === 'STORE_KEYS' ? secret : ''),
  });
  await expect(store()).rejects.toMatchObject({ code: 'store-credentials' });
  secret = 'ID:OLD';
  const old = await store();
  expect(await store()).toBe(old);
  secret = 'ID:NEW';
  const renewed = await store();
  expect(renewed).not.toBe(old);
  expect(await store()).toBe(renewed);
});
