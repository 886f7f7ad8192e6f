import { afterAll, beforeEach } from 'vitest';
import { S3Store } from '../../src/deploy/objectStore/s3Store.ts';
import { targetContract } from '../../src/deploy/targets/contract.ts';
import { startMoto } from './servers/moto.ts';
import { startUnsteady } from './servers/unsteady.ts';
import { storeContract } from './storeContract.ts';

const moto = await startMoto();
const unsteady = await startUnsteady(moto.url);
afterAll(async () => {
  await unsteady.stop();
  await moto.stop();
});

const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
const place = { bucket: 'models', prefix: 'team/triton', endpoint: moto.url, region: null };
process.env['MODELS_KEY'] = 'AKIATEST:secret';
beforeEach(() => moto.emptyBucket('models'));

storeContract('S3', {
  open: () => new S3Store(place, { credentials }),
  at: endpoint => new S3Store({ ...place, endpoint }, { credentials, maxAttempts: 1 }),
  url: moto.url,
  through: endpoint => new S3Store({ ...place, endpoint }, { credentials }),
  missing: () => new S3Store({ ...place, bucket: 'no-such-bucket' }, { credentials }),
  identity: 'with the access key AKIATEST',
});

const settings = `kind: triton, repository: 's3://${moto.url}/models/team', model: credit-risk, credentials: MODELS_KEY`;

targetContract('triton on S3', {
  settings,
  meddle: () =>
    new S3Store({ ...place, prefix: 'team' }, { credentials }).delete(
      'credit-risk/config.pbtxt',
      new AbortController().signal,
    ),
  clean: () => moto.emptyBucket('models'),
  holds: true,
  calls: { settings: settings.replace(moto.url, unsteady.url), meet: fault => unsteady.always(fault) },
});
