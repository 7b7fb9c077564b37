import { createRoute, z } from '@hono/zod-openapi';
import type { Camera } from '@sightline/schemas';
import { checkedText, checkedTimeZone, isoTime } from '../arguments/bounds.ts';
import type { ViolationFilter } from '../arguments/violation-filter.ts';
import type { Viewer } from '../auth/viewer.ts';
import { mayQueryStore } from '../auth/viewer.ts';
import { NotFoundError, UnavailableError } from '../errors.ts';
import { ClickHouseUnavailableError } from '../queries/clickhouse.ts';
import { cameraByIdOrName } from '../queries/configuration.ts';
import { filterWarnings } from '../queries/filter-warnings.ts';
import { Freshness } from '../queries/freshness.ts';
import { violationConnection } from '../queries/violation-connection.ts';
import type { App, AppParts } from './app-env.ts';
import {
  DetectionSchema,
  ok,
  problems,
  StatisticsSchema,
  VideoSummarySchema,
  ViolationDetailsSchema,
  ViolationListSchema,
} from './schemas.ts';
import { detectionJson, statisticsJson, violationDetailsJson, violationJson } from './violation-json.ts';
import { FilterQuery, filterOfQuery, GrainQuery, grainOf, PageQuery } from './violation-query.ts';

const ofVideo = z.object({ video: z.string().openapi({ description: 'Id or name of the camera or video.' }) });

const violationsOfVideo = createRoute({
  method: 'get',
  path: '/api/violations/{video}',
  summary: 'Violations of one camera or video, newest first.',
  request: { params: ofVideo, query: FilterQuery.omit({ storeId: true, cameraId: true }).extend(PageQuery.shape) },
  responses: { ...ok(ViolationListSchema, 'A page.'), ...problems(400, 401, 404) },
});

const violationsList = createRoute({
  method: 'get',
  path: '/api/violations-list',
  summary: 'Violations, newest first.',
  request: { query: FilterQuery.extend(PageQuery.shape) },
  responses: { ...ok(ViolationListSchema, 'A page.'), ...problems(400, 401) },
});

const latestDetection = createRoute({
  method: 'get',
  path: '/api/latest-detection/{video}',
  summary: 'Boxes of the newest frame with boxes, of a camera or video.',
  request: { params: ofVideo },
  responses: { ...ok(DetectionSchema, 'The frame.'), ...problems(400, 401, 404, 503) },
});

const videoSummary = createRoute({
  method: 'get',
  path: '/api/video-summary/{video}',
  summary: 'Statistics of a camera or video.',
  request: { params: ofVideo },
  responses: { ...ok(VideoSummarySchema, 'The summary.'), ...problems(400, 401, 404) },
});

const violationDetails = createRoute({
  method: 'get',
  path: '/api/violation-details/{id}',
  summary: 'One violation with its lineage: frames, models and versions.',
  request: { params: z.object({ id: z.string() }) },
  responses: { ...ok(ViolationDetailsSchema, 'The violation.'), ...problems(400, 401, 404, 503) },
});

const statistics = createRoute({
  method: 'get',
  path: '/api/statistics',
  summary: 'Numbers of violations by store, camera, type and time.',
  request: { query: FilterQuery.extend(GrainQuery.shape) },
  responses: { ...ok(StatisticsSchema, 'The numbers.'), ...problems(400, 401) },
});

export function violationRoutes(app: App, parts: AppParts): void {
  const { fold, violations, evidence, statuses, latestDetections } = parts;

  const cameraOf = (viewer: Viewer, video: string): Camera => {
    const camera = cameraByIdOrName(fold, viewer, checkedText('video', video) ?? '');
    if (camera === undefined) throw new NotFoundError(`there is no camera or video ${video}`);
    return camera;
  };

  async function list(filter: ViolationFilter, page: z.infer<typeof PageQuery>, viewer: Viewer) {
    const { edges, pageInfo, degraded, unreadable } = await violationConnection(violations, filter, {
      first: page.limit,
      after: page.after,
    });
    Freshness.current?.allowKeeping();
    const ids = edges.map(({ node }) => node.violationId);
    const [bundles, createdAt] = await Promise.all([evidence.ofViolations(ids), violations.createdAt(ids)]);
    return {
      violations: edges.map(({ node }, i) => violationJson(node, bundles[i] ?? null, createdAt[i] ?? null, fold)),
      next: pageInfo.hasNextPage ? pageInfo.endCursor : null,
      degraded,
      unreadable,
      warnings: [...filterWarnings(filter, fold, viewer)],
    };
  }

  app.openapi(violationsOfVideo, async context => {
    const { viewer } = context.get('identity');
    const { storeId, cameraId } = cameraOf(viewer, context.req.valid('param').video);
    const query = context.req.valid('query');
    return context.json(await list({ ...filterOfQuery(query, viewer), storeId, cameraId }, query, viewer), 200);
  });

  app.openapi(violationsList, async context => {
    const query = context.req.valid('query');
    const { viewer } = context.get('identity');
    return context.json(await list(filterOfQuery(query, viewer), query, viewer), 200);
  });

  app.openapi(latestDetection, async context => {
    const camera = cameraOf(context.get('identity').viewer, context.req.valid('param').video);
    const rows = await latestDetections.ofCamera(camera).catch((error: unknown) => {
      if (!(error instanceof ClickHouseUnavailableError)) throw error;
      throw new UnavailableError(`the analytics database is ${error.reason}: try again in a moment`);
    });
    const [first] = rows;
    if (first === undefined) throw new NotFoundError(`no object was detected on ${camera.name} yet`);
    return context.json(detectionJson(camera.name, camera.cameraId, first, rows), 200);
  });

  app.openapi(videoSummary, async context => {
    const { viewer } = context.get('identity');
    const { cameraId, storeId, name, source } = cameraOf(viewer, context.req.valid('param').video);
    const filter: ViolationFilter = { grantedStoreIds: viewer.storeIds, storeId, cameraId };
    const [numbers, latest] = await Promise.all([
      violations.statistics(filter, 'MONTH', 'UTC'),
      violations.page({ filter, from: 'newest', limit: 1 }),
    ]);
    const status = statuses.get(cameraId);
    const lastMs = latest.violations[0]?.startedAtMs;
    return context.json(
      {
        ...{ video: name, cameraId, storeId, source },
        removed: fold.entity('camera', cameraId) === undefined,
        state: status?.state ?? null,
        message: status?.message ?? null,
        fps: status?.fps ?? null,
        lastCapturedAt: status?.lastCapturedAtMs ? isoTime(status.lastCapturedAtMs) : null,
        framesPublished: status?.framesPublished ?? null,
        violations: numbers.total,
        openViolations: numbers.open,
        byType: [...numbers.byType],
        lastViolationAt: lastMs === undefined ? null : isoTime(lastMs),
        zones: fold.ofCamera('zone', cameraId).map(({ value }) => ({ zoneId: value.zoneId, name: value.name })),
        degraded: numbers.degraded,
      },
      200,
    );
  });

  app.openapi(violationDetails, async context => {
    const id = checkedText('id', context.req.valid('param').id) ?? '';
    const violation = await violations.get(id);
    if (violation === undefined || !mayQueryStore(context.get('identity').viewer, violation.storeId))
      throw new NotFoundError(`there is no violation ${id}`);
    const [[bundle], [createdAtMs]] = await Promise.all([evidence.ofViolations([id]), violations.createdAt([id])]);
    return context.json(violationDetailsJson(violation, bundle ?? null, createdAtMs ?? null, fold), 200);
  });

  app.openapi(statistics, async context => {
    const { grain, timezone, ...query } = context.req.valid('query');
    const { viewer } = context.get('identity');
    const filter = filterOfQuery(query, viewer);
    Freshness.current?.allowKeeping();
    const numbers = await violations.statistics(filter, grainOf(grain), checkedTimeZone(timezone));
    return context.json(statisticsJson(numbers, filterWarnings(filter, fold, viewer)), 200);
  });
}
