import type { CameraLogin } from '@sightline/processors/control';
import type { Absence, PlanStep, Point, RestrictedZone, RiskLevel, RuleCondition } from '@sightline/schemas';
import type { Entity, EntityKind } from '@sightline/schemas/control';

/** The result of a change. `conflict` has the present entity; undefined: it no longer exists. */
export type CommandResult<K extends EntityKind> =
  | { readonly outcome: 'accepted'; readonly entity: Entity<K> }
  | { readonly outcome: 'conflict'; readonly message: string; readonly current: Entity<K> | undefined }
  | { readonly outcome: 'invalid'; readonly field: string; readonly message: string }
  | { readonly outcome: 'pending'; readonly commandId: string };

/** The result of a removal. `accepted` has the ids of everything removed. `conflict` has the present entity. */
export type RemovalResult<K extends EntityKind> =
  | { readonly outcome: 'accepted'; readonly removedIds: readonly string[] }
  | Exclude<CommandResult<K>, { readonly outcome: 'accepted' }>;

export interface ZoneRemovalInput {
  readonly zoneId: string;
  readonly expectedVersion: number;
  /** True: removes the rules that judge in the zone too. Without it such rules prevent the removal. */
  readonly withRules?: boolean | null | undefined;
}

export interface ZoneInput {
  readonly cameraId: string;
  /** Absent: a new zone. */
  readonly zoneId?: string | null | undefined;
  readonly name: string;
  readonly polygon: readonly Point[];
  /** Version that the change relies on; absent for a new zone. */
  readonly expectedVersion?: number | null | undefined;
}

export interface CameraInput {
  /** Absent: a new camera. */
  readonly cameraId?: string | null | undefined;
  readonly storeId?: string | null | undefined;
  /** A store that is created with the camera. */
  readonly newStore?: { readonly name: string; readonly timeZone: string } | null | undefined;
  readonly name?: string | null | undefined;
  /** As pasted; a login in it goes into the vault. */
  readonly address?: string | null | undefined;
  /** Goes into the vault; null: the camera needs none; absent: that of the address, or the present one. */
  readonly login?: CameraLogin | null | undefined;
  /** Address of its ONVIF device service; null: it has none. */
  readonly onvifUrl?: string | null | undefined;
  readonly maxFps?: number | null | undefined;
  readonly active?: boolean | null | undefined;
  /** null: the models that inference is set to. */
  readonly plan?: readonly PlanStep[] | null | undefined;
  readonly expectedVersion?: number | null | undefined;
}

type Given<T> = { readonly [K in Exclude<keyof T, 'kind'>]?: T[K] | null | undefined };

export interface AbsenceInput extends Given<Omit<Absence, 'conditions'>> {
  readonly conditions?: readonly Omit<RuleCondition, 'kind'>[] | null | undefined;
}

/** Parameters of one kind: exactly one member is given. Absent fields keep their values. */
export interface RuleParametersInput {
  readonly absence?: AbsenceInput | null | undefined;
  readonly restrictedZone?: Given<RestrictedZone> | null | undefined;
}

export interface RuleInput {
  /** Absent: a new rule. */
  readonly ruleId?: string | null | undefined;
  readonly cameraId: string;
  readonly name?: string | null | undefined;
  readonly violationType?: string | null | undefined;
  /** null: the whole picture. */
  readonly zoneId?: string | null | undefined;
  readonly minDurationMs?: number | null | undefined;
  readonly gapMs?: number | null | undefined;
  readonly cooldownMs?: number | null | undefined;
  readonly models?: readonly string[] | null | undefined;
  /** Absent: the rule keeps its parameters; a new rule needs them. */
  readonly parameters?: RuleParametersInput | null | undefined;
  readonly minConfidence?: number | null | undefined;
  readonly riskLevel?: RiskLevel | null | undefined;
  readonly active?: boolean | null | undefined;
  readonly expectedVersion?: number | null | undefined;
}
