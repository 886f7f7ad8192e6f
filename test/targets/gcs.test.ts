import { afterAll, beforeEach, expect, test } from 'vitest';
import { GcsStore } from '../../src/deploy/objectStore/gcsStore.ts';
import { deployAndReturn } from './releases.ts';
import { startFakeGcs } from './servers/fakeGcs.ts';
import { storeContract } from './storeContract.ts';

const gcs = await startFakeGcs();
afterAll(() => gcs.stop());

const place = { bucket: 'models', prefix: 'team/triton', endpoint: gcs.url };
process.env['STORAGE_EMULATOR_HOST'] = gcs.url;
beforeEach(() => gcs.emptyBucket('models'));

storeContract('Google Cloud Storage', {
  open: () => new GcsStore(place, null),
  at: endpoint => new GcsStore({ ...place, endpoint }, null),
  url: gcs.url,
  through: endpoint => new GcsStore({ ...place, endpoint }, null),
  missing: () => new GcsStore({ ...place, bucket: 'no-such-bucket' }, null),
  identity: 'without credentials',
});

test('a Triton repository there takes versions, goes back and is removed', async () => {
  await deployAndReturn('kind: triton, repository: gs://models/triton, model: credit-risk');
  expect(await new GcsStore({ ...place, prefix: '' }, null).list('', new AbortController().signal)).toEqual(
    [],
  );
});
