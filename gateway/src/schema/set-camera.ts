import { signedIn } from '../auth/viewer.ts';
import { builder } from '../builder.ts';
import { Camera } from './camera.ts';
import { Conflict, Invalid, Pending } from './command-result.ts';
import { PlanStepInput, planOfInput } from './plan-step.ts';

const outcomes = { conflict: Conflict, invalid: Invalid, pending: Pending } as const;

/** The union of a camera and the other results of its change. */
const cameraResult = (name: string) =>
  builder.unionType(name, {
    types: [Camera, Conflict, Invalid, Pending],
    resolveType: value => ('outcome' in value ? outcomes[value.outcome] : Camera),
  });

const NewStoreInput = builder.inputType('NewStoreInput', {
  fields: t => ({
    name: t.string({ required: true }),
    timeZone: t.string({ required: true, description: 'IANA name.' }),
  }),
});

export const CameraLoginInput = builder.inputType('CameraLoginInput', {
  description: "Login of a camera's stream. It is kept encrypted, and nobody can read it back.",
  fields: t => ({
    user: t.string({ required: true }),
    password: t.string({ required: true, description: 'As it is, without percent-encoding.' }),
  }),
});

const SetCameraInput = builder.inputType('SetCameraInput', {
  description: 'Absent fields keep their values.',
  fields: t => ({
    cameraId: t.id({ description: 'Absent: a new camera.' }),
    storeId: t.id({ description: 'Store of the camera. A new camera needs it, or newStore.' }),
    newStore: t.field({ type: NewStoreInput, description: 'A store that is created with the camera.' }),
    name: t.string({ description: "Default of a new camera: the address's host, or Webcam." }),
    address: t.string({
      description:
        'rtsp:, rtsps:, http: or https: address. A login in it, with any characters, is taken out and kept encrypted. webcam: for pictures that a browser or script sends by a camera session. A new camera needs it.',
    }),
    login: t.field({
      type: CameraLoginInput,
      description:
        'Null: the camera needs none. Absent: the kept one stays, as long as the address is of the same server.',
    }),
    onvifUrl: t.string({
      description:
        "Address of the camera's ONVIF device service, on the host of its address. Null: it has none. An address on another host removes it.",
    }),
    maxFps: t.float({ description: 'Largest number of pictures sampled per second, up to 60.' }),
    active: t.boolean({ description: 'False: the camera is stopped.' }),
    plan: t.field({
      type: [PlanStepInput],
      description: 'Models that look at its pictures; empty: none. Null: those of its store.',
    }),
    expectedVersion: t.field({ type: 'Long', description: 'Version of the camera that the change relies on.' }),
  }),
});

builder.mutationField('setCamera', t =>
  t.field({
    type: cameraResult('SetCameraResult'),
    description: 'Creates or changes a camera. It takes effect two seconds later.',
    args: { input: t.arg({ type: SetCameraInput, required: true }) },
    authScopes: { editor: true },
    resolve: async (_, { input }, { cameraCommands, viewer }) => {
      const result = await cameraCommands.setCamera({ ...input, plan: planOfInput(input.plan) }, signedIn(viewer));
      return result.outcome === 'accepted' ? result.entity.value : result;
    },
  }),
);

builder.mutationField('restoreCamera', t =>
  t.field({
    type: cameraResult('RestoreCameraResult'),
    description:
      'Brings a removed camera back, with the rule hand_no_scooper on the whole picture if its models can judge it. When a model of its plan was removed meanwhile, it comes back with the plan of its store. A recording goes on where it stopped; one that was read to its end is not read again.',
    args: { cameraId: t.arg.id({ required: true }) },
    authScopes: { editor: true },
    resolve: async (_, { cameraId }, { cameraCommands, viewer }) => {
      const result = await cameraCommands.restoreCamera(cameraId, signedIn(viewer));
      return result.outcome === 'accepted' ? result.entity.value : result;
    },
  }),
);
