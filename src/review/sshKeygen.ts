import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BadInput } from '../core/failure.ts';

/** Signatures are made and checked by OpenSSH's own program: a passphrase or an agent's key never passes us. */

/** What our signatures are for: one made for git or for mail is none of ours. */
export const signatureNamespace = 'slipway-review';

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Signs a text with a key file, or with the agent's key when `key` is a public key file.
 * ssh-keygen itself asks for a passphrase, on the terminal.
 * @returns the armoured signature
 * @throws BadInput `cannot-sign` with ssh-keygen's own words
 */
export async function sign(
  text: string,
  key: string,
  namespace: string = signatureNamespace,
  signal?: AbortSignal,
): Promise<string> {
  const { code, stdout, stderr } = await sshKeygen(['-Y', 'sign', '-f', key, '-n', namespace], text, signal);
  if (code === 0) return stdout;
  const locked = /passphrase|incorrect|agent|askpass/i.test(stderr);
  const advice = locked
    ? 'Put the key into the agent first (`ssh-add`), and give its public half (`.pub`).'
    : 'Choose a key that `ssh-keygen` can read.';
  throw new BadInput('cannot-sign', `\`${key}\` did not sign: ${lastLine(stderr)} ${advice}`);
}

/** Whether the signature is one of this text for our namespace, whoever made it. */
export async function isSignatureOf(text: string, signature: string): Promise<boolean> {
  return await withFiles({ signature }, async ({ signature: file }) => {
    const args = ['-Y', 'check-novalidate', '-n', signatureNamespace, '-s', file!];
    return (await sshKeygen(args, text)).code === 0;
  });
}

/** Whether the allowed signers let this principal sign with the key that made the signature. */
export async function isAllowed(
  text: string,
  signature: string,
  principal: string,
  allowedSigners: string,
): Promise<boolean> {
  return await withFiles({ signature, allowedSigners }, async files => {
    const args = ['-Y', 'verify', '-f', files.allowedSigners!, '-I', principal];
    const rest = ['-n', signatureNamespace, '-s', files.signature!];
    return (await sshKeygen([...args, ...rest], text)).code === 0;
  });
}

/** Whom the allowed signers name for the key of a signature; for sentences only. */
export async function principalsOf(signature: string, allowedSigners: string): Promise<readonly string[]> {
  return await withFiles({ signature, allowedSigners }, async files => {
    const args = ['-Y', 'find-principals', '-s', files.signature!, '-f', files.allowedSigners!];
    const { code, stdout } = await sshKeygen(args, '');
    return code === 0 ? stdout.split('\n').filter(line => line !== '') : [];
  });
}

async function withFiles<T>(
  contents: Readonly<Record<string, string>>,
  act: (files: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-signature-'));
  try {
    const files = Object.keys(contents).map(name => [name, join(folder, name)] as const);
    for (const [name, file] of files) await writeFile(file, contents[name]!, { mode: 0o600 });
    return await act(Object.fromEntries(files));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function sshKeygen(args: readonly string[], input: string, signal?: AbortSignal): Promise<Ended> {
  return new Promise((done, failed) => {
    const child = spawn('ssh-keygen', args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(signal === undefined ? {} : { signal }),
    });
    const out: Buffer[] = [];
    const said: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
    // It closes its input when it refuses early; the exit code says why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('error', error => {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      failed(
        missing
          ? new BadInput(
              'no-ssh-keygen',
              'Reviews are signed and checked by `ssh-keygen` (OpenSSH 8.9 or newer), which is not installed here.',
            )
          : error,
      );
    });
    child.on('close', code =>
      done({
        code: code ?? -1,
        stdout: Buffer.concat(out).toString('utf8'),
        stderr: Buffer.concat(said).toString('utf8'),
      }),
    );
  });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.replace(/\r$/, '') ?? '';
}
