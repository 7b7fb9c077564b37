import { z } from 'zod';

/** Settings of the server side. The browser needs none, because all its requests go to its own origin. */
const shape = z.object({
  GATEWAY_URL: z.url().default('http://127.0.0.1:8080').describe('base URL of the gateway'),
});

export const env = shape.parse(process.env);
