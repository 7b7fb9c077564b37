import type { Absence, RestrictedZone, RuleCondition as RuleConditionRecord, Unknown } from '@sightline/schemas';
import { builder } from '../builder.ts';
import { Anchor } from './enums.ts';

const RuleCondition = builder.objectRef<RuleConditionRecord>('RuleCondition').implement({
  description: 'A condition on one subject in one frame: whether a box of a class overlaps it.',
  fields: t => ({
    className: t.exposeString('className', { description: 'Class of the other box.' }),
    negated: t.exposeBoolean('negated', { description: 'True: there must be none.' }),
  }),
});

const AbsenceParameters = builder.objectRef<Absence>('AbsenceParameters').implement({
  description: 'The subject in the zone without what must be there.',
  fields: t => ({
    subjectClass: t.exposeString('subjectClass', { description: 'Class that is judged.' }),
    anchor: t.expose('anchor', { type: Anchor, description: 'What of the subject must be in the zone.' }),
    conditions: t.expose('conditions', { type: [RuleCondition], description: 'All must hold.' }),
    minOverlap: t.exposeFloat('minOverlap', {
      description: 'Share of the smaller box from which two overlap, 0 to 1.',
    }),
  }),
});

const RestrictedZoneParameters = builder.objectRef<RestrictedZone>('RestrictedZoneParameters').implement({
  description: 'The subject is where it must not be; each subject is a violation of its own.',
  fields: t => ({
    subjectClass: t.exposeString('subjectClass', { description: 'Class that must stay out.' }),
    anchor: t.expose('anchor', { type: Anchor, description: 'What of the subject must be in the zone.' }),
    minOverlap: t.exposeFloat('minOverlap', {
      description: 'With the anchor OVERLAP: least share that overlaps, 0 to 1.',
    }),
    leaveMargin: t.exposeFloat('leaveMargin', {
      description: "How far out a subject still counts as in once it was, as a share of the picture's size.",
    }),
  }),
});

const UnknownParameters = builder.objectRef<Unknown>('UnknownParameters').implement({
  description: 'Of a kind that only a newer version of this server knows.',
  fields: t => ({ of: t.exposeString('of', { description: 'Name of that kind.' }) }),
});

export const RuleParameters = builder.unionType('RuleParameters', {
  description: 'What a rule needs, by its kind. Clients ignore kinds they do not know: there will be more.',
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
    negated: t.boolean({ required: true, description: 'True: there must be none.' }),
  }),
});

const AbsenceInput = builder.inputType('AbsenceInput', {
  description: 'Fields left out keep their value. A new rule needs subjectClass and a negated condition.',
  fields: t => ({
    subjectClass: t.string(),
    anchor: t.field({ type: Anchor }),
    conditions: t.field({ type: [RuleConditionInput] }),
    minOverlap: t.float({ description: '0 to 1.' }),
  }),
});

const RestrictedZoneInput = builder.inputType('RestrictedZoneInput', {
  description: 'Fields left out keep their value. A new rule needs subjectClass.',
  fields: t => ({
    subjectClass: t.string(),
    anchor: t.field({ type: Anchor }),
    minOverlap: t.float({ description: '0 to 1.' }),
    leaveMargin: t.float({ description: '0 to 1.' }),
  }),
});

export const RuleParametersInput = builder.inputType('RuleParametersInput', {
  description: 'Exactly one member: the kind of the rule.',
  fields: t => ({
    absence: t.field({ type: AbsenceInput }),
    restrictedZone: t.field({ type: RestrictedZoneInput }),
  }),
});
