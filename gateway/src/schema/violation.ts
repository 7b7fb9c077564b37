import type {
  Evidence,
  EvidenceFile as EvidenceFileRecord,
  FrameLineage as FrameLineageRecord,
  FrameReference as FrameReferenceRecord,
  KeyPoint as KeyPointRecord,
  ModelReference as ModelReferenceRecord,
  RecordReference as RecordReferenceRecord,
  TrackedBox as TrackedBoxRecord,
  Violation as ViolationRecord,
} from '@sightline/schemas';
import { openOrClosed } from '../arguments/violation-filter.ts';
import { mayQueryStore } from '../auth/viewer.ts';
import { builder } from '../builder.ts';
import { PRICES } from '../prices.ts';
import { fileOf } from '../queries/evidence.ts';
import { Camera } from './camera.ts';
import { CloseReason, EvidenceRole, RiskLevel, ViolationState } from './enums.ts';
import { Model } from './model.ts';
import { Rule } from './rule.ts';
import { Store } from './store.ts';
import { Zone } from './zone.ts';

const KeyPoint = builder.objectRef<KeyPointRecord>('KeyPoint').implement({
  description: 'A named point of an object, e.g. a joint.',
  fields: t => ({
    name: t.exposeString('name', { description: "Name in the model's card, e.g. left_wrist." }),
    xPx: t.exposeFloat('xPx'),
    yPx: t.exposeFloat('yPx'),
    confidence: t.exposeFloat('confidence', { description: '0 to 1.' }),
  }),
});

const TrackedBox = builder.objectRef<TrackedBoxRecord>('TrackedBox').implement({
  description: 'A detection and its track. Pixels of the frame, origin top left, x2 and y2 exclusive.',
  fields: t => ({
    className: t.exposeString('className'),
    confidence: t.exposeFloat('confidence', { description: '0 to 1.' }),
    x1Px: t.exposeFloat('x1Px'),
    y1Px: t.exposeFloat('y1Px'),
    x2Px: t.exposeFloat('x2Px'),
    y2Px: t.exposeFloat('y2Px'),
    trackId: t.exposeID('trackId', { nullable: true, description: 'Null while no track is confirmed.' }),
    points: t.field({
      type: [KeyPoint],
      description: 'Its visible points; empty when its model gives none.',
      resolve: ({ points }) => points,
    }),
  }),
});

const RecordReference = builder.objectRef<RecordReferenceRecord>('RecordReference').implement({
  description: "A record's place in the log.",
  fields: t => ({
    topic: t.exposeString('topic'),
    partition: t.exposeInt('partition'),
    offset: t.expose('offset', { type: 'Long' }),
  }),
});

const FrameReference = builder.objectRef<FrameReferenceRecord>('FrameReference').implement({
  description: "Place of a frame's bytes; not its identity.",
  fields: t => ({
    topic: t.exposeString('topic'),
    partition: t.exposeInt('partition'),
    offset: t.expose('offset', { type: 'Long' }),
    sha256: t.exposeString('sha256', { description: 'SHA-256 of the JPEG bytes.' }),
  }),
});

const FrameLineage = builder.objectRef<FrameLineageRecord>('FrameLineage').implement({
  description: 'A frame that the decision used. Its identity is (cameraId, epoch, sequence).',
  fields: t => ({
    epoch: t.expose('epoch', { type: 'Long', description: 'Capture session.' }),
    sequence: t.expose('sequence', {
      type: 'Long',
      description: 'Counter in the capture session; frame n of a file has 2n + 1.',
    }),
    capturedAt: t.expose('capturedAtMs', { type: 'DateTime', description: 'Camera time.' }),
    mediaTimeMs: t.expose('mediaTimeMs', {
      type: 'Long',
      nullable: true,
      description: 'Position in the recording in ms; null for live.',
    }),
    frame: t.expose('frame', { type: FrameReference, nullable: true, description: 'Null: that frame had no picture.' }),
    detection: t.expose('detection', { type: RecordReference, description: 'The record that was judged.' }),
  }),
});

const ModelReference = builder.objectRef<ModelReferenceRecord>('ModelReference').implement({
  description: 'The model that gave a result.',
  fields: t => ({
    model: t.exposeString('model', { description: 'Its name.' }),
    version: t.exposeString('version'),
    sha256: t.exposeString('sha256', { description: "SHA-256 of the model's file." }),
    running: t.field({
      type: Model,
      nullable: true,
      description: 'The model, while it has this file as one of its versions; null: it has not.',
      resolve: ({ model, sha256 }, _, { models }) => {
        const found = models.get(model);
        return found?.sha256 === sha256 || models.versionsOf(model).some(version => version.sha256 === sha256)
          ? (found ?? null)
          : null;
      },
    }),
  }),
});

const Lineage = builder.objectRef<ViolationRecord>('Lineage').implement({
  description: 'Frames, models and versions that the decision used.',
  fields: t => ({
    first: t.expose('firstFrame', { type: FrameLineage, description: 'First breaching frame.' }),
    peak: t.expose('peakFrame', { type: FrameLineage, description: 'The frame shown as proof.' }),
    last: t.expose('lastFrame', { type: FrameLineage, description: 'Last breaching frame so far.' }),
    models: t.expose('models', { type: [ModelReference], description: 'Every model that the decision used.' }),
    ruleVersion: t.exposeString('ruleVersion', { description: 'Hash of the rule and its zone.' }),
    zoneVersion: t.exposeString('zoneVersion', { nullable: true, description: 'Hash of the zone.' }),
    controlOffset: t.expose('controlOffset', { type: 'Long', description: 'Configuration in force when it opened.' }),
  }),
});

const Still = builder.objectRef<Evidence>('Still').implement({
  description: 'The picture shown as proof.',
  fields: t => ({
    url: t.string({
      nullable: true,
      description: 'Path on this origin.',
      resolve: evidence => urlOf(fileOf(evidence, 'still')),
    }),
    sha256: t.string({ nullable: true, resolve: evidence => fileOf(evidence, 'still')?.sha256 ?? null }),
    mediaType: t.string({ nullable: true, resolve: evidence => fileOf(evidence, 'still')?.mediaType ?? null }),
    sizeBytes: t.field({
      type: 'Long',
      nullable: true,
      resolve: evidence => fileOf(evidence, 'still')?.sizeBytes ?? null,
    }),
    capturedAt: t.field({
      type: 'DateTime',
      nullable: true,
      resolve: evidence => fileOf(evidence, 'still')?.capturedAtMs ?? null,
    }),
    missing: t.exposeString('missing', {
      nullable: true,
      description: 'Why there is no picture; null when there is one.',
    }),
  }),
});

const EvidenceFile = builder.objectRef<EvidenceFileRecord>('EvidenceFile').implement({
  description: 'A picture kept as proof. The bytes never change.',
  fields: t => ({
    role: t.expose('role', { type: EvidenceRole }),
    url: t.string({ description: 'Path on this origin.', resolve: file => urlOf(file) ?? '' }),
    sha256: t.exposeString('sha256'),
    capturedAt: t.expose('capturedAtMs', { type: 'DateTime', description: 'Camera time of the frame.' }),
  }),
});

const urlOf = (file: EvidenceFileRecord | undefined): string | null =>
  file === undefined ? null : `/api/evidence/${file.sha256}`;

export const Violation = builder.objectRef<ViolationRecord>('Violation');

builder.node(Violation, {
  description: 'One breach of a rule, from its first frame to its last.',
  id: { resolve: violation => violation.violationId },
  loadOne: async (violationId: string, { violations, viewer }) => {
    const violation = await violations.get(violationId);
    return violation !== undefined && mayQueryStore(viewer, violation.storeId) ? violation : null;
  },
  isTypeOf: value => typeof value === 'object' && value !== null && 'framesObserved' in value,
  fields: t => ({
    violationId: t.exposeID('violationId', { description: 'The same after every replay.' }),
    violationType: t.exposeString('violationType', { description: 'E.g. hand_no_scooper.' }),
    state: t.field({ type: ViolationState, resolve: openOrClosed }),
    revision: t.exposeInt('revision', { description: '1 when opened; each further change adds 1.' }),
    riskLevel: t.expose('riskLevel', { type: RiskLevel }),
    cameraId: t.exposeID('cameraId'),
    camera: t.field({
      type: Camera,
      nullable: true,
      description: 'As it is now, or as it last was.',
      resolve: ({ cameraId }, _, { fold }) => fold.lastKnown('camera', cameraId)?.value ?? null,
    }),
    storeId: t.exposeID('storeId'),
    store: t.field({
      type: Store,
      nullable: true,
      description: 'As it is now, or as it last was.',
      resolve: ({ storeId }, _, { fold }) => fold.lastKnown('store', storeId)?.value ?? null,
    }),
    ruleId: t.exposeID('ruleId'),
    rule: t.field({
      type: Rule,
      nullable: true,
      description: 'As it is now, or as it last was.',
      resolve: ({ ruleId }, _, { fold }) => fold.lastKnown('rule', ruleId) ?? null,
    }),
    zone: t.field({
      type: Zone,
      nullable: true,
      description: 'As it is now, or as it last was. Null: the whole picture.',
      resolve: ({ zoneId }, _, { fold }) => (zoneId === null ? null : (fold.lastKnown('zone', zoneId) ?? null)),
    }),
    zoneId: t.exposeID('zoneId', { nullable: true, description: 'Null: the whole picture.' }),
    trackId: t.exposeID('trackId', { description: 'Track of the subject at the first frame.' }),
    startedAt: t.expose('startedAtMs', { type: 'DateTime', description: 'Camera time of the first breaching frame.' }),
    lastSeenAt: t.expose('lastSeenAtMs', {
      type: 'DateTime',
      description: 'Camera time of the last breaching frame so far.',
    }),
    endedAt: t.expose('endedAtMs', { type: 'DateTime', nullable: true, description: 'Null while open.' }),
    createdAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Time at which the log stored its first record. Null while unknown.',
      resolve: ({ violationId }, _, { createdAt }) => createdAt.load(violationId),
    }),
    durationMs: t.field({ type: 'Long', resolve: ({ startedAtMs, lastSeenAtMs }) => lastSeenAtMs - startedAtMs }),
    closeReason: t.expose('closeReason', { type: CloseReason, nullable: true, description: 'Null while open.' }),
    framesObserved: t.exposeInt('framesObserved', { description: 'Breaching frames so far.' }),
    peakConfidence: t.exposeFloat('peakConfidence', { description: 'Highest confidence of the subject, 0 to 1.' }),
    widthPx: t.exposeInt('widthPx', { description: 'Width of the peak frame.' }),
    heightPx: t.exposeInt('heightPx', { description: 'Height of the peak frame.' }),
    boxes: t.expose('boxes', {
      type: [TrackedBox],
      description: "All boxes that the rule's models found in the peak frame.",
    }),
    subjectBox: t.exposeInt('subjectBox', { description: "The subject's index in boxes." }),
    models: t.expose('models', { type: [ModelReference], description: 'Every model that the decision used.' }),
    ruleVersion: t.exposeString('ruleVersion', { description: 'Hash of the rule and its zone.' }),
    zoneVersion: t.exposeString('zoneVersion', { nullable: true, description: 'Hash of the zone.' }),
    controlOffset: t.expose('controlOffset', { type: 'Long', description: 'Configuration in force when it opened.' }),
    lineage: t.field({ type: Lineage, resolve: violation => violation }),
    still: t.field({
      type: Still,
      complexity: PRICES.batched,
      nullable: true,
      description: 'Null until the evidence is stored, shortly after the violation opened.',
      resolve: ({ violationId }, _, { evidenceOf }) => evidenceOf.load(violationId),
    }),
    evidence: t.field({
      type: [EvidenceFile],
      complexity: PRICES.batched,
      description: 'All pictures kept as proof, at most one of each role.',
      resolve: async ({ violationId }, _, { evidenceOf }) => (await evidenceOf.load(violationId))?.files ?? [],
    }),
  }),
});
