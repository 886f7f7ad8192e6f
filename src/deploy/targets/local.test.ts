import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ServerProcess } from './serverProcess.ts';
import { targetContract } from './contract.ts';

targetContract('local', {
  settings: 'kind: local, port: 0, model: credit-risk',
  meddle: async (root, target) => {
    const file = join(root, '.slipway/targets', target, 'serving.json');
    await writeFile(
      file,
      JSON.stringify({ schema: 'slipway/serving@1', model: 'credit-risk', versions: [] }),
    );
    // The server looks at the file at least once a second.
    await new Promise(resolve => setTimeout(resolve, 1500));
  },
  clean: (root, target, distDir) =>
    new ServerProcess(join(root, '.slipway/targets', target), join(distDir, 'server.js')).stop(
      AbortSignal.timeout(20_000),
    ),
});
