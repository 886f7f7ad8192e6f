import { BadInput } from '../../../core/failure.ts';
import type { LeasePlace } from '../../targetLease.ts';
import { leaseNumber, type Layout } from './layout.ts';
import type { RemoteHost } from './remoteHost.ts';

type Use = <T>(
  signal: AbortSignal,
  work: (at: { readonly host: RemoteHost; readonly layout: Layout }) => Promise<T>,
) => Promise<T>;

/** Notes as files in the target's folder, which is there while there is one. */
export class FolderLease implements LeasePlace {
  readonly #use: Use;

  constructor(use: Use) {
    this.#use = use;
  }

  async numbers(signal: AbortSignal): Promise<readonly number[]> {
    return await this.#use(signal, async ({ host, layout }) =>
      (await host.list(layout.base, signal)).flatMap(name => leaseNumber(name) ?? []),
    );
  }

  async read(number: number, signal: AbortSignal): Promise<string | null> {
    return await this.#use(signal, ({ host, layout }) => host.read(layout.lease(number), signal));
  }

  async create(number: number, text: string, signal: AbortSignal): Promise<boolean> {
    return await this.#use(signal, async ({ host, layout }) => {
      await requireOurs(host, layout, signal);
      const command = ['sh', '-c', createNew, 'sh', layout.base, layout.lease(number), text];
      const { code, stderr } = await host.run(command, { signal });
      if (code !== 0 && code !== exists)
        throw new BadInput(
          'remote-command',
          `${host.place}: ${layout.base} cannot be written: ${stderr.trim()}`,
        );
      return code === 0;
    });
  }

  async remove(number: number, signal: AbortSignal): Promise<void> {
    await this.#use(signal, async ({ host, layout }) => {
      await host.must(['sh', '-c', removeOne, 'sh', layout.base, layout.lease(number)], { signal });
    });
  }
}

/** Nothing is put into a folder of others. */
async function requireOurs(host: RemoteHost, layout: Layout, signal: AbortSignal): Promise<void> {
  const others = (await host.list(layout.base, signal)).filter(name => leaseNumber(name) === null);
  if (others.length > 0 && (await host.read(layout.owner, signal)) === null)
    throw new BadInput('folder-taken', `${layout.base} there is not empty, and not of a target.`);
}

const exists = 3;
/** With `-C`, the shell opens a file only when it makes it. */
const createNew = `umask 077; mkdir -p -- "$1" || exit 1; (set -C; printf %s "$3" >"$2") 2>/dev/null && exit 0; [ -e "$2" ] && exit ${exists}; echo "no file can be made in it" >&2; exit 1`;
/** The folder goes too when nothing else is in it. */
const removeOne = 'rm -f -- "$2"; rmdir -- "$1" 2>/dev/null; true';
