import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { BadInput } from '../core/failure.ts';
import type { TrainCommand } from '../protocol/trials.ts';

/** What one run is told. Paths are absolute. */
export interface TrainPlaces {
  /** Rows to train on. */
  readonly train: string;
  /** Rows that are held out: a trainer that looks at them cheats. */
  readonly test: string;
  /** The folder that takes what it leaves. */
  readonly output: string;
  readonly fold: number;
  readonly seed: number;
}

/** One run, ready to start: an argument array, never a line for a shell. */
export interface TrainRun {
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Absolute. */
  readonly folder: string;
}

export interface TrainEnd {
  /** null: it was ended by a signal, or could not be started. */
  readonly code: number | null;
  /** The last lines it said, on either stream. */
  readonly lines: readonly string[];
}

/** Runs a command to its end; rejects when it cannot be started. */
export type Trainer = (run: TrainRun, signal: AbortSignal) => Promise<TrainEnd>;

const keptLines = 20;

/** What a trainer has to end by itself once it is told to, in ms. */
const patience = 5000;

/** @param folder where the command is started */
export function trainRun(
  { command, args, output }: TrainCommand,
  places: TrainPlaces,
  folder: string,
  title: string,
): TrainRun {
  const values: Readonly<Record<string, string>> = {
    train: places.train,
    test: places.test,
    output: places.output,
    fold: String(places.fold),
    seed: String(places.seed),
  };
  const filled = (text: string): string =>
    text.replaceAll(/\{(train|test|output|fold|seed)\}/g, (_, name: string) => values[name]!);
  return {
    title,
    command,
    args: args.map(filled),
    environment: {
      SLIPWAY_TRAIN: places.train,
      SLIPWAY_TEST: places.test,
      SLIPWAY_OUTPUT: places.output,
      SLIPWAY_MODEL: output,
      SLIPWAY_FOLD: values['fold']!,
      SLIPWAY_SEED: values['seed']!,
    },
    folder,
  };
}

/**
 * Starts the command as a process of its own, and ends it with all it started when it is cancelled.
 * @param onLine told each line, as it comes
 */
export async function spawnTrainer(
  { command, args, environment, folder }: TrainRun,
  signal: AbortSignal,
  onLine: (line: string) => void = () => undefined,
): Promise<TrainEnd> {
  signal.throwIfAborted();
  const child = spawn(command, [...args], {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: hasGroups(),
    windowsHide: true,
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', line => {
      onLine(line);
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
    });
  let force: NodeJS.Timeout | undefined;
  const stop = (): void => {
    endTree(child, 'SIGTERM');
    force = setTimeout(() => endTree(child, 'SIGKILL'), patience);
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    const code = await new Promise<number | null>((ended, failed) => {
      child.once('error', failed);
      child.once('close', ended);
    });
    signal.throwIfAborted();
    return { code, lines };
  } catch (error) {
    signal.throwIfAborted();
    throw notStarted(command, error);
  } finally {
    clearTimeout(force);
    signal.removeEventListener('abort', stop);
  }
}

/** Windows has no process groups. */
function hasGroups(): boolean {
  return process.platform !== 'win32';
}

/** Ends a trainer with the workers that it started; Windows knows no gentle way. */
function endTree(child: ChildProcess, how: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  if (!hasGroups()) {
    spawn('taskkill', ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true }).once(
      'error',
      () => child.kill(),
    );
    return;
  }
  try {
    process.kill(-child.pid, how);
  } catch {
    // It ended by itself just now.
  }
}

/** @throws BadInput `training-failed` with the last lines that the command said */
export function requireSuccess({ title, command }: TrainRun, { code, lines }: TrainEnd): void {
  if (code === 0) return;
  const end = code === null ? 'was ended' : `ended with code ${code}`;
  const said = lines.length === 0 ? 'It said nothing.' : `Its last lines:\n${lines.join('\n')}`;
  throw new BadInput('training-failed', `${title}: \`${command}\` ${end}. ${said}`);
}

function notStarted(command: string, error: unknown): unknown {
  if ((error as NodeJS.ErrnoException | null)?.code !== 'ENOENT') return error;
  return new BadInput(
    'no-training-command',
    `The command \`${command}\` of \`train\` in slipway.yaml was not found. Give its full path, or install it.`,
  );
}
