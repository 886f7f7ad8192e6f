/**
 * What a target has in its folder on the host:
 *
 *     program-<mark>/    the server with its runtime, as in a bundle
 *     models/<digest>/   versions
 *     releases/<digest>/ one serving.json each, by its own digest
 *     current            a link to the release that is served: changing it is the switch
 *     run/               what the server announced, its log, and how it was started
 *     access-<id>/       what it must know to be asked: token, certificates; readable by it alone
 *     .lease-<n>         who is changing it
 *     background/        rows that explanations compare with
 */
export class Layout {
  readonly base: string;

  constructor(base: string) {
    this.base = base;
  }

  get current(): string {
    return `${this.base}/current`;
  }

  get models(): string {
    return `${this.base}/models`;
  }

  get releases(): string {
    return `${this.base}/releases`;
  }

  get background(): string {
    return `${this.base}/background`;
  }

  get announce(): string {
    return `${this.base}/run/server.json`;
  }

  get log(): string {
    return `${this.base}/run/server.log`;
  }

  /** How the server was started, so that it can be started so again. */
  get started(): string {
    return `${this.base}/run/started.json`;
  }

  /** Says that the folder is of a target of ours, and of which. */
  get owner(): string {
    return `${this.base}/.slipway-target`;
  }

  access(id: string): string {
    return `${this.base}/access-${id}`;
  }

  lease(number: number): string {
    return `${this.base}/.lease-${number}`;
  }

  program(mark: string): string {
    return `${this.base}/program-${mark}`;
  }

  model(digest: string): string {
    return `${this.models}/${digest}`;
  }

  release(id: string): string {
    return `${this.releases}/${id}`;
  }

  /** All that a target makes here. @param names what is in its folder */
  parts(names: readonly string[]): readonly string[] {
    const fixed = ['current', 'current.next', 'models', 'releases', 'run', 'background', 'samples'];
    return [...fixed, '.slipway-target', ...programsOf(names), ...accessesOf(names)].map(
      name => `${this.base}/${name}`,
    );
  }
}

/** Names of folders of what servers must know to be asked, among names. */
export function accessesOf(names: readonly string[]): readonly string[] {
  return names.filter(name => /^access-[0-9a-f]{16}$/.test(name));
}

/** The number of a note of who is changing the target, by its name; null: it is something else. */
export function leaseNumber(name: string): number | null {
  const found = /^\.lease-(\d+)$/.exec(name);
  return found === null ? null : Number(found[1]);
}

/** Names of program folders, also of those cut off, among names. */
export function programsOf(names: readonly string[]): readonly string[] {
  return names.filter(name => /^program-[0-9a-f]{12}(\.partial)?$/.test(name));
}
