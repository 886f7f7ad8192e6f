import type { ClientChannel } from 'ssh2';

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Its arguments: seconds it may take, then the command. A group of its own, as `timeout` makes it, is told too. */
export const announced =
  'echo "slipway-pid $$" >&2; if command -v timeout >/dev/null 2>&1; then exec timeout -k 5 "$0" "$@"; fi; exec "$@"';
/** Its argument: the pid of one of the group. */
export const endGroup =
  'g=$(ps -o pgid= -p "$1" | tr -d " "); [ -n "$g" ] || exit 0; kill -s TERM -- "-$g"; for i in 1 2 3 4 5; do kill -s 0 -- "-$g" 2>/dev/null || exit 0; sleep 0.2; done; kill -s KILL -- "-$g"';

/** A command on a host, which says its pid on stderr before anything else. */
export class RunningCommand {
  readonly stdin: ClientChannel;
  /** Of the process on the host, once it said it. */
  readonly pid: Promise<string>;
  readonly ended: Promise<CommandResult>;

  constructor(channel: ClientChannel) {
    this.stdin = channel;
    let [stdout, stderr] = ['', ''];
    let code: number | null = null;
    channel.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    channel.once('exit', (status: number | null) => (code = status));
    this.pid = new Promise(done => {
      channel.stderr.on('data', (chunk: Buffer) => {
        stderr += chunk.toString();
        stderr = stderr.replace(/^slipway-pid (\d+)\n/m, (_, pid: string) => {
          done(pid);
          return '';
        });
      });
    });
    this.ended = new Promise(done => {
      channel.once('close', () => done({ code, stdout, stderr }));
    });
  }

  end(): void {
    this.stdin.end();
  }

  destroy(): void {
    this.stdin.destroy();
  }
}
