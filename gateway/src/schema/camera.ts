import type { Camera as CameraRecord, CameraStatus as CameraStatusRecord } from '@sightline/schemas';
import { builder } from '../builder.ts';
import { signedIn } from '../context.ts';
import { visibleBrokenFiles, visibleCamera, visibleCameras } from '../queries/configuration.ts';
import { RemovalResultUnion } from './command-result.ts';
import { CameraState, SourceKind } from './enums.ts';
import { PRICES } from './prices.ts';
import { Rule } from './rule.ts';
import { Store } from './store.ts';
import { Zone } from './zone.ts';

const DropCount = builder.simpleObject('DropCount', {
  fields: t => ({ reason: t.string(), count: t.field({ type: 'Long' }) }),
});

const CameraStatus = builder.objectRef<CameraStatusRecord>('CameraStatus').implement({
  description: "How the camera's source is, by ingest's last word.",
  fields: t => ({
    state: t.expose('state', { type: CameraState }),
    message: t.exposeString('message', {
      nullable: true,
      description: 'What is wrong and what to do; null: all is well.',
    }),
    fps: t.exposeFloat('fps', { description: 'Pictures published per second over the last seconds.' }),
    at: t.expose('atMs', { type: 'DateTime', description: "Ingest's clock when it said so." }),
    lastCapturedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Camera time of the last frame.',
      resolve: status => status.lastCapturedAtMs || null,
    }),
    epoch: t.expose('epoch', { type: 'Long', description: 'Capture session.' }),
    framesPublished: t.expose('framesPublished', { type: 'Long', description: 'Pictures published in this epoch.' }),
    attempts: t.exposeInt('attempts', { description: 'Failed tries to connect since the last success.' }),
    drops: t.field({
      type: [DropCount],
      description: 'Sampling slots of this epoch without a record, by reason.',
      resolve: status => Object.entries(status.drops).map(([reason, count]) => ({ reason, count })),
    }),
  }),
});

export const Camera = builder.objectRef<CameraRecord>('Camera');

/** A camera's address never carries a login; should one have been written, it does not leave. */
const withoutLogin = (url: string): string => url.replace(/^([a-z]+:\/\/)[^/@]*@/i, '$1');

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
      resolve: ({ storeId }, _, { fold }) => fold.entity('store', storeId)?.value ?? null,
    }),
    name: t.exposeString('name'),
    site: t.exposeString('site', { description: 'Network it is reached from.' }),
    source: t.expose('source', { type: SourceKind }),
    url: t.string({ description: 'Address without login.', resolve: ({ url }) => withoutLogin(url) }),
    maxFps: t.exposeFloat('maxFps', { description: 'Pictures sampled per second at most.' }),
    version: t.field({
      type: 'Long',
      description: 'Give it back as expectedVersion when removing the camera.',
      resolve: ({ cameraId }, _, { fold }) => fold.versionOf('camera', cameraId) ?? 0,
    }),
    active: t.exposeBoolean('active', { description: 'False: it is stopped.' }),
    demo: t.exposeBoolean('demo', { description: 'Made by the demo.' }),
    status: t.field({
      type: CameraStatus,
      nullable: true,
      description: 'Null until ingest first said something.',
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
      description: 'Violations that are open now.',
      resolve: ({ cameraId }, _, { openCounts }) => openCounts.load(cameraId),
    }),
  }),
});

const BrokenFile = builder.objectRef<CameraStatusRecord>('BrokenFile').implement({
  description: 'A file placed in the videos folder that cannot be read, so it is no camera.',
  fields: t => ({
    fileId: t.exposeID('cameraId', { description: 'The cameraId it would have had.' }),
    message: t.string({
      description: 'Which file, what is wrong and what to do.',
      resolve: ({ message, cameraId }) => message ?? `${cameraId} cannot be read: copy it again`,
    }),
    at: t.expose('atMs', { type: 'DateTime', description: "Ingest's clock when it said so." }),
  }),
});

builder.queryFields(t => ({
  brokenFiles: t.field({
    type: [BrokenFile],
    resolve: (_, __, { fold, viewer, statuses }) => visibleBrokenFiles(fold, viewer, statuses.all()),
  }),
  cameras: t.field({
    type: [Camera],
    args: { storeId: t.arg.id() },
    resolve: (_, { storeId }, { fold, viewer }) => visibleCameras(fold, viewer, storeId),
  }),
  camera: t.field({
    type: Camera,
    nullable: true,
    args: { id: t.arg.id({ required: true, description: 'The plain cameraId.' }) },
    resolve: (_, { id }, { fold, viewer }) => visibleCamera(fold, viewer, id) ?? null,
  }),
}));

const RemoveCameraInput = builder.inputType('RemoveCameraInput', {
  fields: t => ({
    cameraId: t.id({ required: true }),
    expectedVersion: t.field({ type: 'Long', required: true, description: 'Version of the camera that was seen.' }),
  }),
});

builder.mutationField('removeCamera', t =>
  t.field({
    type: RemovalResultUnion,
    description:
      'Removes a camera with its zones and rules in one change; open violations close, all stay to be looked at. A recording that still lies in the folder stays away.',
    args: { input: t.arg({ type: RemoveCameraInput, required: true }) },
    authScopes: { editor: true },
    resolve: (_, { input }, { commands, viewer }) =>
      commands.removeCamera(input.cameraId, input.expectedVersion, signedIn(viewer)),
  }),
);
