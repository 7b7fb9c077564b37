import type { Point as PointRecord } from '@sightline/schemas';
import type { Entity } from '@sightline/schemas/control';
import { signedIn } from '../auth/viewer.ts';
import { builder } from '../builder.ts';
import { visibleCamera } from '../queries/configuration.ts';
import { commandResult, entityOrOutcome, RemovalResultUnion } from './command-result.ts';

const Point = builder.objectRef<PointRecord>('Point').implement({
  description: "A point of a camera's picture in relative coordinates, origin top left.",
  fields: t => ({
    x: t.exposeFloat('x', { description: '0 (left edge) to 1 (right edge).' }),
    y: t.exposeFloat('y', { description: '0 (top edge) to 1 (bottom edge).' }),
  }),
});

export const Zone = builder.objectRef<Entity<'zone'>>('Zone');

builder.node(Zone, {
  description: "A polygon on a camera's picture.",
  id: { resolve: ({ value }) => value.zoneId },
  loadOne: (zoneId: string, { fold, viewer }) => {
    const zone = fold.entity('zone', zoneId);
    return zone && visibleCamera(fold, viewer, zone.value.cameraId) ? zone : null;
  },
  isTypeOf: value =>
    typeof value === 'object' && value !== null && 'value' in value && 'polygon' in (value.value as object),
  fields: t => ({
    zoneId: t.id({ resolve: ({ value }) => value.zoneId }),
    cameraId: t.id({ resolve: ({ value }) => value.cameraId }),
    name: t.string({ resolve: ({ value }) => value.name }),
    polygon: t.field({ type: [Point], description: '3 to 64 corners.', resolve: ({ value }) => value.polygon }),
    version: t.expose('version', {
      type: 'Long',
      description: 'Send it as expectedVersion to change the zone.',
    }),
  }),
});

const PointInput = builder.inputType('PointInput', {
  fields: t => ({ x: t.float({ required: true }), y: t.float({ required: true }) }),
});

const SetZoneInput = builder.inputType('SetZoneInput', {
  fields: t => ({
    cameraId: t.id({ required: true }),
    zoneId: t.id({ description: 'Absent: a new zone.' }),
    name: t.string({ required: true }),
    polygon: t.field({ type: [PointInput], required: true, description: '3 to 64 corners, relative coordinates.' }),
    expectedVersion: t.field({ type: 'Long', description: 'Version of the zone that the change relies on.' }),
  }),
});

builder.mutationField('setZone', t =>
  t.field({
    type: commandResult('SetZoneResult', Zone),
    description: 'Creates or changes a zone. It takes effect two seconds later.',
    args: { input: t.arg({ type: SetZoneInput, required: true }) },
    authScopes: { editor: true },
    resolve: async (_, { input }, { commands, viewer }) =>
      entityOrOutcome(await commands.setZone(input, signedIn(viewer))),
  }),
);

const RemoveZoneInput = builder.inputType('RemoveZoneInput', {
  fields: t => ({
    zoneId: t.id({ required: true }),
    expectedVersion: t.field({
      type: 'Long',
      required: true,
      description: 'Version of the zone that the change relies on.',
    }),
    withRules: t.boolean({
      description: 'True: removes the rules that judge in the zone too. Without it such rules prevent the removal.',
    }),
  }),
});

builder.mutationField('removeZone', t =>
  t.field({
    type: RemovalResultUnion,
    description: 'Removes a zone. A zone that rules use is removed only together with these rules.',
    args: { input: t.arg({ type: RemoveZoneInput, required: true }) },
    authScopes: { editor: true },
    resolve: (_, { input }, { commands, viewer }) => commands.removeZone(input, signedIn(viewer)),
  }),
);
