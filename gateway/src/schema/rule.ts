import type { Entity } from '@sightline/schemas/control';
import { signedIn } from '../auth/viewer.ts';
import { builder } from '../builder.ts';
import { visibleCamera } from '../queries/configuration.ts';
import { commandResult, entityOrOutcome, RemovalResultUnion } from './command-result.ts';
import { RiskLevel, RuleKind } from './enums.ts';
import { RuleParameters, RuleParametersInput } from './rule-parameters.ts';
import { Zone } from './zone.ts';

export const Rule = builder.objectRef<Entity<'rule'>>('Rule');

builder.node(Rule, {
  description: 'A named predicate over tracks and a zone.',
  id: { resolve: ({ value }) => value.ruleId },
  loadOne: (ruleId: string, { fold, viewer }) => {
    const rule = fold.entity('rule', ruleId);
    return rule && visibleCamera(fold, viewer, rule.value.cameraId) ? rule : null;
  },
  isTypeOf: value =>
    typeof value === 'object' && value !== null && 'value' in value && 'minDurationMs' in (value.value as object),
  fields: t => ({
    ruleId: t.id({ resolve: ({ value }) => value.ruleId }),
    cameraId: t.id({ resolve: ({ value }) => value.cameraId }),
    name: t.string({ resolve: ({ value }) => value.name }),
    violationType: t.string({ resolve: ({ value }) => value.violationType }),
    zoneId: t.id({ nullable: true, description: 'Null: the whole picture.', resolve: ({ value }) => value.zoneId }),
    zone: t.field({
      type: Zone,
      nullable: true,
      resolve: ({ value }, _, { fold }) => (value.zoneId === null ? null : (fold.entity('zone', value.zoneId) ?? null)),
    }),
    kind: t.field({ type: RuleKind, resolve: ({ value }) => value.parameters.kind }),
    parameters: t.field({
      type: RuleParameters,
      description: "Parameters of the rule's kind.",
      resolve: ({ value }) => value.parameters,
    }),
    models: t.stringList({
      description: 'Names of the models that it uses; empty: every model that looks for one of its classes.',
      resolve: ({ value }) => [...value.models],
    }),
    minConfidence: t.float({ resolve: ({ value }) => value.minConfidence }),
    minDurationMs: t.field({ type: 'Long', resolve: ({ value }) => value.minDurationMs }),
    gapMs: t.field({ type: 'Long', resolve: ({ value }) => value.gapMs }),
    cooldownMs: t.field({ type: 'Long', resolve: ({ value }) => value.cooldownMs }),
    riskLevel: t.field({ type: RiskLevel, resolve: ({ value }) => value.riskLevel }),
    active: t.boolean({ description: 'False: the rule does not judge.', resolve: ({ value }) => value.active }),
    version: t.expose('version', {
      type: 'Long',
      description: 'Send it as expectedVersion to change the rule.',
    }),
  }),
});

const SetRuleInput = builder.inputType('SetRuleInput', {
  description: 'Absent fields keep their values; in a new rule they get the defaults of its kind.',
  fields: t => ({
    ruleId: t.id({ description: 'Absent: a new rule.' }),
    cameraId: t.id({ required: true }),
    name: t.string(),
    violationType: t.string({ description: 'Default: the name of the kind.' }),
    parameters: t.field({ type: RuleParametersInput, description: 'Required for a new rule. A rule keeps its kind.' }),
    models: t.stringList({
      description: 'Names of the models that it uses; empty: every model that looks for one of its classes.',
    }),
    zoneId: t.id({ description: 'Null: the whole picture.' }),
    minDurationMs: t.field({ type: 'Long', description: 'The breach must last this long, in ms of camera time.' }),
    gapMs: t.field({
      type: 'Long',
      description: 'A breach is over after this time without it, in ms; shorter than minDurationMs.',
    }),
    cooldownMs: t.field({ type: 'Long', description: 'After a close no new violation opens for this long, in ms.' }),
    minConfidence: t.float({ description: '0 to 1.' }),
    riskLevel: t.field({ type: RiskLevel }),
    active: t.boolean(),
    expectedVersion: t.field({ type: 'Long', description: 'Version of the rule that the change relies on.' }),
  }),
});

builder.mutationField('setRule', t =>
  t.field({
    type: commandResult('SetRuleResult', Rule),
    description: "Creates or changes a rule. It takes effect two seconds later and closes the rule's open violations.",
    args: { input: t.arg({ type: SetRuleInput, required: true }) },
    authScopes: { editor: true },
    resolve: async (_, { input }, { commands, viewer }) =>
      entityOrOutcome(await commands.setRule(input, signedIn(viewer))),
  }),
);

const RemoveRuleInput = builder.inputType('RemoveRuleInput', {
  fields: t => ({
    ruleId: t.id({ required: true }),
    expectedVersion: t.field({
      type: 'Long',
      required: true,
      description: 'Version of the rule that the change relies on.',
    }),
  }),
});

builder.mutationField('removeRule', t =>
  t.field({
    type: RemovalResultUnion,
    description: 'Removes a rule. Its open violations close.',
    args: { input: t.arg({ type: RemoveRuleInput, required: true }) },
    authScopes: { editor: true },
    resolve: (_, { input }, { commands, viewer }) =>
      commands.removeRule(input.ruleId, input.expectedVersion, signedIn(viewer)),
  }),
);
