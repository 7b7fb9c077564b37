/** Request header from proxy.ts to the pages: path and query under the base path. */
export const PATH_HEADER = 'x-sightline-path';
