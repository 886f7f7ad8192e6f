import { resolve } from 'node:path';
import { CommanderError, type Command } from 'commander';
import { BadInput } from '../core/failure.ts';
import { exitCodes, type Action, type Outcome } from './outcome.ts';
import { buildProgram, type GlobalOptions } from './program.ts';
import { Session } from './session.ts';

export interface MainOptions {
  readonly distDir: string;
  readonly cwd: string;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Aborted when the user stops the command. */
  readonly signal: AbortSignal;
}

/** @returns the exit code: 0 done and passed, 1 the verdict is fail, 2 bad input, 3 a fault of ours */
export async function main(argv: readonly string[], options: MainOptions): Promise<number> {
  let code: number = exitCodes.passed;
  const program: Command = buildProgram(async action => {
    code = await perform(action, program.opts<GlobalOptions>(), options);
  });
  strict(program, options);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.passed : exitCodes.badInput;
    throw error;
  }
}

async function perform(action: Action, globals: GlobalOptions, options: MainOptions): Promise<number> {
  const json = globals.json === true;
  let session: Session | null = null;
  try {
    session = await Session.open({
      cwd: resolve(options.cwd, globals.folder ?? '.'),
      distDir: options.distDir,
      signal: options.signal,
      stderr: options.stderr,
      memoryLimitMb: globals.memoryLimit,
      fresh: globals.fresh === true,
    });
    const outcome = await action(session);
    await print(outcome, json, options);
    await outcome.until;
    return outcome.passed ? exitCodes.passed : exitCodes.failed;
  } catch (error) {
    return await explain(error, json, options);
  } finally {
    await session?.dispose();
  }
}

async function print({ document, text }: Outcome, json: boolean, { stdout }: MainOptions): Promise<void> {
  await write(stdout, `${json ? JSON.stringify(document) : text}\n`);
}

const refusals = ['policy-failed', 'not-approved'];

/** What went wrong: a sentence for what the user can mend, all there is for a fault of ours. */
async function explain(error: unknown, json: boolean, options: MainOptions): Promise<number> {
  const stopped = options.signal.aborted;
  const isInput = error instanceof BadInput;
  const message = stopped ? 'Stopped.' : error instanceof Error ? error.message : String(error);
  const detail = !stopped && !isInput && error instanceof Error ? (error.stack ?? message) : message;
  await write(options.stderr, `${detail}\n`);
  const code = isInput ? error.code : stopped ? 'stopped' : 'internal';
  if (json) await write(options.stdout, `${JSON.stringify({ schema: 'slipway/error@1', code, message })}\n`);
  // A refusal by the policy or its reviewers is a verdict, not a mistake in the input.
  if (isInput) return refusals.includes(error.code) ? exitCodes.failed : exitCodes.badInput;
  return exitCodes.internal;
}

/** Resolves when the text is out, so that an exit doesn't cut a pipe short. */
function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((done, failed) => {
    stream.write(text, error => {
      // A reader such as `head` may close the pipe: it has all it wants.
      if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE') failed(error);
      else done();
    });
  });
}

/** Commands throw in place of exiting, and say what is wrong on stderr. */
function strict(command: Command, options: MainOptions): void {
  command.exitOverride();
  command.showHelpAfterError('(--help says more)');
  command.configureOutput({
    writeOut: text => options.stdout.write(text),
    writeErr: text => options.stderr.write(text),
  });
  for (const sub of command.commands) strict(sub, options);
}
