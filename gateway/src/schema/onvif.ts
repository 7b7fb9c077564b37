import { signedIn } from '../auth/viewer.ts';
import { builder } from '../builder.ts';
import type { FoundCameras } from '../commands/onvif-commands.ts';
import type { OnvifCamera as OnvifCameraRecord, OnvifProfile as OnvifProfileRecord } from '../onvif/onvif-camera.ts';
import { PRICES } from '../prices.ts';
import { Camera } from './camera.ts';
import { Invalid } from './command-result.ts';
import { CameraLoginInput } from './set-camera.ts';

const OnvifProfile = builder.objectRef<OnvifProfileRecord>('OnvifProfile').implement({
  description: 'A stream that an ONVIF camera offers.',
  fields: t => ({
    token: t.exposeString('token', { description: "The camera's own name for it." }),
    name: t.exposeString('name'),
    codec: t.exposeString('codec', { nullable: true, description: 'As H264, H265, JPEG; null: not known.' }),
    widthPx: t.exposeInt('widthPx', { nullable: true }),
    heightPx: t.exposeInt('heightPx', { nullable: true }),
    fps: t.exposeFloat('fps', { nullable: true, description: 'Largest number of pictures a second; null: not known.' }),
    url: t.exposeString('url', { description: 'RTSP address without login, for setCamera.' }),
  }),
});

const OnvifCamera = builder.objectRef<OnvifCameraRecord>('OnvifCamera').implement({
  description: 'What a camera says of itself by ONVIF.',
  fields: t => ({
    onvifUrl: t.exposeString('onvifUrl', { description: 'Address of its device service, for setCamera.' }),
    manufacturer: t.exposeString('manufacturer', { nullable: true }),
    model: t.exposeString('model', { nullable: true }),
    clockSkewMs: t.exposeFloat('clockSkewMs', {
      nullable: true,
      description: "The camera's clock minus the gateway's in ms; null: the camera does not tell its time.",
    }),
    profiles: t.field({ type: [OnvifProfile], resolve: ({ profiles }) => [...profiles] }),
    notes: t.stringList({ description: 'What to know of the answer.', resolve: ({ notes }) => [...notes] }),
  }),
});

const FoundOnvifCamera = builder.objectRef<FoundCameras['cameras'][number]>('FoundOnvifCamera').implement({
  description: 'A camera that answered the search.',
  fields: t => ({
    onvifUrl: t.exposeString('onvifUrl', { description: 'Address of its device service, for readOnvifCamera.' }),
    name: t.exposeString('name', { nullable: true }),
    hardware: t.exposeString('hardware', { nullable: true, description: 'Model of the device.' }),
    location: t.exposeString('location', { nullable: true }),
    known: t.field({
      type: [Camera],
      description: 'Cameras of the viewer that are this one: by ONVIF address, or by host where they have none.',
      resolve: ({ known }) => [...known],
    }),
  }),
});

const FoundOnvifCameras = builder.objectRef<FoundCameras>('FoundOnvifCameras').implement({
  fields: t => ({
    cameras: t.field({ type: [FoundOnvifCamera], resolve: ({ cameras }) => [...cameras] }),
    askedFrom: t.stringList({
      description: "The gateway's own addresses, from which it asked their networks.",
      resolve: ({ askedFrom }) => [...askedFrom],
    }),
  }),
});

const FindOnvifCamerasResult = builder.unionType('FindOnvifCamerasResult', {
  types: [FoundOnvifCameras, Invalid],
  resolveType: value => ('outcome' in value ? Invalid : FoundOnvifCameras),
});

const ReadOnvifCameraResult = builder.unionType('ReadOnvifCameraResult', {
  types: [OnvifCamera, Invalid],
  resolveType: value => ('outcome' in value ? Invalid : OnvifCamera),
});

const ReadOnvifCameraInput = builder.inputType('ReadOnvifCameraInput', {
  description: 'Either cameraId or address.',
  fields: t => ({
    cameraId: t.id({ description: 'A camera with an onvifUrl. Its kept login is used, unless another is given.' }),
    address: t.string({ description: 'Host or host:port of the camera, or the http: address of its device service.' }),
    login: t.field({ type: CameraLoginInput, description: 'Nothing is kept of it.' }),
  }),
});

// Mutations: they ask devices of the network, and no answer with a login may be kept.
builder.mutationFields(t => ({
  findOnvifCameras: t.field({
    type: FindOnvifCamerasResult,
    description: "Searches the gateway's networks for ONVIF cameras, which takes four seconds. It changes nothing.",
    authScopes: { editor: true },
    complexity: PRICES.network,
    resolve: (_, __, { onvifCommands, viewer }) => onvifCommands.find(signedIn(viewer)),
  }),
  readOnvifCamera: t.field({
    type: ReadOnvifCameraResult,
    description: 'Asks a camera by ONVIF for its streams, for at most 12 seconds. It changes nothing.',
    args: { input: t.arg({ type: ReadOnvifCameraInput, required: true }) },
    authScopes: { editor: true },
    complexity: PRICES.network,
    resolve: (_, { input }, { onvifCommands, viewer }) => onvifCommands.read(input, signedIn(viewer)),
  }),
}));
