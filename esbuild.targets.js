/**
 * Targets with large client libraries are a bundle of their own, loaded when one is first used: what a bundle
 * of Node has in its options to find it.
 */
const targetsApart = {
  plugins: [
    {
      name: 'targets-apart',
      setup: build =>
        build.onResolve({ filter: /\/heavy\.ts$/ }, ({ kind }) =>
          kind === 'dynamic-import' ? { path: './targets.js', external: true } : undefined,
        ),
    },
  ],
  // What is loaded later is required: an extension host need not know import().
  supported: { 'dynamic-import': false },
};

module.exports = { targetsApart };
