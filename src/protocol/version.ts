import manifest from '../../package.json' with { type: 'json' };

/** Slipway's own version, which every result and every job's digest carries. */
export const slipwayVersion: string = manifest.version;
