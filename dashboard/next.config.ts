import { fileURLToPath } from 'node:url';
import type { NextConfig } from 'next';

/** Pages live under /app of the one origin; everything else there belongs to the gateway. */
const config: NextConfig = {
  basePath: '/app',
  poweredByHeader: false,
  reactStrictMode: true,
  typedRoutes: true,
  images: { unoptimized: true },
  turbopack: { root: fileURLToPath(new URL('..', import.meta.url)) },
};

export default config;
