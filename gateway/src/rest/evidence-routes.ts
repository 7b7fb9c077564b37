import { createRoute, z } from '@hono/zod-openapi';
import { mayQueryStore } from '../auth/viewer.ts';
import { NotFoundError } from '../errors.ts';
import type { App, AppParts } from './app-env.ts';
import { problems } from './schemas.ts';

const still = createRoute({
  method: 'get',
  path: '/api/evidence/{sha256}',
  summary: 'A picture kept as evidence, by the SHA-256 of its bytes.',
  request: { params: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/, '64 hex digits') }) },
  responses: {
    200: {
      content: { 'image/jpeg': { schema: z.string().openapi({ format: 'binary' }) } },
      description: 'The picture.',
    },
    304: { description: 'If-None-Match names this file: the client has it already.' },
    ...problems(400, 401, 404),
  },
});

/** Media type by the first bytes. It is never one that a browser would run as code. */
function mediaTypeOf(bytes: Buffer): string {
  if (bytes.length > 2 && bytes.readUInt16BE(0) === 0xffd8) return 'image/jpeg';
  if (bytes.length > 8 && bytes.readUInt32BE(0) === 0x89504e47) return 'image/png';
  return 'application/octet-stream';
}

export function evidenceRoutes(app: App, { blobs, evidence }: AppParts): void {
  app.openapi(still, async context => {
    const { sha256 } = context.req.valid('param');
    const { viewer } = context.get('identity');
    const storeId = viewer.storeIds === null ? undefined : await evidence.storeOf(sha256);
    const allowed = viewer.storeIds === null || (storeId !== undefined && mayQueryStore(viewer, storeId));
    const bytes = allowed ? await blobs.get(sha256) : undefined;
    if (bytes === undefined) throw new NotFoundError(`there is no evidence ${sha256}`);
    // A file named by its hash never changes. `private`, because shared caches do not check grants.
    const headers = { 'content-type': mediaTypeOf(bytes), 'cache-control': 'private, max-age=31536000, immutable' };
    return context.body(new Uint8Array(bytes), 200, { ...headers, etag: `"${sha256}"` });
  });
}
