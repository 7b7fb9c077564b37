import type { Absence, RestrictedZone, RuleCondition as RuleConditionRecord, Unknown } from '@sightline/schemas';
import { builder } from '../builder.ts';
import { Anchor } from './enums.ts';

const RuleCondition = builder.objectRef<RuleConditionRecord>('RuleCondition').implement({
  description: 'A condition on one subject in one frame: whether a box of a class overlaps it.',
  fields: t => ({
    className: t.exposeString('className', { description: 'Class of the other box.' }),
    negated: t.exposeBoolean('negated', { description: 'True: no box of the class may overlap it.' }),
  }),
});

const AbsenceParameters = builder.objectRef<Absence>('AbsenceParameters').implement({
  description: 'A subject in the zone without a required object.',
  fields: t => ({
    subjectClass: t.exposeString('subjectClass', { description: 'Class of the subject.' }),
    anchor: t.expose('anchor', { type: Anchor, description: 'Part of the subject that must be in the zone.' }),
    conditions: t.expose('conditions', { type: [RuleCondition], description: 'All must hold.' }),
    minOverlap: t.exposeFloat('minOverlap', {
      description: 'Smallest shared area at which two boxes overlap, as a share of the smaller box, 0 to 1.',
    }),
  }),
});

const RestrictedZoneParameters = builder.objectRef<RestrictedZone>('RestrictedZoneParameters').implement({
  description: 'A subject in a zone where it may not be; each subject is a separate violation.',
  fields: t => ({
    subjectClass: t.exposeString('subjectClass', { description: 'Class that must stay out.' }),
    anchor: t.expose('anchor', { type: Anchor, description: 'Part of the subject that must be in the zone.' }),
    minOverlap: t.exposeFloat('minOverlap', {
      description: 'With the anchor OVERLAP: smallest share that must overlap, 0 to 1.',
    }),
    leaveMargin: t.exposeFloat('leaveMargin', {
      description:
        "How far outside the zone a subject that was inside still counts as inside, as a share of the picture's size.",
    }),
  }),
});

const UnknownParameters = builder.objectRef<Unknown>('UnknownParameters').implement({
  description: 'Parameters of a kind that only a newer version of this server knows.',
  fields: t => ({ of: t.exposeString('of', { description: 'Name of that kind.' }) }),
});

export const RuleParameters = builder.unionType('RuleParameters', {
  description: 'Parameters of a rule, by its kind. Clients must ignore unknown kinds, because more kinds will follow.',
  types: [AbsenceParameters, RestrictedZoneParameters, UnknownParameters],
  resolveType: ({ kind }) => TYPES[kind],
});

const TYPES = {
  absence: AbsenceParameters,
  restricted_zone: RestrictedZoneParameters,
  unknown: UnknownParameters,
} as const;

const RuleConditionInput = builder.inputType('RuleConditionInput', {
  description: 'A box of the class overlaps the subject.',
  fields: t => ({
    className: t.string({ required: true }),
    negated: t.boolean({ required: true, description: 'True: no box of the class may overlap it.' }),
  }),
});

const AbsenceInput = builder.inputType('AbsenceInput', {
  description: 'Absent fields keep their values. A new rule needs subjectClass and a negated condition.',
  fields: t => ({
    subjectClass: t.string(),
    anchor: t.field({ type: Anchor }),
    conditions: t.field({ type: [RuleConditionInput] }),
    minOverlap: t.float({ description: '0 to 1.' }),
  }),
});

const RestrictedZoneInput = builder.inputType('RestrictedZoneInput', {
  description: 'Absent fields keep their values. A new rule needs subjectClass.',
  fields: t => ({
    subjectClass: t.string(),
    anchor: t.field({ type: Anchor }),
    minOverlap: t.float({ description: '0 to 1.' }),
    leaveMargin: t.float({ description: '0 to 1.' }),
  }),
});

export const RuleParametersInput = builder.inputType('RuleParametersInput', {
  description: 'Exactly one member, which names the kind of the rule.',
  fields: t => ({
    absence: t.field({ type: AbsenceInput }),
    restrictedZone: t.field({ type: RestrictedZoneInput }),
  }),
});
