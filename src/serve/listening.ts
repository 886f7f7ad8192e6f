/** The environment variable with the bearer token: a secret that must not reach a disk or a command line. */
export const tokenVariable = 'SLIPWAY_TOKEN';

/** A starter's message to its server: from now on, do not end when I do. */
export const keepRunning = 'keep running';

/** What a server says of itself when it listens: on stdout, to its starter, and in its announce file. */
export interface Listening {
  readonly listening: number;
  readonly host: string;
  readonly tls: boolean;
  readonly pid: number;
  /** A word its starter made up: tells its server from another process that has come to have its pid. */
  readonly instance: string | null;
  /** ISO time. */
  readonly since: string;
}
