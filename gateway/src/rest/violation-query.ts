import { z } from '@hono/zod-openapi';
import { isTime } from '@sightline/schemas';
import { parseTime, TIME_MUST_BE } from '../arguments/bounds.ts';
import { checkedFilter, type ViolationFilter } from '../arguments/violation-filter.ts';
import type { Viewer } from '../auth/viewer.ts';
import type { Grain } from '../queries/start-of-step.ts';

/** Treats an empty value as absent, since forms send untouched fields so. */
const orNone = <T extends z.ZodType>(schema: T) => z.preprocess(value => (value === '' ? undefined : value), schema);

const Time = z
  .string()
  .refine(text => isTime(parseTime(text) ?? -1), TIME_MUST_BE)
  .transform(text => parseTime(text));

export const FilterQuery = z.object({
  storeId: z.string().optional(),
  cameraId: z.string().optional(),
  violationType: z.string().optional(),
  state: orNone(z.enum(['open', 'closed']).optional()).openapi({ type: 'string', enum: ['open', 'closed'] }),
  riskLevel: orNone(z.enum(['low', 'medium', 'high']).optional()).openapi({
    type: 'string',
    enum: ['low', 'medium', 'high'],
  }),
  from: orNone(Time.optional()).openapi({ type: 'string', description: 'Started at this time or later.' }),
  to: orNone(Time.optional()).openapi({ type: 'string', description: 'Started before.' }),
});

export const PageQuery = z.object({
  limit: orNone(z.coerce.number().int().min(1).max(200).default(50)).openapi({
    type: 'integer',
    minimum: 1,
    maximum: 200,
    default: 50,
  }),
  after: orNone(z.string().optional()).openapi({ type: 'string', description: '`next` of the previous page.' }),
});

const GRAINS = { minute: 'MINUTE', hour: 'HOUR', day: 'DAY', week: 'WEEK', month: 'MONTH' } as const;

export const GrainQuery = z.object({
  grain: orNone(z.enum(['minute', 'hour', 'day', 'week', 'month']).default('hour')).openapi({
    type: 'string',
    enum: Object.keys(GRAINS),
    default: 'hour',
  }),
  timezone: z.string().optional().openapi({ description: 'IANA name; UTC when absent.' }),
});

export function filterOfQuery(query: z.infer<typeof FilterQuery>, viewer: Viewer): ViolationFilter {
  const { state, ...rest } = query;
  return checkedFilter({ ...rest, state: state && (state === 'open' ? 'OPEN' : 'CLOSED') }, viewer);
}

export const grainOf = (grain: keyof typeof GRAINS): Grain => GRAINS[grain];
