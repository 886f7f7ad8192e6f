import type { ChildProcess } from 'node:child_process';
import type { Failures } from '../fleet/fleet.ts';
import type { Wanted } from '../fleet/registry.ts';
import type { Counts } from '../observe/counts.ts';
import type { Port } from '../../protocol/transport.ts';

/** What the conducting process asks of one that answers. */
export interface MemberRequests {
  listen: [null, number];
  prepare: [Wanted, Failures];
  commit: [{ readonly wanted: Wanted; readonly failures: Failures }, null];
  counts: [null, Counts];
  drain: [null, null];
}

/** What one that answers asks of the conducting process. */
export interface HeadRequests {
  counts: [null, Counts];
  control: [{ readonly model: string; readonly act: 'load' | 'unload' }, Refusal | null];
}

/** An HttpError on its way between processes. */
export interface Refusal {
  readonly status: number;
  readonly sentence: string;
}

/** The other side of a fork, or the process that forked this one. */
export function portTo(other: ChildProcess | NodeJS.Process): Port {
  return {
    post: message => {
      if (other.connected) other.send?.(message as object, undefined, undefined, () => undefined);
    },
    onMessage: listener => void (other as ChildProcess).on('message', listener),
    onClose: listener => void (other as ChildProcess).on('disconnect', listener),
  };
}
