/** What we make is labelled, so that it is found again, and nothing else is ever taken away. */
export const labels = {
  image: 'io.slipway.image',
  target: 'io.slipway.target',
  /** Digest of how the container was to be made. */
  shape: 'io.slipway.shape',
  /** The folder of what its server must know to be asked, and which files it has. */
  access: 'io.slipway.access',
  /** Of a release's image: digests of what is live, each with its share. */
  live: 'io.slipway.live',
  /** Of a volume that says who is changing a target: the target's container, and the note. */
  lease: 'io.slipway.lease',
  note: 'io.slipway.lease.note',
  /** The word by which its server is told from another on the same port. */
  instance: 'io.slipway.instance',
} as const;

/** The user and group in the container: nobody's on the host. */
export const user = 65532;
