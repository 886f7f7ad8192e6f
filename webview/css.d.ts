/** Style sheets are bundled beside the pages; an import of one has no value. */
declare module '*.css';
