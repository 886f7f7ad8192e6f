import manifest from '../../package.json' with { type: 'json' };

/** Slipway's own version, from package.json. */
export const slipwayVersion: string = manifest.version;
