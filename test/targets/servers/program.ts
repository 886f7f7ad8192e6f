import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server that a test started; what it said is told when it does not start. */
export interface Program {
  readonly child: ChildProcess;
  /** Ends it, and waits until it has ended. */
  stop(): Promise<void>;
}

/** Starts a program and waits until it answers. @throws Error with its last words */
export async function startProgram(
  file: string,
  args: readonly string[],
  answers: () => Promise<boolean>,
  env: NodeJS.ProcessEnv = {},
  patience = 30_000,
): Promise<Program> {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(timer);
  };
  const deadline = Date.now() + patience;
  while (!(await Promise.race([answers().catch(() => false), failed]))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`${file} did not start:\n${said}`);
    }
    await sleep(50);
  }
  return { child, stop };
}
