/** What we make is labelled, so that it is found again, and nothing else is ever taken away. */
export const labels = {
  image: 'io.slipway.image',
  target: 'io.slipway.target',
  /** Digest of how the container was to be made. */
  shape: 'io.slipway.shape',
  /** The word by which its server is told from another on the same port. */
  instance: 'io.slipway.instance',
} as const;

/** The user and group in the container: nobody's on the host. */
export const user = 65532;
