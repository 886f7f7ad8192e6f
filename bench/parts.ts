import { fork } from 'node:child_process';
import { once } from 'node:events';

/** What a part of a bench took, in a process of its own; imports are not counted. */
export interface Measured {
  /** What a user waits. */
  readonly ms: number;
  /** Processor time of all threads: it says more than waiting does on a machine that is shared. */
  readonly cpuMs: number;
  /** Peak resident memory of the whole process, Node itself included. */
  readonly peakMb: number;
}

/** The child's side: runs the part that the arguments name and reports. False in the parent. */
export async function answerPart(
  parts: Readonly<Record<string, (...args: string[]) => Promise<Measured>>>,
): Promise<boolean> {
  const [name, ...args] = process.argv.slice(2);
  if (name === undefined || process.send === undefined) return false;
  const found = await parts[name]!(...args);
  process.send(found, undefined, undefined, () => process.exit());
  return true;
}

export async function timed(work: () => Promise<unknown>): Promise<Measured> {
  const [before, used] = [performance.now(), process.cpuUsage()];
  await work();
  const ms = performance.now() - before;
  const { user, system } = process.cpuUsage(used);
  return { ms, cpuMs: (user + system) / 1000, peakMb: process.resourceUsage().maxRSS / 1024 };
}

/** The parent's side: the least of some runs, because others on the machine only ever add. */
export async function measured(
  file: string,
  name: string,
  args: readonly string[],
  runs = 2,
): Promise<Measured> {
  const found: Measured[] = [];
  for (let run = 0; run < runs; run++) {
    const child = fork(file, [name, ...args]);
    // Listened for from the start: the child may be gone before its message is looked at.
    const exited = once(child, 'exit');
    const failed = exited.then(([code]) => {
      throw new Error(`The part ${name} ended with code ${String(code)} and said nothing.`);
    });
    found.push(((await Promise.race([once(child, 'message'), failed])) as [Measured])[0]);
    await exited;
  }
  const least = (of: (one: Measured) => number): number => Math.min(...found.map(of));
  return {
    ms: least(one => one.ms),
    cpuMs: least(one => one.cpuMs),
    peakMb: Math.max(...found.map(one => one.peakMb)),
  };
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
