import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** The cached VS Code server's folder; built first when it is not there (about three minutes, once). */
export function vscodeHome(): string {
  const script = path.join(import.meta.dirname, 'install.sh');
  return execFileSync(script, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
}

/** Installs Debian's Chromium when it is missing, or says how. */
export function requireChromium(): void {
  const script = path.join(import.meta.dirname, 'debian.sh');
  execFileSync(script, ['chromium', 'fonts-dejavu-core'], { stdio: ['ignore', 'inherit', 'inherit'] });
}
