import { z } from 'zod';

/** Settings of the server side; the browser needs none, all it asks for is on its own origin. */
const shape = z.object({
  GATEWAY_URL: z.url().default('http://127.0.0.1:8080').describe('base URL of the gateway'),
});

export const env = shape.parse(process.env);
