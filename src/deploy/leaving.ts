const name = 'Leaving';

/** Reason of an abort that leaves a release as it stands, to be gone on with by the next window. */
export function leaving(): Error {
  const error = new Error('Left to be finished later.');
  // By its name: the two bundles of the editor do not share classes.
  error.name = name;
  return error;
}

export function isLeaving(reason: unknown): boolean {
  return reason instanceof Error && reason.name === name;
}
