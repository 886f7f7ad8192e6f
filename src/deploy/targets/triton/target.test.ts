import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { targetContract } from '../contract.ts';

targetContract('triton', {
  settings: 'kind: triton, repository: out/models, model: credit-risk',
  meddle: root => rm(join(root, 'out/models/credit-risk/config.pbtxt')),
  clean: () => Promise.resolve(),
});
