import { STATUS_CODES } from 'node:http';
import { z } from '@hono/zod-openapi';

export const ProblemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    detail: z.string(),
    code: z.string(),
    field: z.string().optional().openapi({ description: 'The wrong part of the request.' }),
  })
  .openapi('Problem');

/** The answer of a route that worked, for OpenAPI. */
export const ok = <T extends z.ZodType>(schema: T, description: string) => ({
  200: { content: { 'application/json': { schema } }, description },
});

/** The error answers of a route, for OpenAPI. */
export function problems(...statuses: readonly number[]) {
  return Object.fromEntries(
    statuses.map(status => [
      status,
      { content: { 'application/problem+json': { schema: ProblemSchema } }, description: STATUS_CODES[status] ?? '' },
    ]),
  );
}

const Degraded = z.boolean().openapi({
  description: 'True: the analytics database cannot be reached or is too slow, so older violations are missing.',
});

const Warnings = z
  .array(z.object({ field: z.string(), message: z.string() }))
  .openapi({ description: 'Values of the filter that name nothing that exists now.' });

const DateTime = z.string().openapi({ format: 'date-time' });

const ModelReference = z
  .object({ model: z.string(), version: z.string(), sha256: z.string() })
  .openapi('ModelReference', { description: 'A model that the decision used.' });

const BoundingBox = z
  .object({
    className: z.string(),
    confidence: z.number(),
    x1Px: z.number(),
    y1Px: z.number(),
    x2Px: z.number(),
    y2Px: z.number(),
    trackId: z.string().nullable(),
    model: z.string().openapi({ description: 'Name of the model that found it.' }),
  })
  .openapi('BoundingBox', { description: 'Pixels of the frame, origin top left.' });

export const ViolationSchema = z
  .object({
    id: z.string(),
    video: z.string().openapi({ description: 'Name of the camera or video.' }),
    cameraId: z.string(),
    storeId: z.string(),
    violationType: z.string(),
    state: z.enum(['open', 'closed']),
    riskLevel: z.enum(['low', 'medium', 'high', 'unknown']),
    frameId: z
      .string()
      .openapi({ description: 'Frame shown as proof: capture session, and number of the frame in it.' }),
    timestampMs: z.number().openapi({ description: 'Camera time of the first breaching frame, ms since 1970.' }),
    startedAt: DateTime,
    endedAt: DateTime.nullable(),
    durationMs: z.number(),
    boundingBoxes: z.array(BoundingBox),
    detectedObjects: z.array(z.string()),
    confidences: z.array(z.number()),
    frame: z
      .object({ url: z.string().nullable(), sha256: z.string().nullable(), missing: z.string().nullable() })
      .nullable()
      .openapi({ description: 'The still kept as evidence; null until it is stored.' }),
    createdAt: DateTime.nullable().openapi({
      description: 'Time at which the log stored its first record; null while unknown.',
    }),
  })
  .openapi('Violation');

export const ViolationListSchema = z
  .object({
    violations: z.array(ViolationSchema),
    next: z
      .string()
      .nullable()
      .openapi({ description: 'Send it as `after` to get the next page; null: this is the last page.' }),
    degraded: Degraded,
    unreadable: z.number().openapi({
      description: 'Number of violations left out of this page because their stored form is no longer readable.',
    }),
    warnings: Warnings,
  })
  .openapi('ViolationList');

const Frame = z
  .object({
    epoch: z.number(),
    sequence: z.number(),
    capturedAt: DateTime,
    mediaTimeMs: z.number().nullable(),
    frame: z.object({ topic: z.string(), partition: z.number(), offset: z.number(), sha256: z.string() }).nullable(),
    detection: z.object({ topic: z.string(), partition: z.number(), offset: z.number() }),
  })
  .openapi('FrameLineage');

export const ViolationDetailsSchema = ViolationSchema.extend({
  revision: z.number(),
  ruleId: z.string(),
  zoneId: z.string().nullable(),
  trackId: z.string(),
  closeReason: z.string().nullable(),
  framesObserved: z.number(),
  peakConfidence: z.number(),
  subjectBox: z.number(),
  widthPx: z.number(),
  heightPx: z.number(),
  lineage: z.object({
    first: Frame,
    peak: Frame,
    last: Frame,
    models: z.array(ModelReference),
    ruleVersion: z.string(),
    zoneVersion: z.string().nullable(),
    controlOffset: z.number(),
  }),
}).openapi('ViolationDetails');

export const DetectionSchema = z
  .object({
    video: z.string(),
    cameraId: z.string(),
    epoch: z.number(),
    sequence: z.number(),
    capturedAt: DateTime,
    outcome: z.string(),
    widthPx: z.number(),
    heightPx: z.number(),
    boundingBoxes: z.array(BoundingBox),
  })
  .openapi('Detection');

const Count = z.object({ key: z.string(), count: z.number(), open: z.number() });

export const StatisticsSchema = z
  .object({
    total: z.number(),
    open: z.number(),
    byStore: z.array(Count),
    byCamera: z.array(Count),
    byType: z.array(Count),
    overTime: z.array(z.object({ time: DateTime, count: z.number() })),
    stepsLeftOut: z.number().openapi({
      description:
        'Number of the oldest time steps left out of overTime, which has at most 5,000. All other numbers are complete.',
    }),
    degraded: Degraded,
    warnings: Warnings,
  })
  .openapi('Statistics');

export const VideoSummarySchema = z
  .object({
    video: z.string(),
    cameraId: z.string(),
    storeId: z.string(),
    source: z.enum(['live', 'file', 'loop', 'unknown']),
    removed: z.boolean().openapi({ description: 'True: it was removed. Name and source are the last ones.' }),
    state: z.string().nullable().openapi({ description: 'State of the source; null until ingest reported one.' }),
    message: z.string().nullable(),
    fps: z.number().nullable(),
    lastCapturedAt: DateTime.nullable(),
    framesPublished: z.number().nullable(),
    violations: z.number(),
    openViolations: z.number(),
    byType: z.array(Count),
    lastViolationAt: DateTime.nullable(),
    zones: z.array(z.object({ zoneId: z.string(), name: z.string() })),
    degraded: Degraded,
  })
  .openapi('VideoSummary');

export const HealthSchema = z
  .object({
    status: z.enum(['healthy', 'degraded', 'unhealthy']),
    service: z.string(),
    version: z.string(),
    timestamp: DateTime,
    details: z.record(z.string(), z.unknown()),
  })
  .openapi('Health');
