import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { targetContract } from './contract.ts';

targetContract('folder', {
  settings: 'kind: folder, path: out/bundle, model: credit-risk',
  meddle: async root => {
    const nothing = { schema: 'slipway/serving@1', model: 'credit-risk', versions: [] };
    await writeFile(join(root, 'out/bundle/serving.json'), JSON.stringify(nothing));
  },
  clean: () => Promise.resolve(),
});
