import type { DeployEvent } from './services.ts';
import { makeDeployer } from './testing.ts';

/**
 * For tests: a deployment in a process of its own, which kills itself after so many journal records. A canary
 * is followed to its end.
 */
async function main(args: readonly string[]): Promise<void> {
  const [root, distDir, target, version, records, canary] = args as [
    string,
    string,
    string,
    string,
    string,
    string?,
  ];
  let left = Number(records);
  const { deployer, workspace } = await makeDeployer(root, distDir);
  const onEvent = (event: DeployEvent): void => {
    if (event.kind === 'record' && --left === 0) process.kill(process.pid, 'SIGKILL');
  };
  const model = await workspace.resolve(`credit-risk@${version}`);
  await deployer.deploy(target, model, { canary: canary === 'canary', onEvent });
  if (canary === 'canary') await deployer.follow(target, { onEvent });
}

void main(process.argv.slice(2));
