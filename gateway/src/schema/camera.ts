import type {
  Camera as CameraRecord,
  CameraStatus as CameraStatusRecord,
  StreamFigures as StreamFiguresRecord,
} from '@sightline/schemas';
import { signedIn } from '../auth/viewer.ts';
import { builder } from '../builder.ts';
import { parseCameraAddress } from '../commands/camera-address.ts';
import { PRICES } from '../prices.ts';
import { removedCameras, visibleCamera, visibleCameras } from '../queries/configuration.ts';
import { rateNeeds } from '../queries/rate-needs.ts';
import { RemovalResultUnion } from './command-result.ts';
import { CameraState, PlanOrigin, SourceKind } from './enums.ts';
import { PlanStep } from './plan-step.ts';
import { RateNeed } from './rate-need.ts';
import { Rule } from './rule.ts';
import { Store } from './store.ts';
import { Zone } from './zone.ts';

const DropCount = builder.simpleObject('DropCount', {
  fields: t => ({ reason: t.string(), count: t.field({ type: 'Long' }) }),
});

const StreamFigures = builder.objectRef<StreamFiguresRecord>('StreamFigures').implement({
  description: 'What a live camera sends, measured over some seconds.',
  fields: t => ({
    codec: t.exposeString('codec', { description: "Codec by FFmpeg's name, e.g. h264, hevc, mjpeg." }),
    widthPx: t.exposeInt('widthPx'),
    heightPx: t.exposeInt('heightPx'),
    fps: t.exposeFloat('fps', { description: 'Pictures that it sends per second.' }),
    bitsPerSecond: t.expose('bitsPerSecond', { type: 'Long' }),
    clockRate: t.exposeFloat('clockRate', {
      nullable: true,
      description: "Pace of its stream's times; 1 is that of ingest's clock. Null: not measured, or it has no times.",
    }),
  }),
});

const CameraStatus = builder.objectRef<CameraStatusRecord>('CameraStatus').implement({
  description: "State of the camera's source, as ingest last reported it.",
  fields: t => ({
    state: t.expose('state', { type: CameraState }),
    message: t.exposeString('message', {
      nullable: true,
      description: 'The problem and what to do; null: there is none.',
    }),
    fps: t.exposeFloat('fps', { description: 'Pictures published per second over the last seconds.' }),
    at: t.expose('atMs', { type: 'DateTime', description: "Time of the report by ingest's clock." }),
    lastCapturedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Camera time of the last frame.',
      resolve: status => status.lastCapturedAtMs || null,
    }),
    epoch: t.expose('epoch', { type: 'Long', description: 'Capture session.' }),
    framesPublished: t.expose('framesPublished', { type: 'Long', description: 'Pictures published in this epoch.' }),
    attempts: t.exposeInt('attempts', { description: 'Failed attempts to connect since the last success.' }),
    connections: t.exposeInt('connections', {
      description: 'Connections to the camera since ingest began to read it.',
    }),
    stream: t.expose('stream', {
      type: StreamFigures,
      nullable: true,
      description: 'What the camera sends; null for a recording, and before it was measured.',
    }),
    drops: t.field({
      type: [DropCount],
      description: 'Sampling slots of this epoch without a record, by reason.',
      resolve: status => Object.entries(status.drops).map(([reason, count]) => ({ reason, count })),
    }),
  }),
});

export const Camera = builder.objectRef<CameraRecord>('Camera');

/** A camera's address has no login. A login that another writer left in it is removed from the answer. */
function withoutLogin(url: string): string {
  const parsed = parseCameraAddress(url);
  return typeof parsed === 'string' ? url : parsed.url;
}

builder.node(Camera, {
  description: 'A camera of a store.',
  id: { resolve: camera => camera.cameraId },
  loadOne: (cameraId: string, { fold, viewer }) => visibleCamera(fold, viewer, cameraId) ?? null,
  isTypeOf: value => typeof value === 'object' && value !== null && 'maxFps' in value,
  fields: t => ({
    cameraId: t.exposeID('cameraId'),
    storeId: t.exposeID('storeId'),
    store: t.field({
      type: Store,
      nullable: true,
      resolve: ({ storeId }, _, { fold }) => fold.lastKnown('store', storeId)?.value ?? null,
    }),
    name: t.exposeString('name'),
    site: t.exposeString('site', { description: 'Network from which it is reached.' }),
    source: t.expose('source', { type: SourceKind }),
    url: t.string({ description: 'Address without login.', resolve: ({ url }) => withoutLogin(url) }),
    maxFps: t.exposeFloat('maxFps', { description: 'Largest number of pictures sampled per second.' }),
    hasLogin: t.boolean({
      description: 'True: a login for its stream is kept. Nobody can read it back.',
      resolve: ({ loginId }) => loginId !== null,
    }),
    onvifUrl: t.exposeString('onvifUrl', {
      nullable: true,
      description:
        'Address of its ONVIF device service, where readOnvifCamera reads its other streams. Null: not known.',
    }),
    plan: t.field({
      type: [PlanStep],
      description:
        'The models that look at its pictures, in this order; empty: none, or what inference is set to is not known yet.',
      resolve: (camera, _, { models }) => [...(models.planOf(camera).plan ?? [])],
    }),
    planOrigin: t.field({
      type: PlanOrigin,
      description: 'Where its plan comes from.',
      resolve: (camera, _, { models }) => models.planOf(camera).origin,
    }),
    rateNeeds: t.field({
      type: [RateNeed],
      description: 'How often its rules in force now need each model that a plan can name, with its present plan.',
      resolve: (camera, _, { models, fold }) => [...rateNeeds(camera, models, fold, Date.now())],
    }),
    version: t.field({
      type: 'Long',
      description: 'Send it as expectedVersion to change or remove the camera.',
      resolve: ({ cameraId }, _, { fold }) => fold.versionOf('camera', cameraId) ?? 0,
    }),
    active: t.exposeBoolean('active', { description: 'False: the camera is stopped.' }),
    demo: t.exposeBoolean('demo', { description: 'True: created by the demo.' }),
    removed: t.boolean({
      description: 'True: the camera was removed. The other fields are the last ones.',
      resolve: ({ cameraId }, _, { fold }) => fold.entity('camera', cameraId) === undefined,
    }),
    status: t.field({
      type: CameraStatus,
      nullable: true,
      description: 'Null until the first report by ingest.',
      resolve: ({ cameraId }, _, { statuses }) => statuses.get(cameraId) ?? null,
    }),
    zones: t.field({
      type: [Zone],
      resolve: ({ cameraId }, _, { fold }) => fold.ofCamera('zone', cameraId),
    }),
    rules: t.field({
      type: [Rule],
      resolve: ({ cameraId }, _, { fold }) => fold.ofCamera('rule', cameraId),
    }),
    violationCount: t.int({
      complexity: PRICES.batched,
      description: 'Number of its open violations.',
      resolve: ({ cameraId }, _, { openCounts }) => openCounts.load(cameraId),
    }),
  }),
});

builder.queryFields(t => ({
  cameras: t.field({
    type: [Camera],
    args: { storeId: t.arg.id() },
    resolve: (_, { storeId }, { fold, viewer }) => visibleCameras(fold, viewer, storeId),
  }),
  removedCameras: t.field({
    type: [Camera],
    description: 'Removed cameras as they last were. Their violations stay.',
    resolve: (_, __, { fold, viewer }) => removedCameras(fold, viewer),
  }),
  camera: t.field({
    type: Camera,
    nullable: true,
    args: { id: t.arg.id({ required: true, description: 'The cameraId, not the node id.' }) },
    resolve: (_, { id }, { fold, viewer }) => visibleCamera(fold, viewer, id) ?? null,
  }),
}));

const RemoveCameraInput = builder.inputType('RemoveCameraInput', {
  fields: t => ({
    cameraId: t.id({ required: true }),
    expectedVersion: t.field({
      type: 'Long',
      required: true,
      description: 'Version of the camera that the change relies on.',
    }),
  }),
});

builder.mutationField('removeCamera', t =>
  t.field({
    type: RemovalResultUnion,
    description:
      'Removes a camera with its zones and rules in one change. Open violations close; all violations stay. A recording stays away under any file name, until `restoreCamera`.',
    args: { input: t.arg({ type: RemoveCameraInput, required: true }) },
    authScopes: { editor: true },
    resolve: (_, { input }, { cameraCommands, viewer }) =>
      cameraCommands.removeCamera(input.cameraId, input.expectedVersion, signedIn(viewer)),
  }),
);
