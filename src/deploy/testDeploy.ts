import { makeDeployer } from './testing.ts';

/** For tests: a deployment in a process of its own, which kills itself after so many journal records. */
async function main(args: readonly string[]): Promise<void> {
  const [root, distDir, target, version, records] = args as [string, string, string, string, string];
  let left = Number(records);
  const { deployer, workspace } = await makeDeployer(root, distDir);
  await deployer.deploy(target, await workspace.resolve(`credit-risk@${version}`), {
    onEvent: event => {
      if (event.kind === 'record' && --left === 0) process.kill(process.pid, 'SIGKILL');
    },
  });
}

void main(process.argv.slice(2));
