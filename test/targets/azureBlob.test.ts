import { afterAll, beforeEach, expect, test } from 'vitest';
import { AzureStore } from '../../src/deploy/objectStore/azureStore.ts';
import { deployAndReturn } from './releases.ts';
import { startAzurite } from './servers/azurite.ts';
import { storeContract } from './storeContract.ts';

const azurite = await startAzurite();
afterAll(() => azurite.stop());

const place = { account: azurite.account, container: 'models', prefix: 'team/triton' };
const hasty = { retryOptions: { maxTries: 1 } };
process.env['MODELS_KEY'] = azurite.connection();
beforeEach(() => azurite.emptyContainer('models'));

storeContract('Azure Blob Storage', {
  open: () => new AzureStore(place, azurite.connection()),
  at: url => new AzureStore(place, azurite.connection(`${url}/${azurite.account}`), hasty),
  url: azurite.url,
  through: url => new AzureStore(place, azurite.connection(`${url}/${azurite.account}`)),
  missing: () => new AzureStore({ ...place, container: 'no-such-container' }, azurite.connection()),
  denied: () => new AzureStore(place, azurite.connection(undefined, 'bm90IHRoZSBrZXk='), hasty),
  identity: 'with a connection string, account devstoreaccount1',
});

test('a Triton repository there takes versions, goes back and is removed', async () => {
  const repository = `as://${azurite.account}/models/triton`;
  await deployAndReturn(
    `kind: triton, repository: '${repository}', model: credit-risk, credentials: MODELS_KEY`,
  );
  expect(
    await new AzureStore({ ...place, prefix: '' }, azurite.connection()).list(
      '',
      new AbortController().signal,
    ),
  ).toEqual([]);
});
