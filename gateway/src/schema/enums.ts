import { builder } from '../builder.ts';

/** Clients ignore values they do not know: every enum may grow. */
const values = <const V extends string>(
  all: Readonly<Record<Uppercase<V>, { value: V; description?: string }>>,
): typeof all => all;

const NEWER = 'A value by a newer version, which this one does not know.';

export const SourceKind = builder.enumType('SourceKind', {
  description: 'Kind of source of a camera.',
  values: values<'live' | 'file' | 'loop' | 'unknown'>({
    LIVE: { value: 'live', description: 'A stream.' },
    FILE: { value: 'file', description: 'A recording, read once.' },
    LOOP: { value: 'loop', description: 'A recording played as if live.' },
    UNKNOWN: { value: 'unknown', description: NEWER },
  }),
});

export const PlanOrigin = builder.enumType('PlanOrigin', {
  description: "Where a camera's plan comes from.",
  values: values<'camera' | 'store' | 'chain' | 'standard'>({
    CAMERA: { value: 'camera', description: 'Its own.' },
    STORE: { value: 'store', description: 'That of its store.' },
    CHAIN: { value: 'chain', description: 'That of the chain.' },
    STANDARD: { value: 'standard', description: 'The models that inference is set to.' },
  }),
});

export const CameraState = builder.enumType('CameraState', {
  description: "State of a camera's source.",
  values: values<'connecting' | 'connected' | 'down' | 'ended' | 'broken' | 'unknown'>({
    CONNECTING: { value: 'connecting' },
    CONNECTED: { value: 'connected' },
    DOWN: { value: 'down', description: 'The source cannot be reached; ingest keeps trying.' },
    ENDED: { value: 'ended', description: 'The file was read to its end, or the camera was stopped.' },
    BROKEN: { value: 'broken', description: 'The file cannot be read: replace it.' },
    UNKNOWN: { value: 'unknown', description: NEWER },
  }),
});

export const ModelState = builder.enumType('ModelState', {
  description: 'State of a model in an inference process.',
  values: values<'closed' | 'open' | 'failed' | 'unknown'>({
    CLOSED: { value: 'closed', description: "No active camera's plan names it." },
    OPEN: { value: 'open', description: 'It runs.' },
    FAILED: { value: 'failed', description: 'It does not open.' },
    UNKNOWN: { value: 'unknown', description: NEWER },
  }),
});

export const RiskLevel = builder.enumType('RiskLevel', {
  description: 'How serious a violation is.',
  values: values<'low' | 'medium' | 'high' | 'unknown'>({
    LOW: { value: 'low' },
    MEDIUM: { value: 'medium' },
    HIGH: { value: 'high' },
    UNKNOWN: { value: 'unknown', description: NEWER },
  }),
});

export const RuleKind = builder.enumType('RuleKind', {
  description: 'Kind of a rule.',
  values: values<'absence' | 'restricted_zone' | 'unknown'>({
    ABSENCE: { value: 'absence', description: 'A subject without a required object.' },
    RESTRICTED_ZONE: { value: 'restricted_zone', description: 'A subject in a zone where it may not be.' },
    UNKNOWN: { value: 'unknown', description: NEWER },
  }),
});

export const Anchor = builder.enumType('Anchor', {
  description: 'Part of a box that must be in a zone.',
  values: values<'centre' | 'bottom_centre' | 'overlap' | 'unknown'>({
    CENTRE: { value: 'centre', description: 'Its centre.' },
    BOTTOM_CENTRE: { value: 'bottom_centre', description: 'The middle of its lower edge, where a person stands.' },
    OVERLAP: { value: 'overlap', description: 'A share of its area.' },
    UNKNOWN: { value: 'unknown', description: NEWER },
  }),
});

export const CloseReason = builder.enumType('CloseReason', {
  description: 'Why a violation closed.',
  values: values<'gap' | 'ended' | 'rule_changed' | 'unseen' | 'clock_set_back' | 'unknown'>({
    GAP: { value: 'gap', description: "There was no breach for longer than the rule's gapMs." },
    ENDED: { value: 'ended', description: 'The source ended.' },
    RULE_CHANGED: { value: 'rule_changed', description: 'The rule or its zone changed.' },
    UNSEEN: { value: 'unseen', description: 'No frame was judged for too long.' },
    CLOCK_SET_BACK: {
      value: 'clock_set_back',
      description: 'The clock was over a day ahead and was set right. The times are of the wrong clock.',
    },
    UNKNOWN: { value: 'unknown', description: NEWER },
  }),
});

export const Role = builder.enumType('Role', {
  description: 'What a user may do.',
  values: values<'admin' | 'operator' | 'manager' | 'analyst' | 'viewer' | 'unknown'>({
    ADMIN: { value: 'admin' },
    OPERATOR: { value: 'operator' },
    MANAGER: { value: 'manager' },
    ANALYST: { value: 'analyst' },
    VIEWER: { value: 'viewer' },
    UNKNOWN: { value: 'unknown', description: NEWER },
  }),
});

export const ViolationState = builder.enumType('ViolationState', {
  description: 'State of a violation.',
  values: ['OPEN', 'CLOSED'] as const,
});

export const ViolationAction = builder.enumType('ViolationAction', {
  description: 'Kind of a violation event.',
  values: values<'opened' | 'updated' | 'closed' | 'unknown'>({
    OPENED: { value: 'opened' },
    UPDATED: { value: 'updated' },
    CLOSED: { value: 'closed' },
    UNKNOWN: { value: 'unknown', description: NEWER },
  }),
});

export const EvidenceRole = builder.enumType('EvidenceRole', {
  description: 'Content of an evidence file.',
  values: values<'still' | 'first' | 'last' | 'unknown'>({
    STILL: { value: 'still', description: 'The picture shown as proof.' },
    FIRST: { value: 'first', description: 'The first breaching frame.' },
    LAST: { value: 'last', description: 'The last breaching frame; kept when the violation closes.' },
    UNKNOWN: { value: 'unknown', description: NEWER },
  }),
});

export const Grain = builder.enumType('Grain', {
  description: 'Length of a time step.',
  values: ['MINUTE', 'HOUR', 'DAY', 'WEEK', 'MONTH'] as const,
});

export const HealthStatus = builder.enumType('HealthStatus', {
  values: values<'healthy' | 'degraded' | 'unhealthy'>({
    HEALTHY: { value: 'healthy' },
    DEGRADED: { value: 'degraded' },
    UNHEALTHY: { value: 'unhealthy' },
  }),
});
