import { z } from '@hono/zod-openapi';
import type { Viewer } from '../context.ts';
import type { ViolationFilter } from '../queries/violation-filter.ts';
import type { Grain } from '../queries/violation-statistics.ts';

const Time = z
  .string()
  .refine(
    text => Number.isFinite(Date.parse(text)) || /^\d{1,15}$/.test(text),
    'ISO 8601 text or milliseconds since 1970',
  )
  .transform(text => (/^\d{1,15}$/.test(text) ? Number(text) : Date.parse(text)));

export const FilterQuery = z.object({
  storeId: z.string().optional(),
  cameraId: z.string().optional(),
  violationType: z.string().optional(),
  state: z.enum(['open', 'closed']).optional(),
  riskLevel: z.enum(['low', 'medium', 'high']).optional(),
  from: Time.optional().openapi({ type: 'string', description: 'Started at or after.' }),
  to: Time.optional().openapi({ type: 'string', description: 'Started before.' }),
});

export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().optional().openapi({ description: '`next` of the page before.' }),
});

export const GrainQuery = z.object({
  grain: z.enum(['minute', 'hour', 'day', 'week', 'month']).default('hour'),
  timezone: z.string().default('UTC').openapi({ description: 'IANA name.' }),
});

export function filterOfQuery(query: z.infer<typeof FilterQuery>, viewer: Viewer): ViolationFilter {
  const { state, from, to, ...rest } = query;
  return {
    grantedStoreIds: viewer.storeIds,
    ...rest,
    state: state === undefined ? undefined : state === 'open' ? 'OPEN' : 'CLOSED',
    fromMs: from,
    toMs: to,
  };
}

const GRAINS = { minute: 'MINUTE', hour: 'HOUR', day: 'DAY', week: 'WEEK', month: 'MONTH' } as const;
export const grainOf = (grain: keyof typeof GRAINS): Grain => GRAINS[grain];
