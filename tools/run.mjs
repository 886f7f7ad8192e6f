// `node tools/run.mjs NAME`: brings node_modules up to the lock file, then runs tools/NAME.ts on Node 24.
// Plain JavaScript without dependencies: it must start on a fresh clone with any Node from 20 on.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const windows = process.platform === 'win32';

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: windows });
  if (error) console.error(error.message);
  return status ?? 1;
}

/**
 * Whether node_modules holds the packages of the lock file: npm's own record of them, which it writes last, names them
 * all, and each is there in the version named (npm writes the record for the lock file alone, too).
 */
function isInstalled() {
  const json = file => JSON.parse(readFileSync(path.join(root, file), 'utf8'));
  try {
    const { '': _, ...wanted } = json('package-lock.json').packages;
    const found = json('node_modules/.package-lock.json').packages;
    const isThere = ([place, { integrity, version }]) =>
      wanted[place]?.integrity === integrity && json(`${place}/package.json`).version === version;
    return (
      Object.entries(wanted).every(([place, { optional }]) => optional || place in found) &&
      Object.entries(found).every(isThere)
    );
  } catch {
    return false;
  }
}

function install() {
  if (isInstalled()) return;
  console.error('Installing the packages of package-lock.json ...');
  const status = run('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error']);
  if (status === 0) return;
  console.error('`npm ci` failed, see above. Slipway needs Node 20 or newer and a package registry.');
  process.exit(status);
}

/** The pinned Node of the lock file where there is one for this platform, else the one that runs this. */
function node() {
  const pinned = path.join(root, 'node_modules', '.bin', windows ? 'node.cmd' : 'node');
  if (existsSync(pinned)) return pinned;
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  console.error(`Node ${process.versions.node} is too old on ${process.platform}: install Node 24.`);
  process.exit(2);
}

// Ctrl+C is for what runs here: it ends in its own way, and this one after it.
process.on('SIGINT', () => undefined);
const [name, ...rest] = process.argv.slice(2);
install();
process.env.PATH = path.join(root, 'node_modules', '.bin') + path.delimiter + process.env.PATH;
process.exit(run(node(), [path.join(root, 'tools', `${name}.ts`), ...rest]));
