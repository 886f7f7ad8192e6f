// `node tools/run.mjs NAME`: brings node_modules up to the lock file, then runs tools/NAME.ts on Node 24.
// Plain JavaScript without dependencies: it must start on a fresh clone with any Node from 20 on.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const windows = process.platform === 'win32';

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: windows });
  if (error) console.error(error.message);
  return status ?? 1;
}

function install() {
  const digest = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = path.join(root, 'node_modules', '.slipway-installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  console.error('Installing the packages of package-lock.json ...');
  const status = run('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error']);
  if (status !== 0) {
    console.error('`npm ci` failed, see above. Slipway needs Node 20 or newer and a package registry.');
    process.exit(status);
  }
  writeFileSync(stamp, digest);
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
