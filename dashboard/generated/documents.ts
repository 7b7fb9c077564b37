// Written by scripts/generate.ts from queries/*.graphql and the gateway schema. Do not edit.
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** Absent fields keep their values. A new rule needs subjectClass and a negated condition. */
export type AbsenceInput = {
  readonly anchor?: Anchor | null | undefined;
  readonly conditions?: ReadonlyArray<RuleConditionInput> | null | undefined;
  /** 0 to 1. */
  readonly minOverlap?: number | null | undefined;
  readonly subjectClass?: string | null | undefined;
};

/** Part of a box that must be in a zone. */
export type Anchor =
  /** The middle of its lower edge, where a person stands. */
  | 'BOTTOM_CENTRE'
  /** Its centre. */
  | 'CENTRE'
  /** A share of its area. */
  | 'OVERLAP'
  /** A value by a newer version, which this one does not know. */
  | 'UNKNOWN';

/** Login of a camera's stream. It is kept encrypted, and nobody can read it back. */
export type CameraLoginInput = {
  /** As it is, without percent-encoding. */
  readonly password: string;
  readonly user: string;
};

/** State of a camera's source. */
export type CameraState =
  /** The file cannot be read: replace it. */
  | 'BROKEN'
  | 'CONNECTED'
  | 'CONNECTING'
  /** The source cannot be reached; ingest keeps trying. */
  | 'DOWN'
  /** The file was read to its end, or the camera was stopped. */
  | 'ENDED'
  /** A value by a newer version, which this one does not know. */
  | 'UNKNOWN';

/** Why a violation closed. */
export type CloseReason =
  /** The clock was over a day ahead and was set right. The times are of the wrong clock. */
  | 'CLOCK_SET_BACK'
  /** The source ended. */
  | 'ENDED'
  /** There was no breach for longer than the rule's gapMs. */
  | 'GAP'
  /** The rule or its zone changed. */
  | 'RULE_CHANGED'
  /** A value by a newer version, which this one does not know. */
  | 'UNKNOWN'
  /** No frame was judged for too long. */
  | 'UNSEEN';

/** Content of an evidence file. */
export type EvidenceRole =
  /** The first breaching frame. */
  | 'FIRST'
  /** The last breaching frame; kept when the violation closes. */
  | 'LAST'
  /** The picture shown as proof. */
  | 'STILL'
  /** A value by a newer version, which this one does not know. */
  | 'UNKNOWN';

export type HealthStatus =
  | 'DEGRADED'
  | 'HEALTHY'
  | 'UNHEALTHY';

/** State of a model in an inference process. */
export type ModelState =
  /** No active camera's plan names it. */
  | 'CLOSED'
  /** It does not open. */
  | 'FAILED'
  /** It runs. */
  | 'OPEN'
  /** A value by a newer version, which this one does not know. */
  | 'UNKNOWN';

export type NewStoreInput = {
  readonly name: string;
  /** IANA name. */
  readonly timeZone: string;
};

/** Where a camera's plan comes from. */
export type PlanOrigin =
  /** Its own. */
  | 'CAMERA'
  /** That of the chain. */
  | 'CHAIN'
  /** The models that inference is set to. */
  | 'STANDARD'
  /** That of its store. */
  | 'STORE';

export type PlanStepInput = {
  /** True: it looks as often as the camera's rules in force need, and at most maxFps. Default: false. */
  readonly byRules?: boolean | null | undefined;
  /** Most pictures a second that it looks at, 0.2 to 60. Null: every picture that inference looks at. */
  readonly maxFps?: number | null | undefined;
  /** Name of the model. */
  readonly model: string;
  /** Parts of the picture that it looks at besides, for far objects. Null: the whole picture alone. */
  readonly tiles?: TileGridInput | null | undefined;
};

export type PointInput = {
  readonly x: number;
  readonly y: number;
};

/** Either cameraId or address. */
export type ReadOnvifCameraInput = {
  /** Host or host:port of the camera, or the http: address of its device service. */
  readonly address?: string | null | undefined;
  /** A camera with an onvifUrl. Its kept login is used, unless another is given. */
  readonly cameraId?: string | null | undefined;
  /** Nothing is kept of it. */
  readonly login?: CameraLoginInput | null | undefined;
};

export type RemoveCameraInput = {
  readonly cameraId: string;
  /** Version of the camera that the change relies on. */
  readonly expectedVersion: number;
};

export type RemoveRuleInput = {
  /** Version of the rule that the change relies on. */
  readonly expectedVersion: number;
  readonly ruleId: string;
};

export type RemoveZoneInput = {
  /** Version of the zone that the change relies on. */
  readonly expectedVersion: number;
  /** True: removes the rules that judge in the zone too. Without it such rules prevent the removal. */
  readonly withRules?: boolean | null | undefined;
  readonly zoneId: string;
};

/** Absent fields keep their values. A new rule needs subjectClass. */
export type RestrictedZoneInput = {
  readonly anchor?: Anchor | null | undefined;
  /** 0 to 1. */
  readonly leaveMargin?: number | null | undefined;
  /** 0 to 1. */
  readonly minOverlap?: number | null | undefined;
  readonly subjectClass?: string | null | undefined;
};

/** How serious a violation is. */
export type RiskLevel =
  | 'HIGH'
  | 'LOW'
  | 'MEDIUM'
  /** A value by a newer version, which this one does not know. */
  | 'UNKNOWN';

/** What a user may do. */
export type Role =
  | 'ADMIN'
  | 'ANALYST'
  | 'MANAGER'
  | 'OPERATOR'
  /** A value by a newer version, which this one does not know. */
  | 'UNKNOWN'
  | 'VIEWER';

/** A box of the class overlaps the subject. */
export type RuleConditionInput = {
  readonly className: string;
  /** True: no box of the class may overlap it. */
  readonly negated: boolean;
};

/** Exactly one member, which names the kind of the rule. */
export type RuleParametersInput = {
  readonly absence?: AbsenceInput | null | undefined;
  readonly restrictedZone?: RestrictedZoneInput | null | undefined;
};

/** Absent fields keep their values. */
export type SetCameraInput = {
  /** False: the camera is stopped. */
  readonly active?: boolean | null | undefined;
  /** rtsp:, rtsps:, http: or https: address. A login in it, with any characters, is taken out and kept encrypted. webcam: for pictures that a browser or script sends by a camera session. A new camera needs it. */
  readonly address?: string | null | undefined;
  /** Absent: a new camera. */
  readonly cameraId?: string | null | undefined;
  /** Version of the camera that the change relies on. */
  readonly expectedVersion?: number | null | undefined;
  /** Null: the camera needs none. Absent: the kept one stays, as long as the address is of the same server. */
  readonly login?: CameraLoginInput | null | undefined;
  /** Largest number of pictures sampled per second, up to 60. */
  readonly maxFps?: number | null | undefined;
  /** Default of a new camera: the address's host, or Webcam. */
  readonly name?: string | null | undefined;
  /** A store that is created with the camera. */
  readonly newStore?: NewStoreInput | null | undefined;
  /** Address of the camera's ONVIF device service, on the host of its address. Null: it has none. An address on another host removes it. */
  readonly onvifUrl?: string | null | undefined;
  /** Models that look at its pictures; empty: none. Null: those of its store. */
  readonly plan?: ReadonlyArray<PlanStepInput> | null | undefined;
  /** Store of the camera. A new camera needs it, or newStore. */
  readonly storeId?: string | null | undefined;
};

export type SetPlanInput = {
  /** Version of the store or the chain. */
  readonly expectedVersion?: number | null | undefined;
  /** Null: a store has the chain's plan, and the chain the models that inference is set to. */
  readonly plan?: ReadonlyArray<PlanStepInput> | null | undefined;
  /** Absent: the chain, which needs the right to change models. */
  readonly storeId?: string | null | undefined;
};

/** Absent fields keep their values; in a new rule they get the defaults of its kind. */
export type SetRuleInput = {
  readonly active?: boolean | null | undefined;
  readonly cameraId: string;
  /** After a close no new violation opens for this long, in ms. */
  readonly cooldownMs?: number | null | undefined;
  /** Version of the rule that the change relies on. */
  readonly expectedVersion?: number | null | undefined;
  /** A breach is over after this time without it, in ms; shorter than minDurationMs. */
  readonly gapMs?: number | null | undefined;
  /** 0 to 1. */
  readonly minConfidence?: number | null | undefined;
  /** The breach must last this long, in ms of camera time. */
  readonly minDurationMs?: number | null | undefined;
  /** Names of the models that it uses; empty: every model that looks for one of its classes. */
  readonly models?: ReadonlyArray<string> | null | undefined;
  readonly name?: string | null | undefined;
  /** Required for a new rule. A rule keeps its kind. */
  readonly parameters?: RuleParametersInput | null | undefined;
  readonly riskLevel?: RiskLevel | null | undefined;
  /** Absent: a new rule. */
  readonly ruleId?: string | null | undefined;
  /** Default: the name of the kind. */
  readonly violationType?: string | null | undefined;
  /** Null: the whole picture. */
  readonly zoneId?: string | null | undefined;
};

export type SetZoneInput = {
  readonly cameraId: string;
  /** Version of the zone that the change relies on. */
  readonly expectedVersion?: number | null | undefined;
  readonly name: string;
  /** 3 to 64 corners, relative coordinates. */
  readonly polygon: ReadonlyArray<PointInput>;
  /** Absent: a new zone. */
  readonly zoneId?: string | null | undefined;
};

/** Kind of source of a camera. */
export type SourceKind =
  /** A recording, read once. */
  | 'FILE'
  /** A stream. */
  | 'LIVE'
  /** A recording played as if live. */
  | 'LOOP'
  /** A value by a newer version, which this one does not know. */
  | 'UNKNOWN';

export type TileGridInput = {
  /** Tiles side by side, 1 to 4. */
  readonly columns: number;
  /** Rows of tiles, 1 to 4. */
  readonly rows: number;
};

/** Kind of a violation event. */
export type ViolationAction =
  | 'CLOSED'
  | 'OPENED'
  /** A value by a newer version, which this one does not know. */
  | 'UNKNOWN'
  | 'UPDATED';

/** A filter of violations. All given fields must match; an empty text counts as absent. The readiness probe's store is left out unless it is named. */
export type ViolationFilter = {
  readonly cameraId?: string | null | undefined;
  /** Started at this time or later. */
  readonly from?: string | null | undefined;
  readonly riskLevel?: RiskLevel | null | undefined;
  readonly state?: ViolationState | null | undefined;
  readonly storeId?: string | null | undefined;
  /** Started before. */
  readonly to?: string | null | undefined;
  readonly violationType?: string | null | undefined;
};

/** State of a violation. */
export type ViolationState =
  | 'CLOSED'
  | 'OPEN';

export type ModelChoice = { readonly name: string, readonly title: string, readonly note: string | null, readonly standard: boolean, readonly classes: ReadonlyArray<string>, readonly cropsOf: string | null, readonly orWhole: boolean, readonly inputWidthPx: number | null, readonly inputHeightPx: number | null, readonly processes: ReadonlyArray<{ readonly state: ModelState, readonly msPerPicture: number | null, readonly msPerRun: number | null }> };

export type RateNeed = { readonly model: string, readonly perSecond: number | null, readonly rule: string | null, readonly durationMs: number | null };

export type AddCameraPageVariables = Exact<{ [key: string]: never; }>;


export type AddCameraPageResult = { readonly stores: ReadonlyArray<{ readonly storeId: string, readonly name: string, readonly demo: boolean }>, readonly models: ReadonlyArray<{ readonly name: string, readonly title: string, readonly note: string | null, readonly standard: boolean, readonly classes: ReadonlyArray<string>, readonly cropsOf: string | null, readonly orWhole: boolean, readonly inputWidthPx: number | null, readonly inputHeightPx: number | null, readonly processes: ReadonlyArray<{ readonly state: ModelState, readonly msPerPicture: number | null, readonly msPerRun: number | null }> }> };

export type CameraSettingsPageVariables = Exact<{
  id: string;
}>;


export type CameraSettingsPageResult = { readonly camera: { readonly cameraId: string, readonly name: string, readonly url: string, readonly onvifUrl: string | null, readonly hasLogin: boolean, readonly source: SourceKind, readonly storeId: string, readonly maxFps: number, readonly active: boolean, readonly planOrigin: PlanOrigin, readonly version: number, readonly plan: ReadonlyArray<{ readonly model: string, readonly maxFps: number | null, readonly byRules: boolean, readonly tiles: { readonly columns: number, readonly rows: number } | null }>, readonly rateNeeds: ReadonlyArray<{ readonly model: string, readonly perSecond: number | null, readonly rule: string | null, readonly durationMs: number | null }> } | null, readonly stores: ReadonlyArray<{ readonly storeId: string, readonly name: string, readonly demo: boolean }>, readonly models: ReadonlyArray<{ readonly name: string, readonly title: string, readonly note: string | null, readonly standard: boolean, readonly classes: ReadonlyArray<string>, readonly cropsOf: string | null, readonly orWhole: boolean, readonly inputWidthPx: number | null, readonly inputHeightPx: number | null, readonly processes: ReadonlyArray<{ readonly state: ModelState, readonly msPerPicture: number | null, readonly msPerRun: number | null }> }> };

export type SetCameraVariables = Exact<{
  input: SetCameraInput;
}>;


export type SetCameraResult = { readonly setCamera:
    | { readonly __typename: 'Camera', readonly cameraId: string, readonly version: number }
    | { readonly __typename: 'Conflict', readonly message: string }
    | { readonly __typename: 'Invalid', readonly field: string, readonly message: string }
    | { readonly __typename: 'Pending' }
   };

export type AddRuleVariables = Exact<{
  input: SetRuleInput;
}>;


export type AddRuleResult = { readonly setRule:
    | { readonly __typename: 'Conflict', readonly message: string }
    | { readonly __typename: 'Invalid', readonly field: string, readonly message: string }
    | { readonly __typename: 'Pending' }
    | { readonly __typename: 'Rule' }
   };

export type SourceFigures = { readonly fps: number, readonly framesPublished: number, readonly connections: number, readonly stream: { readonly codec: string, readonly widthPx: number, readonly heightPx: number, readonly fps: number, readonly bitsPerSecond: number, readonly clockRate: number | null } | null, readonly drops: ReadonlyArray<{ readonly reason: string, readonly count: number }> };

export type CameraSourceVariables = Exact<{
  id: string;
}>;


export type CameraSourceResult = { readonly camera: { readonly status: { readonly fps: number, readonly framesPublished: number, readonly connections: number, readonly stream: { readonly codec: string, readonly widthPx: number, readonly heightPx: number, readonly fps: number, readonly bitsPerSecond: number, readonly clockRate: number | null } | null, readonly drops: ReadonlyArray<{ readonly reason: string, readonly count: number }> } | null } | null };

export type CameraPageVariables = Exact<{
  id: string;
  since: string;
}>;


export type CameraPageResult = { readonly camera: { readonly maxFps: number, readonly url: string, readonly version: number, readonly cameraId: string, readonly name: string, readonly source: SourceKind, readonly active: boolean, readonly demo: boolean, readonly storeId: string, readonly sourceNow: { readonly fps: number, readonly framesPublished: number, readonly connections: number, readonly stream: { readonly codec: string, readonly widthPx: number, readonly heightPx: number, readonly fps: number, readonly bitsPerSecond: number, readonly clockRate: number | null } | null, readonly drops: ReadonlyArray<{ readonly reason: string, readonly count: number }> } | null, readonly plan: ReadonlyArray<{ readonly model: string, readonly running: { readonly classes: ReadonlyArray<string>, readonly title: string, readonly note: string | null } | null }>, readonly store: { readonly storeId: string, readonly name: string, readonly city: string, readonly timeZone: string, readonly demo: boolean } | null, readonly status: { readonly state: CameraState, readonly message: string | null, readonly fps: number, readonly at: string } | null, readonly zones: ReadonlyArray<{ readonly zoneId: string, readonly name: string, readonly version: number, readonly polygon: ReadonlyArray<{ readonly x: number, readonly y: number }> }>, readonly rules: ReadonlyArray<{ readonly ruleId: string, readonly name: string, readonly violationType: string, readonly zoneId: string | null, readonly minDurationMs: number, readonly gapMs: number, readonly cooldownMs: number, readonly models: ReadonlyArray<string>, readonly minConfidence: number, readonly riskLevel: RiskLevel, readonly active: boolean, readonly version: number, readonly parameters:
        | { readonly __typename: 'AbsenceParameters', readonly subjectClass: string, readonly anchor: Anchor, readonly minOverlap: number, readonly conditions: ReadonlyArray<{ readonly className: string, readonly negated: boolean }> }
        | { readonly __typename: 'RestrictedZoneParameters', readonly subjectClass: string, readonly anchor: Anchor, readonly minOverlap: number, readonly leaveMargin: number }
        | { readonly __typename: 'UnknownParameters', readonly of: string }
       }> } | null, readonly violationStatistics: { readonly total: number, readonly cursor: string, readonly overTime: ReadonlyArray<{ readonly time: string, readonly count: number }> }, readonly openNow: { readonly total: number, readonly cursor: string }, readonly violations: { readonly cursor: string, readonly edges: ReadonlyArray<{ readonly node: { readonly violationId: string, readonly violationType: string, readonly state: ViolationState, readonly revision: number, readonly riskLevel: RiskLevel, readonly cameraId: string, readonly storeId: string, readonly startedAt: string, readonly lastSeenAt: string, readonly durationMs: number, readonly widthPx: number, readonly heightPx: number, readonly subjectBox: number, readonly camera: { readonly name: string, readonly removed: boolean } | null, readonly store: { readonly name: string, readonly timeZone: string } | null, readonly boxes: ReadonlyArray<{ readonly className: string, readonly confidence: number, readonly x1Px: number, readonly y1Px: number, readonly x2Px: number, readonly y2Px: number, readonly points: ReadonlyArray<{ readonly name: string, readonly xPx: number, readonly yPx: number }> }>, readonly still: { readonly url: string | null, readonly missing: string | null } | null } }> } };

export type SetZoneVariables = Exact<{
  input: SetZoneInput;
}>;


export type SetZoneResult = { readonly setZone:
    | { readonly __typename: 'Conflict', readonly message: string, readonly current:
        | { readonly __typename: 'Camera' }
        | { readonly __typename: 'Rule' }
        | { readonly __typename: 'Store' }
        | { readonly __typename: 'Violation' }
        | { readonly __typename: 'Zone', readonly zoneId: string, readonly name: string, readonly version: number, readonly polygon: ReadonlyArray<{ readonly x: number, readonly y: number }> }
       | null }
    | { readonly __typename: 'Invalid', readonly field: string, readonly message: string }
    | { readonly __typename: 'Pending' }
    | { readonly __typename: 'Zone', readonly zoneId: string, readonly name: string, readonly version: number, readonly polygon: ReadonlyArray<{ readonly x: number, readonly y: number }> }
   };

export type SetRuleZoneVariables = Exact<{
  input: SetRuleInput;
}>;


export type SetRuleZoneResult = { readonly setRule:
    | { readonly __typename: 'Conflict', readonly message: string }
    | { readonly __typename: 'Invalid', readonly field: string, readonly message: string }
    | { readonly __typename: 'Pending' }
    | { readonly __typename: 'Rule' }
   };

type RemovalOutcome_Conflict = { readonly __typename: 'Conflict', readonly message: string };

type RemovalOutcome_Invalid = { readonly __typename: 'Invalid', readonly field: string, readonly message: string };

type RemovalOutcome_Pending = { readonly __typename: 'Pending' };

type RemovalOutcome_Removed = { readonly __typename: 'Removed' };

export type RemovalOutcome =
  | RemovalOutcome_Conflict
  | RemovalOutcome_Invalid
  | RemovalOutcome_Pending
  | RemovalOutcome_Removed
;

export type RemoveCameraVariables = Exact<{
  input: RemoveCameraInput;
}>;


export type RemoveCameraResult = { readonly removeCamera:
    | { readonly __typename: 'Conflict', readonly message: string }
    | { readonly __typename: 'Invalid', readonly field: string, readonly message: string }
    | { readonly __typename: 'Pending' }
    | { readonly __typename: 'Removed' }
   };

export type RemoveZoneVariables = Exact<{
  input: RemoveZoneInput;
}>;


export type RemoveZoneResult = { readonly removeZone:
    | { readonly __typename: 'Conflict', readonly message: string }
    | { readonly __typename: 'Invalid', readonly field: string, readonly message: string }
    | { readonly __typename: 'Pending' }
    | { readonly __typename: 'Removed' }
   };

export type RemoveRuleVariables = Exact<{
  input: RemoveRuleInput;
}>;


export type RemoveRuleResult = { readonly removeRule:
    | { readonly __typename: 'Conflict', readonly message: string }
    | { readonly __typename: 'Invalid', readonly field: string, readonly message: string }
    | { readonly __typename: 'Pending' }
    | { readonly __typename: 'Removed' }
   };

export type BoxShape = { readonly className: string, readonly confidence: number, readonly x1Px: number, readonly y1Px: number, readonly x2Px: number, readonly y2Px: number, readonly points: ReadonlyArray<{ readonly name: string, readonly xPx: number, readonly yPx: number }> };

export type ZoneShape = { readonly zoneId: string, readonly name: string, readonly version: number, readonly polygon: ReadonlyArray<{ readonly x: number, readonly y: number }> };

export type RuleValues = { readonly ruleId: string, readonly name: string, readonly violationType: string, readonly zoneId: string | null, readonly minDurationMs: number, readonly gapMs: number, readonly cooldownMs: number, readonly models: ReadonlyArray<string>, readonly minConfidence: number, readonly riskLevel: RiskLevel, readonly active: boolean, readonly version: number, readonly parameters:
    | { readonly __typename: 'AbsenceParameters', readonly subjectClass: string, readonly anchor: Anchor, readonly minOverlap: number, readonly conditions: ReadonlyArray<{ readonly className: string, readonly negated: boolean }> }
    | { readonly __typename: 'RestrictedZoneParameters', readonly subjectClass: string, readonly anchor: Anchor, readonly minOverlap: number, readonly leaveMargin: number }
    | { readonly __typename: 'UnknownParameters', readonly of: string }
   };

export type StillShape = { readonly url: string | null, readonly missing: string | null };

export type ViolationRow = { readonly violationId: string, readonly violationType: string, readonly state: ViolationState, readonly revision: number, readonly riskLevel: RiskLevel, readonly cameraId: string, readonly storeId: string, readonly startedAt: string, readonly lastSeenAt: string, readonly durationMs: number, readonly widthPx: number, readonly heightPx: number, readonly subjectBox: number, readonly camera: { readonly name: string, readonly removed: boolean } | null, readonly store: { readonly name: string, readonly timeZone: string } | null, readonly boxes: ReadonlyArray<{ readonly className: string, readonly confidence: number, readonly x1Px: number, readonly y1Px: number, readonly x2Px: number, readonly y2Px: number, readonly points: ReadonlyArray<{ readonly name: string, readonly xPx: number, readonly yPx: number }> }>, readonly still: { readonly url: string | null, readonly missing: string | null } | null };

export type CameraTile = { readonly cameraId: string, readonly name: string, readonly source: SourceKind, readonly active: boolean, readonly demo: boolean, readonly storeId: string, readonly store: { readonly storeId: string, readonly name: string, readonly city: string, readonly timeZone: string, readonly demo: boolean } | null, readonly status: { readonly state: CameraState, readonly message: string | null, readonly fps: number, readonly at: string } | null, readonly zones: ReadonlyArray<{ readonly zoneId: string, readonly name: string, readonly version: number, readonly polygon: ReadonlyArray<{ readonly x: number, readonly y: number }> }>, readonly rules: ReadonlyArray<{ readonly ruleId: string, readonly name: string, readonly violationType: string, readonly zoneId: string | null, readonly minDurationMs: number, readonly gapMs: number, readonly cooldownMs: number, readonly models: ReadonlyArray<string>, readonly minConfidence: number, readonly riskLevel: RiskLevel, readonly active: boolean, readonly version: number, readonly parameters:
      | { readonly __typename: 'AbsenceParameters', readonly subjectClass: string, readonly anchor: Anchor, readonly minOverlap: number, readonly conditions: ReadonlyArray<{ readonly className: string, readonly negated: boolean }> }
      | { readonly __typename: 'RestrictedZoneParameters', readonly subjectClass: string, readonly anchor: Anchor, readonly minOverlap: number, readonly leaveMargin: number }
      | { readonly __typename: 'UnknownParameters', readonly of: string }
     }>, readonly plan: ReadonlyArray<{ readonly model: string, readonly running: { readonly title: string, readonly note: string | null } | null }> };

export type ComponentRow = { readonly name: string, readonly kind: string, readonly status: HealthStatus, readonly sentence: string, readonly checkedAt: string, readonly details: unknown };

export type HealthPageVariables = Exact<{ [key: string]: never; }>;


export type HealthPageResult = { readonly health: { readonly status: HealthStatus, readonly version: string, readonly timestamp: string, readonly components: ReadonlyArray<{ readonly name: string, readonly kind: string, readonly status: HealthStatus, readonly sentence: string, readonly checkedAt: string, readonly details: unknown }> } };

export type LivePageVariables = Exact<{
  since: string;
}>;


export type LivePageResult = { readonly cameras: ReadonlyArray<{ readonly cameraId: string, readonly name: string, readonly source: SourceKind, readonly active: boolean, readonly demo: boolean, readonly storeId: string, readonly store: { readonly storeId: string, readonly name: string, readonly city: string, readonly timeZone: string, readonly demo: boolean } | null, readonly status: { readonly state: CameraState, readonly message: string | null, readonly fps: number, readonly at: string } | null, readonly zones: ReadonlyArray<{ readonly zoneId: string, readonly name: string, readonly version: number, readonly polygon: ReadonlyArray<{ readonly x: number, readonly y: number }> }>, readonly rules: ReadonlyArray<{ readonly ruleId: string, readonly name: string, readonly violationType: string, readonly zoneId: string | null, readonly minDurationMs: number, readonly gapMs: number, readonly cooldownMs: number, readonly models: ReadonlyArray<string>, readonly minConfidence: number, readonly riskLevel: RiskLevel, readonly active: boolean, readonly version: number, readonly parameters:
        | { readonly __typename: 'AbsenceParameters', readonly subjectClass: string, readonly anchor: Anchor, readonly minOverlap: number, readonly conditions: ReadonlyArray<{ readonly className: string, readonly negated: boolean }> }
        | { readonly __typename: 'RestrictedZoneParameters', readonly subjectClass: string, readonly anchor: Anchor, readonly minOverlap: number, readonly leaveMargin: number }
        | { readonly __typename: 'UnknownParameters', readonly of: string }
       }>, readonly plan: ReadonlyArray<{ readonly model: string, readonly running: { readonly title: string, readonly note: string | null } | null }> }>, readonly fileNotices: ReadonlyArray<{ readonly fileId: string, readonly message: string, readonly removedCameraId: string | null, readonly unreadable: boolean }>, readonly violationStatistics: { readonly total: number, readonly cursor: string, readonly degraded: boolean, readonly overTime: ReadonlyArray<{ readonly time: string, readonly count: number }>, readonly byCamera: ReadonlyArray<{ readonly cameraId: string, readonly count: number }> }, readonly openNow: { readonly cursor: string, readonly byCamera: ReadonlyArray<{ readonly cameraId: string, readonly count: number }> }, readonly recent: { readonly cursor: string, readonly edges: ReadonlyArray<{ readonly node: { readonly violationId: string, readonly violationType: string, readonly state: ViolationState, readonly revision: number, readonly riskLevel: RiskLevel, readonly cameraId: string, readonly storeId: string, readonly startedAt: string, readonly lastSeenAt: string, readonly durationMs: number, readonly widthPx: number, readonly heightPx: number, readonly subjectBox: number, readonly camera: { readonly name: string, readonly removed: boolean } | null, readonly store: { readonly name: string, readonly timeZone: string } | null, readonly boxes: ReadonlyArray<{ readonly className: string, readonly confidence: number, readonly x1Px: number, readonly y1Px: number, readonly x2Px: number, readonly y2Px: number, readonly points: ReadonlyArray<{ readonly name: string, readonly xPx: number, readonly yPx: number }> }>, readonly still: { readonly url: string | null, readonly missing: string | null } | null } }> } };

export type CameraIdsVariables = Exact<{ [key: string]: never; }>;


export type CameraIdsResult = { readonly cameras: ReadonlyArray<{ readonly cameraId: string }>, readonly fileNotices: ReadonlyArray<{ readonly fileId: string, readonly message: string }> };

export type RestoreCameraVariables = Exact<{
  cameraId: string;
}>;


export type RestoreCameraResult = { readonly restoreCamera:
    | { readonly __typename: 'Camera' }
    | { readonly __typename: 'Conflict', readonly message: string }
    | { readonly __typename: 'Invalid', readonly message: string }
    | { readonly __typename: 'Pending' }
   };

export type MeVariables = Exact<{ [key: string]: never; }>;


export type MeResult = { readonly me: { readonly userId: string, readonly login: string, readonly role: Role, readonly canEdit: boolean, readonly canChangeModels: boolean } };

export type ModelFacts = { readonly version: string, readonly sha256: string, readonly licence: string, readonly origin: string, readonly fileBytes: number, readonly cameraCount: number, readonly name: string, readonly title: string, readonly note: string | null, readonly standard: boolean, readonly classes: ReadonlyArray<string>, readonly cropsOf: string | null, readonly orWhole: boolean, readonly inputWidthPx: number | null, readonly inputHeightPx: number | null, readonly uploaded: { readonly entityVersion: number, readonly previous: string | null, readonly shadow: string | null, readonly candidate: { readonly version: string, readonly percent: number } | null } | null, readonly processes: ReadonlyArray<{ readonly process: string, readonly version: string, readonly state: ModelState, readonly reason: string | null, readonly pictures: number, readonly runs: number, readonly msPerPicture: number | null, readonly msPerRun: number | null }> };

export type ModelsPageVariables = Exact<{ [key: string]: never; }>;


export type ModelsPageResult = { readonly models: ReadonlyArray<{ readonly version: string, readonly sha256: string, readonly licence: string, readonly origin: string, readonly fileBytes: number, readonly cameraCount: number, readonly name: string, readonly title: string, readonly note: string | null, readonly standard: boolean, readonly classes: ReadonlyArray<string>, readonly cropsOf: string | null, readonly orWhole: boolean, readonly inputWidthPx: number | null, readonly inputHeightPx: number | null, readonly uploaded: { readonly entityVersion: number, readonly previous: string | null, readonly shadow: string | null, readonly candidate: { readonly version: string, readonly percent: number } | null } | null, readonly processes: ReadonlyArray<{ readonly process: string, readonly version: string, readonly state: ModelState, readonly reason: string | null, readonly pictures: number, readonly runs: number, readonly msPerPicture: number | null, readonly msPerRun: number | null }> }> };

export type ModelPageVariables = Exact<{
  name: string;
}>;


export type ModelPageResult = { readonly model: { readonly version: string, readonly sha256: string, readonly licence: string, readonly origin: string, readonly fileBytes: number, readonly cameraCount: number, readonly name: string, readonly title: string, readonly note: string | null, readonly standard: boolean, readonly classes: ReadonlyArray<string>, readonly cropsOf: string | null, readonly orWhole: boolean, readonly inputWidthPx: number | null, readonly inputHeightPx: number | null, readonly uploaded: { readonly entityVersion: number, readonly previous: string | null, readonly shadow: string | null, readonly versions: ReadonlyArray<{ readonly version: string, readonly sha256: string, readonly fileBytes: number, readonly title: string, readonly licence: string, readonly layout: string, readonly classes: ReadonlyArray<string>, readonly msPerPicture: number, readonly memoryBytes: number, readonly addedAt: string }>, readonly candidate: { readonly version: string, readonly percent: number } | null } | null, readonly processes: ReadonlyArray<{ readonly process: string, readonly version: string, readonly state: ModelState, readonly reason: string | null, readonly pictures: number, readonly runs: number, readonly msPerPicture: number | null, readonly msPerRun: number | null }> } | null, readonly cameras: ReadonlyArray<{ readonly cameraId: string, readonly name: string, readonly active: boolean, readonly store: { readonly name: string } | null }> };

type ModelChange_Conflict = { readonly __typename: 'Conflict', readonly message: string };

type ModelChange_Invalid = { readonly __typename: 'Invalid', readonly field: string, readonly message: string };

type ModelChange_Model = { readonly __typename: 'Model' };

type ModelChange_ModelRemoved = { readonly __typename: 'ModelRemoved' };

type ModelChange_Pending = { readonly __typename: 'Pending' };

export type ModelChange =
  | ModelChange_Conflict
  | ModelChange_Invalid
  | ModelChange_Model
  | ModelChange_ModelRemoved
  | ModelChange_Pending
;

export type ServeModelVersionVariables = Exact<{
  name: string;
  version: string;
  expectedVersion: number;
}>;


export type ServeModelVersionResult = { readonly serveModelVersion:
    | { readonly __typename: 'Conflict', readonly message: string }
    | { readonly __typename: 'Invalid', readonly field: string, readonly message: string }
    | { readonly __typename: 'Model' }
    | { readonly __typename: 'ModelRemoved' }
    | { readonly __typename: 'Pending' }
   };

export type SetModelCandidateVariables = Exact<{
  name: string;
  version: string;
  percent: number;
  expectedVersion: number;
}>;


export type SetModelCandidateResult = { readonly setModelCandidate:
    | { readonly __typename: 'Conflict', readonly message: string }
    | { readonly __typename: 'Invalid', readonly field: string, readonly message: string }
    | { readonly __typename: 'Model' }
    | { readonly __typename: 'ModelRemoved' }
    | { readonly __typename: 'Pending' }
   };

export type SetModelShadowVariables = Exact<{
  name: string;
  version?: string | null | undefined;
  expectedVersion: number;
}>;


export type SetModelShadowResult = { readonly setModelShadow:
    | { readonly __typename: 'Conflict', readonly message: string }
    | { readonly __typename: 'Invalid', readonly field: string, readonly message: string }
    | { readonly __typename: 'Model' }
    | { readonly __typename: 'ModelRemoved' }
    | { readonly __typename: 'Pending' }
   };

export type TryModelVersionAgainVariables = Exact<{
  name: string;
  version: string;
}>;


export type TryModelVersionAgainResult = { readonly tryModelVersionAgain:
    | { readonly __typename: 'Conflict', readonly message: string }
    | { readonly __typename: 'Invalid', readonly field: string, readonly message: string }
    | { readonly __typename: 'Model' }
    | { readonly __typename: 'ModelRemoved' }
    | { readonly __typename: 'Pending' }
   };

export type RemoveModelVersionVariables = Exact<{
  name: string;
  version: string;
}>;


export type RemoveModelVersionResult = { readonly removeModelVersion:
    | { readonly __typename: 'Conflict', readonly message: string }
    | { readonly __typename: 'Invalid', readonly field: string, readonly message: string }
    | { readonly __typename: 'Model' }
    | { readonly __typename: 'ModelRemoved' }
    | { readonly __typename: 'Pending' }
   };

export type RemoveModelVariables = Exact<{
  name: string;
  expectedVersion: number;
}>;


export type RemoveModelResult = { readonly removeModel:
    | { readonly __typename: 'Conflict', readonly message: string }
    | { readonly __typename: 'Invalid', readonly field: string, readonly message: string }
    | { readonly __typename: 'Model' }
    | { readonly __typename: 'ModelRemoved' }
    | { readonly __typename: 'Pending' }
   };

export type FoundCamera = { readonly onvifUrl: string, readonly name: string | null, readonly hardware: string | null, readonly location: string | null, readonly known: ReadonlyArray<{ readonly name: string }> };

export type FindOnvifCamerasVariables = Exact<{ [key: string]: never; }>;


export type FindOnvifCamerasResult = { readonly findOnvifCameras:
    | { readonly __typename: 'FoundOnvifCameras', readonly askedFrom: ReadonlyArray<string>, readonly cameras: ReadonlyArray<{ readonly onvifUrl: string, readonly name: string | null, readonly hardware: string | null, readonly location: string | null, readonly known: ReadonlyArray<{ readonly name: string }> }> }
    | { readonly __typename: 'Invalid', readonly field: string, readonly message: string }
   };

export type CameraStream = { readonly token: string, readonly name: string, readonly codec: string | null, readonly widthPx: number | null, readonly heightPx: number | null, readonly fps: number | null, readonly url: string };

export type ReadOnvifCameraVariables = Exact<{
  input: ReadOnvifCameraInput;
}>;


export type ReadOnvifCameraResult = { readonly readOnvifCamera:
    | { readonly __typename: 'Invalid', readonly field: string, readonly message: string }
    | { readonly __typename: 'OnvifCamera', readonly onvifUrl: string, readonly manufacturer: string | null, readonly model: string | null, readonly clockSkewMs: number | null, readonly notes: ReadonlyArray<string>, readonly profiles: ReadonlyArray<{ readonly token: string, readonly name: string, readonly codec: string | null, readonly widthPx: number | null, readonly heightPx: number | null, readonly fps: number | null, readonly url: string }> }
   };

export type PlansPageVariables = Exact<{ [key: string]: never; }>;


export type PlansPageResult = { readonly chain: { readonly version: number | null, readonly plan: ReadonlyArray<{ readonly model: string, readonly maxFps: number | null, readonly byRules: boolean, readonly tiles: { readonly columns: number, readonly rows: number } | null }> | null }, readonly stores: ReadonlyArray<{ readonly storeId: string, readonly name: string, readonly city: string, readonly demo: boolean, readonly version: number, readonly plan: ReadonlyArray<{ readonly model: string, readonly maxFps: number | null, readonly byRules: boolean, readonly tiles: { readonly columns: number, readonly rows: number } | null }> | null }>, readonly models: ReadonlyArray<{ readonly name: string, readonly title: string, readonly note: string | null, readonly standard: boolean, readonly classes: ReadonlyArray<string>, readonly cropsOf: string | null, readonly orWhole: boolean, readonly inputWidthPx: number | null, readonly inputHeightPx: number | null, readonly processes: ReadonlyArray<{ readonly state: ModelState, readonly msPerPicture: number | null, readonly msPerRun: number | null }> }> };

export type SetPlanVariables = Exact<{
  input: SetPlanInput;
}>;


export type SetPlanResult = { readonly setPlan:
    | { readonly __typename: 'Conflict', readonly message: string }
    | { readonly __typename: 'Invalid', readonly field: string, readonly message: string }
    | { readonly __typename: 'Pending' }
    | { readonly __typename: 'PlanSet' }
   };

export type ViolationEventsVariables = Exact<{
  after?: string | null | undefined;
}>;


export type ViolationEventsResult = { readonly violationEvents:
    | { readonly __typename: 'Gap', readonly cursor: string, readonly from: string, readonly to: string, readonly reason: string }
    | { readonly __typename: 'Heartbeat', readonly cursor: string, readonly at: string }
    | { readonly __typename: 'ViolationEvent', readonly cursor: string, readonly partition: number, readonly offset: number, readonly action: ViolationAction, readonly violation: { readonly violationId: string, readonly violationType: string, readonly state: ViolationState, readonly revision: number, readonly riskLevel: RiskLevel, readonly cameraId: string, readonly storeId: string, readonly startedAt: string, readonly lastSeenAt: string, readonly durationMs: number, readonly widthPx: number, readonly heightPx: number, readonly subjectBox: number, readonly camera: { readonly name: string, readonly removed: boolean } | null, readonly store: { readonly name: string, readonly timeZone: string } | null, readonly boxes: ReadonlyArray<{ readonly className: string, readonly confidence: number, readonly x1Px: number, readonly y1Px: number, readonly x2Px: number, readonly y2Px: number, readonly points: ReadonlyArray<{ readonly name: string, readonly xPx: number, readonly yPx: number }> }>, readonly still: { readonly url: string | null, readonly missing: string | null } | null } }
   };

export type FrameShape = { readonly epoch: number, readonly sequence: number, readonly capturedAt: string, readonly mediaTimeMs: number | null, readonly frame: { readonly topic: string, readonly partition: number, readonly offset: number, readonly sha256: string } | null, readonly detection: { readonly topic: string, readonly partition: number, readonly offset: number } };

export type EvidenceShape = { readonly role: EvidenceRole, readonly url: string, readonly capturedAt: string };

export type ViolationWhole = { readonly closeReason: CloseReason | null, readonly framesObserved: number, readonly peakConfidence: number, readonly ruleId: string, readonly zoneId: string | null, readonly trackId: string, readonly violationId: string, readonly violationType: string, readonly state: ViolationState, readonly revision: number, readonly riskLevel: RiskLevel, readonly cameraId: string, readonly storeId: string, readonly startedAt: string, readonly lastSeenAt: string, readonly durationMs: number, readonly widthPx: number, readonly heightPx: number, readonly subjectBox: number, readonly lineage: { readonly ruleVersion: string, readonly zoneVersion: string | null, readonly controlOffset: number, readonly first: { readonly epoch: number, readonly sequence: number, readonly capturedAt: string, readonly mediaTimeMs: number | null, readonly frame: { readonly topic: string, readonly partition: number, readonly offset: number, readonly sha256: string } | null, readonly detection: { readonly topic: string, readonly partition: number, readonly offset: number } }, readonly peak: { readonly epoch: number, readonly sequence: number, readonly capturedAt: string, readonly mediaTimeMs: number | null, readonly frame: { readonly topic: string, readonly partition: number, readonly offset: number, readonly sha256: string } | null, readonly detection: { readonly topic: string, readonly partition: number, readonly offset: number } }, readonly last: { readonly epoch: number, readonly sequence: number, readonly capturedAt: string, readonly mediaTimeMs: number | null, readonly frame: { readonly topic: string, readonly partition: number, readonly offset: number, readonly sha256: string } | null, readonly detection: { readonly topic: string, readonly partition: number, readonly offset: number } }, readonly models: ReadonlyArray<{ readonly model: string, readonly version: string, readonly sha256: string, readonly running: { readonly note: string | null } | null }> }, readonly still: { readonly sha256: string | null, readonly sizeBytes: number | null, readonly capturedAt: string | null, readonly url: string | null, readonly missing: string | null } | null, readonly evidence: ReadonlyArray<{ readonly role: EvidenceRole, readonly url: string, readonly capturedAt: string }>, readonly rule: { readonly name: string, readonly minDurationMs: number, readonly gapMs: number } | null, readonly zone: { readonly zoneId: string, readonly name: string, readonly version: number, readonly polygon: ReadonlyArray<{ readonly x: number, readonly y: number }> } | null, readonly camera: { readonly name: string, readonly removed: boolean } | null, readonly store: { readonly name: string, readonly timeZone: string } | null, readonly boxes: ReadonlyArray<{ readonly className: string, readonly confidence: number, readonly x1Px: number, readonly y1Px: number, readonly x2Px: number, readonly y2Px: number, readonly points: ReadonlyArray<{ readonly name: string, readonly xPx: number, readonly yPx: number }> }> };

export type ViolationPageVariables = Exact<{
  id: string;
  filter?: ViolationFilter | null | undefined;
}>;


export type ViolationPageResult = { readonly violations: { readonly cursor: string }, readonly violation: { readonly closeReason: CloseReason | null, readonly framesObserved: number, readonly peakConfidence: number, readonly ruleId: string, readonly zoneId: string | null, readonly trackId: string, readonly violationId: string, readonly violationType: string, readonly state: ViolationState, readonly revision: number, readonly riskLevel: RiskLevel, readonly cameraId: string, readonly storeId: string, readonly startedAt: string, readonly lastSeenAt: string, readonly durationMs: number, readonly widthPx: number, readonly heightPx: number, readonly subjectBox: number, readonly neighbours: { readonly newer: { readonly violationId: string } | null, readonly older: { readonly violationId: string } | null }, readonly lineage: { readonly ruleVersion: string, readonly zoneVersion: string | null, readonly controlOffset: number, readonly first: { readonly epoch: number, readonly sequence: number, readonly capturedAt: string, readonly mediaTimeMs: number | null, readonly frame: { readonly topic: string, readonly partition: number, readonly offset: number, readonly sha256: string } | null, readonly detection: { readonly topic: string, readonly partition: number, readonly offset: number } }, readonly peak: { readonly epoch: number, readonly sequence: number, readonly capturedAt: string, readonly mediaTimeMs: number | null, readonly frame: { readonly topic: string, readonly partition: number, readonly offset: number, readonly sha256: string } | null, readonly detection: { readonly topic: string, readonly partition: number, readonly offset: number } }, readonly last: { readonly epoch: number, readonly sequence: number, readonly capturedAt: string, readonly mediaTimeMs: number | null, readonly frame: { readonly topic: string, readonly partition: number, readonly offset: number, readonly sha256: string } | null, readonly detection: { readonly topic: string, readonly partition: number, readonly offset: number } }, readonly models: ReadonlyArray<{ readonly model: string, readonly version: string, readonly sha256: string, readonly running: { readonly note: string | null } | null }> }, readonly still: { readonly sha256: string | null, readonly sizeBytes: number | null, readonly capturedAt: string | null, readonly url: string | null, readonly missing: string | null } | null, readonly evidence: ReadonlyArray<{ readonly role: EvidenceRole, readonly url: string, readonly capturedAt: string }>, readonly rule: { readonly name: string, readonly minDurationMs: number, readonly gapMs: number } | null, readonly zone: { readonly zoneId: string, readonly name: string, readonly version: number, readonly polygon: ReadonlyArray<{ readonly x: number, readonly y: number }> } | null, readonly camera: { readonly name: string, readonly removed: boolean } | null, readonly store: { readonly name: string, readonly timeZone: string } | null, readonly boxes: ReadonlyArray<{ readonly className: string, readonly confidence: number, readonly x1Px: number, readonly y1Px: number, readonly x2Px: number, readonly y2Px: number, readonly points: ReadonlyArray<{ readonly name: string, readonly xPx: number, readonly yPx: number }> }> } | null };

export type ViolationAgainVariables = Exact<{
  id: string;
}>;


export type ViolationAgainResult = { readonly violation: { readonly closeReason: CloseReason | null, readonly framesObserved: number, readonly peakConfidence: number, readonly ruleId: string, readonly zoneId: string | null, readonly trackId: string, readonly violationId: string, readonly violationType: string, readonly state: ViolationState, readonly revision: number, readonly riskLevel: RiskLevel, readonly cameraId: string, readonly storeId: string, readonly startedAt: string, readonly lastSeenAt: string, readonly durationMs: number, readonly widthPx: number, readonly heightPx: number, readonly subjectBox: number, readonly lineage: { readonly ruleVersion: string, readonly zoneVersion: string | null, readonly controlOffset: number, readonly first: { readonly epoch: number, readonly sequence: number, readonly capturedAt: string, readonly mediaTimeMs: number | null, readonly frame: { readonly topic: string, readonly partition: number, readonly offset: number, readonly sha256: string } | null, readonly detection: { readonly topic: string, readonly partition: number, readonly offset: number } }, readonly peak: { readonly epoch: number, readonly sequence: number, readonly capturedAt: string, readonly mediaTimeMs: number | null, readonly frame: { readonly topic: string, readonly partition: number, readonly offset: number, readonly sha256: string } | null, readonly detection: { readonly topic: string, readonly partition: number, readonly offset: number } }, readonly last: { readonly epoch: number, readonly sequence: number, readonly capturedAt: string, readonly mediaTimeMs: number | null, readonly frame: { readonly topic: string, readonly partition: number, readonly offset: number, readonly sha256: string } | null, readonly detection: { readonly topic: string, readonly partition: number, readonly offset: number } }, readonly models: ReadonlyArray<{ readonly model: string, readonly version: string, readonly sha256: string, readonly running: { readonly note: string | null } | null }> }, readonly still: { readonly sha256: string | null, readonly sizeBytes: number | null, readonly capturedAt: string | null, readonly url: string | null, readonly missing: string | null } | null, readonly evidence: ReadonlyArray<{ readonly role: EvidenceRole, readonly url: string, readonly capturedAt: string }>, readonly rule: { readonly name: string, readonly minDurationMs: number, readonly gapMs: number } | null, readonly zone: { readonly zoneId: string, readonly name: string, readonly version: number, readonly polygon: ReadonlyArray<{ readonly x: number, readonly y: number }> } | null, readonly camera: { readonly name: string, readonly removed: boolean } | null, readonly store: { readonly name: string, readonly timeZone: string } | null, readonly boxes: ReadonlyArray<{ readonly className: string, readonly confidence: number, readonly x1Px: number, readonly y1Px: number, readonly x2Px: number, readonly y2Px: number, readonly points: ReadonlyArray<{ readonly name: string, readonly xPx: number, readonly yPx: number }> }> } | null };

export type ViolationEvidenceVariables = Exact<{
  id: string;
}>;


export type ViolationEvidenceResult = { readonly violation: { readonly evidence: ReadonlyArray<{ readonly role: EvidenceRole, readonly url: string, readonly capturedAt: string }> } | null };

export type ViolationStillVariables = Exact<{
  id: string;
}>;


export type ViolationStillResult = { readonly violation: { readonly still: { readonly url: string | null, readonly missing: string | null } | null } | null };

export type ViolationsPageVariables = Exact<{
  filter?: ViolationFilter | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type ViolationsPageResult = { readonly violations: { readonly totalCount: number, readonly cursor: string, readonly degraded: boolean, readonly warnings: ReadonlyArray<{ readonly field: string, readonly message: string }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly edges: ReadonlyArray<{ readonly node: { readonly violationId: string, readonly violationType: string, readonly state: ViolationState, readonly revision: number, readonly riskLevel: RiskLevel, readonly cameraId: string, readonly storeId: string, readonly startedAt: string, readonly lastSeenAt: string, readonly durationMs: number, readonly widthPx: number, readonly heightPx: number, readonly subjectBox: number, readonly camera: { readonly name: string, readonly removed: boolean } | null, readonly store: { readonly name: string, readonly timeZone: string } | null, readonly boxes: ReadonlyArray<{ readonly className: string, readonly confidence: number, readonly x1Px: number, readonly y1Px: number, readonly x2Px: number, readonly y2Px: number, readonly points: ReadonlyArray<{ readonly name: string, readonly xPx: number, readonly yPx: number }> }>, readonly still: { readonly url: string | null, readonly missing: string | null } | null } }> } };

export type ViolationFilterChoicesVariables = Exact<{ [key: string]: never; }>;


export type ViolationFilterChoicesResult = { readonly stores: ReadonlyArray<{ readonly storeId: string, readonly name: string, readonly timeZone: string }>, readonly cameras: ReadonlyArray<{ readonly cameraId: string, readonly name: string, readonly storeId: string, readonly rules: ReadonlyArray<{ readonly violationType: string }> }>, readonly removedStores: ReadonlyArray<{ readonly storeId: string, readonly name: string, readonly timeZone: string }>, readonly removedCameras: ReadonlyArray<{ readonly cameraId: string, readonly name: string, readonly storeId: string }> };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const RateNeed = /*#__PURE__*/ new TypedDocumentString(`
    fragment RateNeed on RateNeed {
  model
  perSecond
  rule
  durationMs
}
    `, {"fragmentName":"RateNeed"}) as unknown as TypedDocumentString<RateNeed, unknown>;
export const SourceFigures = /*#__PURE__*/ new TypedDocumentString(`
    fragment SourceFigures on CameraStatus {
  fps
  framesPublished
  connections
  stream {
    codec
    widthPx
    heightPx
    fps
    bitsPerSecond
    clockRate
  }
  drops {
    reason
    count
  }
}
    `, {"fragmentName":"SourceFigures"}) as unknown as TypedDocumentString<SourceFigures, unknown>;
export const RemovalOutcome = /*#__PURE__*/ new TypedDocumentString(`
    fragment RemovalOutcome on RemovalResult {
  __typename
  ... on Conflict {
    message
  }
  ... on Invalid {
    field
    message
  }
}
    `, {"fragmentName":"RemovalOutcome"}) as unknown as TypedDocumentString<RemovalOutcome, unknown>;
export const ZoneShape = /*#__PURE__*/ new TypedDocumentString(`
    fragment ZoneShape on Zone {
  zoneId
  name
  version
  polygon {
    x
    y
  }
}
    `, {"fragmentName":"ZoneShape"}) as unknown as TypedDocumentString<ZoneShape, unknown>;
export const RuleValues = /*#__PURE__*/ new TypedDocumentString(`
    fragment RuleValues on Rule {
  ruleId
  name
  violationType
  zoneId
  minDurationMs
  gapMs
  cooldownMs
  models
  parameters {
    __typename
    ... on AbsenceParameters {
      subjectClass
      anchor
      conditions {
        className
        negated
      }
      minOverlap
    }
    ... on RestrictedZoneParameters {
      subjectClass
      anchor
      minOverlap
      leaveMargin
    }
    ... on UnknownParameters {
      of
    }
  }
  minConfidence
  riskLevel
  active
  version
}
    `, {"fragmentName":"RuleValues"}) as unknown as TypedDocumentString<RuleValues, unknown>;
export const CameraTile = /*#__PURE__*/ new TypedDocumentString(`
    fragment CameraTile on Camera {
  cameraId
  name
  source
  active
  demo
  storeId
  store {
    storeId
    name
    city
    timeZone
    demo
  }
  status {
    state
    message
    fps
    at
  }
  zones {
    ...ZoneShape
  }
  rules {
    ...RuleValues
  }
  plan {
    model
    running {
      title
      note
    }
  }
}
    fragment ZoneShape on Zone {
  zoneId
  name
  version
  polygon {
    x
    y
  }
}
fragment RuleValues on Rule {
  ruleId
  name
  violationType
  zoneId
  minDurationMs
  gapMs
  cooldownMs
  models
  parameters {
    __typename
    ... on AbsenceParameters {
      subjectClass
      anchor
      conditions {
        className
        negated
      }
      minOverlap
    }
    ... on RestrictedZoneParameters {
      subjectClass
      anchor
      minOverlap
      leaveMargin
    }
    ... on UnknownParameters {
      of
    }
  }
  minConfidence
  riskLevel
  active
  version
}`, {"fragmentName":"CameraTile"}) as unknown as TypedDocumentString<CameraTile, unknown>;
export const ComponentRow = /*#__PURE__*/ new TypedDocumentString(`
    fragment ComponentRow on ComponentHealth {
  name
  kind
  status
  sentence
  checkedAt
  details
}
    `, {"fragmentName":"ComponentRow"}) as unknown as TypedDocumentString<ComponentRow, unknown>;
export const ModelChoice = /*#__PURE__*/ new TypedDocumentString(`
    fragment ModelChoice on Model {
  name
  title
  note
  standard
  classes
  cropsOf
  orWhole
  inputWidthPx
  inputHeightPx
  processes {
    state
    msPerPicture
    msPerRun
  }
}
    `, {"fragmentName":"ModelChoice"}) as unknown as TypedDocumentString<ModelChoice, unknown>;
export const ModelFacts = /*#__PURE__*/ new TypedDocumentString(`
    fragment ModelFacts on Model {
  ...ModelChoice
  version
  sha256
  licence
  origin
  fileBytes
  cameraCount
  uploaded {
    entityVersion
    previous
    shadow
    candidate {
      version
      percent
    }
  }
  processes {
    process
    version
    state
    reason
    pictures
    runs
    msPerPicture
  }
}
    fragment ModelChoice on Model {
  name
  title
  note
  standard
  classes
  cropsOf
  orWhole
  inputWidthPx
  inputHeightPx
  processes {
    state
    msPerPicture
    msPerRun
  }
}`, {"fragmentName":"ModelFacts"}) as unknown as TypedDocumentString<ModelFacts, unknown>;
export const ModelChange = /*#__PURE__*/ new TypedDocumentString(`
    fragment ModelChange on ChangeModelResult {
  __typename
  ... on Conflict {
    message
  }
  ... on Invalid {
    field
    message
  }
}
    `, {"fragmentName":"ModelChange"}) as unknown as TypedDocumentString<ModelChange, unknown>;
export const FoundCamera = /*#__PURE__*/ new TypedDocumentString(`
    fragment FoundCamera on FoundOnvifCamera {
  onvifUrl
  name
  hardware
  location
  known {
    name
  }
}
    `, {"fragmentName":"FoundCamera"}) as unknown as TypedDocumentString<FoundCamera, unknown>;
export const CameraStream = /*#__PURE__*/ new TypedDocumentString(`
    fragment CameraStream on OnvifProfile {
  token
  name
  codec
  widthPx
  heightPx
  fps
  url
}
    `, {"fragmentName":"CameraStream"}) as unknown as TypedDocumentString<CameraStream, unknown>;
export const BoxShape = /*#__PURE__*/ new TypedDocumentString(`
    fragment BoxShape on TrackedBox {
  className
  confidence
  x1Px
  y1Px
  x2Px
  y2Px
  points {
    name
    xPx
    yPx
  }
}
    `, {"fragmentName":"BoxShape"}) as unknown as TypedDocumentString<BoxShape, unknown>;
export const StillShape = /*#__PURE__*/ new TypedDocumentString(`
    fragment StillShape on Still {
  url
  missing
}
    `, {"fragmentName":"StillShape"}) as unknown as TypedDocumentString<StillShape, unknown>;
export const ViolationRow = /*#__PURE__*/ new TypedDocumentString(`
    fragment ViolationRow on Violation {
  violationId
  violationType
  state
  revision
  riskLevel
  cameraId
  camera {
    name
    removed
  }
  storeId
  store {
    name
    timeZone
  }
  startedAt
  lastSeenAt
  durationMs
  widthPx
  heightPx
  boxes {
    ...BoxShape
  }
  subjectBox
  still {
    ...StillShape
  }
}
    fragment BoxShape on TrackedBox {
  className
  confidence
  x1Px
  y1Px
  x2Px
  y2Px
  points {
    name
    xPx
    yPx
  }
}
fragment StillShape on Still {
  url
  missing
}`, {"fragmentName":"ViolationRow"}) as unknown as TypedDocumentString<ViolationRow, unknown>;
export const FrameShape = /*#__PURE__*/ new TypedDocumentString(`
    fragment FrameShape on FrameLineage {
  epoch
  sequence
  capturedAt
  mediaTimeMs
  frame {
    topic
    partition
    offset
    sha256
  }
  detection {
    topic
    partition
    offset
  }
}
    `, {"fragmentName":"FrameShape"}) as unknown as TypedDocumentString<FrameShape, unknown>;
export const EvidenceShape = /*#__PURE__*/ new TypedDocumentString(`
    fragment EvidenceShape on EvidenceFile {
  role
  url
  capturedAt
}
    `, {"fragmentName":"EvidenceShape"}) as unknown as TypedDocumentString<EvidenceShape, unknown>;
export const ViolationWhole = /*#__PURE__*/ new TypedDocumentString(`
    fragment ViolationWhole on Violation {
  ...ViolationRow
  closeReason
  framesObserved
  peakConfidence
  ruleId
  zoneId
  trackId
  lineage {
    first {
      ...FrameShape
    }
    peak {
      ...FrameShape
    }
    last {
      ...FrameShape
    }
    models {
      running {
        note
      }
      model
      version
      sha256
    }
    ruleVersion
    zoneVersion
    controlOffset
  }
  still {
    ...StillShape
    sha256
    sizeBytes
    capturedAt
  }
  evidence {
    ...EvidenceShape
  }
  rule {
    name
    minDurationMs
    gapMs
  }
  zone {
    ...ZoneShape
  }
}
    fragment BoxShape on TrackedBox {
  className
  confidence
  x1Px
  y1Px
  x2Px
  y2Px
  points {
    name
    xPx
    yPx
  }
}
fragment ZoneShape on Zone {
  zoneId
  name
  version
  polygon {
    x
    y
  }
}
fragment StillShape on Still {
  url
  missing
}
fragment ViolationRow on Violation {
  violationId
  violationType
  state
  revision
  riskLevel
  cameraId
  camera {
    name
    removed
  }
  storeId
  store {
    name
    timeZone
  }
  startedAt
  lastSeenAt
  durationMs
  widthPx
  heightPx
  boxes {
    ...BoxShape
  }
  subjectBox
  still {
    ...StillShape
  }
}
fragment FrameShape on FrameLineage {
  epoch
  sequence
  capturedAt
  mediaTimeMs
  frame {
    topic
    partition
    offset
    sha256
  }
  detection {
    topic
    partition
    offset
  }
}
fragment EvidenceShape on EvidenceFile {
  role
  url
  capturedAt
}`, {"fragmentName":"ViolationWhole"}) as unknown as TypedDocumentString<ViolationWhole, unknown>;
export const AddCameraPage = /*#__PURE__*/ new TypedDocumentString(`
    query AddCameraPage {
  stores {
    storeId
    name
    demo
  }
  models {
    ...ModelChoice
  }
}
    fragment ModelChoice on Model {
  name
  title
  note
  standard
  classes
  cropsOf
  orWhole
  inputWidthPx
  inputHeightPx
  processes {
    state
    msPerPicture
    msPerRun
  }
}`) as unknown as TypedDocumentString<AddCameraPageResult, AddCameraPageVariables>;
export const CameraSettingsPage = /*#__PURE__*/ new TypedDocumentString(`
    query CameraSettingsPage($id: ID!) {
  camera(id: $id) {
    cameraId
    name
    url
    onvifUrl
    hasLogin
    source
    storeId
    maxFps
    active
    planOrigin
    plan {
      model
      maxFps
      byRules
      tiles {
        columns
        rows
      }
    }
    rateNeeds {
      ...RateNeed
    }
    version
  }
  stores {
    storeId
    name
    demo
  }
  models {
    ...ModelChoice
  }
}
    fragment ModelChoice on Model {
  name
  title
  note
  standard
  classes
  cropsOf
  orWhole
  inputWidthPx
  inputHeightPx
  processes {
    state
    msPerPicture
    msPerRun
  }
}
fragment RateNeed on RateNeed {
  model
  perSecond
  rule
  durationMs
}`) as unknown as TypedDocumentString<CameraSettingsPageResult, CameraSettingsPageVariables>;
export const SetCamera = /*#__PURE__*/ new TypedDocumentString(`
    mutation SetCamera($input: SetCameraInput!) {
  setCamera(input: $input) {
    __typename
    ... on Camera {
      cameraId
      version
    }
    ... on Conflict {
      message
    }
    ... on Invalid {
      field
      message
    }
  }
}
    `) as unknown as TypedDocumentString<SetCameraResult, SetCameraVariables>;
export const AddRule = /*#__PURE__*/ new TypedDocumentString(`
    mutation AddRule($input: SetRuleInput!) {
  setRule(input: $input) {
    __typename
    ... on Conflict {
      message
    }
    ... on Invalid {
      field
      message
    }
  }
}
    `) as unknown as TypedDocumentString<AddRuleResult, AddRuleVariables>;
export const CameraSource = /*#__PURE__*/ new TypedDocumentString(`
    query CameraSource($id: ID!) {
  camera(id: $id) {
    status {
      ...SourceFigures
    }
  }
}
    fragment SourceFigures on CameraStatus {
  fps
  framesPublished
  connections
  stream {
    codec
    widthPx
    heightPx
    fps
    bitsPerSecond
    clockRate
  }
  drops {
    reason
    count
  }
}`) as unknown as TypedDocumentString<CameraSourceResult, CameraSourceVariables>;
export const CameraPage = /*#__PURE__*/ new TypedDocumentString(`
    query CameraPage($id: ID!, $since: DateTime!) {
  camera(id: $id) {
    ...CameraTile
    sourceNow: status {
      ...SourceFigures
    }
    maxFps
    url
    version
    plan {
      running {
        classes
      }
    }
  }
  violationStatistics(filter: {cameraId: $id, from: $since}, grain: HOUR) {
    total
    cursor
    overTime {
      time
      count
    }
  }
  openNow: violationStatistics(filter: {cameraId: $id, state: OPEN}) {
    total
    cursor
  }
  violations(filter: {cameraId: $id}, first: 12) {
    cursor
    edges {
      node {
        ...ViolationRow
      }
    }
  }
}
    fragment SourceFigures on CameraStatus {
  fps
  framesPublished
  connections
  stream {
    codec
    widthPx
    heightPx
    fps
    bitsPerSecond
    clockRate
  }
  drops {
    reason
    count
  }
}
fragment BoxShape on TrackedBox {
  className
  confidence
  x1Px
  y1Px
  x2Px
  y2Px
  points {
    name
    xPx
    yPx
  }
}
fragment ZoneShape on Zone {
  zoneId
  name
  version
  polygon {
    x
    y
  }
}
fragment RuleValues on Rule {
  ruleId
  name
  violationType
  zoneId
  minDurationMs
  gapMs
  cooldownMs
  models
  parameters {
    __typename
    ... on AbsenceParameters {
      subjectClass
      anchor
      conditions {
        className
        negated
      }
      minOverlap
    }
    ... on RestrictedZoneParameters {
      subjectClass
      anchor
      minOverlap
      leaveMargin
    }
    ... on UnknownParameters {
      of
    }
  }
  minConfidence
  riskLevel
  active
  version
}
fragment StillShape on Still {
  url
  missing
}
fragment ViolationRow on Violation {
  violationId
  violationType
  state
  revision
  riskLevel
  cameraId
  camera {
    name
    removed
  }
  storeId
  store {
    name
    timeZone
  }
  startedAt
  lastSeenAt
  durationMs
  widthPx
  heightPx
  boxes {
    ...BoxShape
  }
  subjectBox
  still {
    ...StillShape
  }
}
fragment CameraTile on Camera {
  cameraId
  name
  source
  active
  demo
  storeId
  store {
    storeId
    name
    city
    timeZone
    demo
  }
  status {
    state
    message
    fps
    at
  }
  zones {
    ...ZoneShape
  }
  rules {
    ...RuleValues
  }
  plan {
    model
    running {
      title
      note
    }
  }
}`) as unknown as TypedDocumentString<CameraPageResult, CameraPageVariables>;
export const SetZone = /*#__PURE__*/ new TypedDocumentString(`
    mutation SetZone($input: SetZoneInput!) {
  setZone(input: $input) {
    __typename
    ... on Zone {
      ...ZoneShape
    }
    ... on Conflict {
      message
      current {
        __typename
        ... on Zone {
          ...ZoneShape
        }
      }
    }
    ... on Invalid {
      field
      message
    }
  }
}
    fragment ZoneShape on Zone {
  zoneId
  name
  version
  polygon {
    x
    y
  }
}`) as unknown as TypedDocumentString<SetZoneResult, SetZoneVariables>;
export const SetRuleZone = /*#__PURE__*/ new TypedDocumentString(`
    mutation SetRuleZone($input: SetRuleInput!) {
  setRule(input: $input) {
    __typename
    ... on Conflict {
      message
    }
    ... on Invalid {
      field
      message
    }
  }
}
    `) as unknown as TypedDocumentString<SetRuleZoneResult, SetRuleZoneVariables>;
export const RemoveCamera = /*#__PURE__*/ new TypedDocumentString(`
    mutation RemoveCamera($input: RemoveCameraInput!) {
  removeCamera(input: $input) {
    ...RemovalOutcome
  }
}
    fragment RemovalOutcome on RemovalResult {
  __typename
  ... on Conflict {
    message
  }
  ... on Invalid {
    field
    message
  }
}`) as unknown as TypedDocumentString<RemoveCameraResult, RemoveCameraVariables>;
export const RemoveZone = /*#__PURE__*/ new TypedDocumentString(`
    mutation RemoveZone($input: RemoveZoneInput!) {
  removeZone(input: $input) {
    ...RemovalOutcome
  }
}
    fragment RemovalOutcome on RemovalResult {
  __typename
  ... on Conflict {
    message
  }
  ... on Invalid {
    field
    message
  }
}`) as unknown as TypedDocumentString<RemoveZoneResult, RemoveZoneVariables>;
export const RemoveRule = /*#__PURE__*/ new TypedDocumentString(`
    mutation RemoveRule($input: RemoveRuleInput!) {
  removeRule(input: $input) {
    ...RemovalOutcome
  }
}
    fragment RemovalOutcome on RemovalResult {
  __typename
  ... on Conflict {
    message
  }
  ... on Invalid {
    field
    message
  }
}`) as unknown as TypedDocumentString<RemoveRuleResult, RemoveRuleVariables>;
export const HealthPage = /*#__PURE__*/ new TypedDocumentString(`
    query HealthPage {
  health {
    status
    version
    timestamp
    components {
      ...ComponentRow
    }
  }
}
    fragment ComponentRow on ComponentHealth {
  name
  kind
  status
  sentence
  checkedAt
  details
}`) as unknown as TypedDocumentString<HealthPageResult, HealthPageVariables>;
export const LivePage = /*#__PURE__*/ new TypedDocumentString(`
    query LivePage($since: DateTime!) {
  cameras {
    ...CameraTile
  }
  fileNotices {
    fileId
    message
    removedCameraId
    unreadable
  }
  violationStatistics(filter: {from: $since}, grain: HOUR) {
    total
    cursor
    degraded
    overTime {
      time
      count
    }
    byCamera {
      cameraId
      count
    }
  }
  openNow: violationStatistics(filter: {state: OPEN}) {
    cursor
    byCamera {
      cameraId
      count
    }
  }
  recent: violations(first: 30) {
    cursor
    edges {
      node {
        ...ViolationRow
      }
    }
  }
}
    fragment BoxShape on TrackedBox {
  className
  confidence
  x1Px
  y1Px
  x2Px
  y2Px
  points {
    name
    xPx
    yPx
  }
}
fragment ZoneShape on Zone {
  zoneId
  name
  version
  polygon {
    x
    y
  }
}
fragment RuleValues on Rule {
  ruleId
  name
  violationType
  zoneId
  minDurationMs
  gapMs
  cooldownMs
  models
  parameters {
    __typename
    ... on AbsenceParameters {
      subjectClass
      anchor
      conditions {
        className
        negated
      }
      minOverlap
    }
    ... on RestrictedZoneParameters {
      subjectClass
      anchor
      minOverlap
      leaveMargin
    }
    ... on UnknownParameters {
      of
    }
  }
  minConfidence
  riskLevel
  active
  version
}
fragment StillShape on Still {
  url
  missing
}
fragment ViolationRow on Violation {
  violationId
  violationType
  state
  revision
  riskLevel
  cameraId
  camera {
    name
    removed
  }
  storeId
  store {
    name
    timeZone
  }
  startedAt
  lastSeenAt
  durationMs
  widthPx
  heightPx
  boxes {
    ...BoxShape
  }
  subjectBox
  still {
    ...StillShape
  }
}
fragment CameraTile on Camera {
  cameraId
  name
  source
  active
  demo
  storeId
  store {
    storeId
    name
    city
    timeZone
    demo
  }
  status {
    state
    message
    fps
    at
  }
  zones {
    ...ZoneShape
  }
  rules {
    ...RuleValues
  }
  plan {
    model
    running {
      title
      note
    }
  }
}`) as unknown as TypedDocumentString<LivePageResult, LivePageVariables>;
export const CameraIds = /*#__PURE__*/ new TypedDocumentString(`
    query CameraIds {
  cameras {
    cameraId
  }
  fileNotices {
    fileId
    message
  }
}
    `) as unknown as TypedDocumentString<CameraIdsResult, CameraIdsVariables>;
export const RestoreCamera = /*#__PURE__*/ new TypedDocumentString(`
    mutation RestoreCamera($cameraId: ID!) {
  restoreCamera(cameraId: $cameraId) {
    __typename
    ... on Conflict {
      message
    }
    ... on Invalid {
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RestoreCameraResult, RestoreCameraVariables>;
export const Me = /*#__PURE__*/ new TypedDocumentString(`
    query Me {
  me {
    userId
    login
    role
    canEdit
    canChangeModels
  }
}
    `) as unknown as TypedDocumentString<MeResult, MeVariables>;
export const ModelsPage = /*#__PURE__*/ new TypedDocumentString(`
    query ModelsPage {
  models {
    ...ModelFacts
  }
}
    fragment ModelChoice on Model {
  name
  title
  note
  standard
  classes
  cropsOf
  orWhole
  inputWidthPx
  inputHeightPx
  processes {
    state
    msPerPicture
    msPerRun
  }
}
fragment ModelFacts on Model {
  ...ModelChoice
  version
  sha256
  licence
  origin
  fileBytes
  cameraCount
  uploaded {
    entityVersion
    previous
    shadow
    candidate {
      version
      percent
    }
  }
  processes {
    process
    version
    state
    reason
    pictures
    runs
    msPerPicture
  }
}`) as unknown as TypedDocumentString<ModelsPageResult, ModelsPageVariables>;
export const ModelPage = /*#__PURE__*/ new TypedDocumentString(`
    query ModelPage($name: String!) {
  model(name: $name) {
    ...ModelFacts
    uploaded {
      versions {
        version
        sha256
        fileBytes
        title
        licence
        layout
        classes
        msPerPicture
        memoryBytes
        addedAt
      }
    }
  }
  cameras {
    cameraId
    name
    active
    store {
      name
    }
  }
}
    fragment ModelChoice on Model {
  name
  title
  note
  standard
  classes
  cropsOf
  orWhole
  inputWidthPx
  inputHeightPx
  processes {
    state
    msPerPicture
    msPerRun
  }
}
fragment ModelFacts on Model {
  ...ModelChoice
  version
  sha256
  licence
  origin
  fileBytes
  cameraCount
  uploaded {
    entityVersion
    previous
    shadow
    candidate {
      version
      percent
    }
  }
  processes {
    process
    version
    state
    reason
    pictures
    runs
    msPerPicture
  }
}`) as unknown as TypedDocumentString<ModelPageResult, ModelPageVariables>;
export const ServeModelVersion = /*#__PURE__*/ new TypedDocumentString(`
    mutation ServeModelVersion($name: String!, $version: String!, $expectedVersion: Long!) {
  serveModelVersion(
    name: $name
    version: $version
    expectedVersion: $expectedVersion
  ) {
    ...ModelChange
  }
}
    fragment ModelChange on ChangeModelResult {
  __typename
  ... on Conflict {
    message
  }
  ... on Invalid {
    field
    message
  }
}`) as unknown as TypedDocumentString<ServeModelVersionResult, ServeModelVersionVariables>;
export const SetModelCandidate = /*#__PURE__*/ new TypedDocumentString(`
    mutation SetModelCandidate($name: String!, $version: String!, $percent: Int!, $expectedVersion: Long!) {
  setModelCandidate(
    name: $name
    version: $version
    percent: $percent
    expectedVersion: $expectedVersion
  ) {
    ...ModelChange
  }
}
    fragment ModelChange on ChangeModelResult {
  __typename
  ... on Conflict {
    message
  }
  ... on Invalid {
    field
    message
  }
}`) as unknown as TypedDocumentString<SetModelCandidateResult, SetModelCandidateVariables>;
export const SetModelShadow = /*#__PURE__*/ new TypedDocumentString(`
    mutation SetModelShadow($name: String!, $version: String, $expectedVersion: Long!) {
  setModelShadow(
    name: $name
    version: $version
    expectedVersion: $expectedVersion
  ) {
    ...ModelChange
  }
}
    fragment ModelChange on ChangeModelResult {
  __typename
  ... on Conflict {
    message
  }
  ... on Invalid {
    field
    message
  }
}`) as unknown as TypedDocumentString<SetModelShadowResult, SetModelShadowVariables>;
export const TryModelVersionAgain = /*#__PURE__*/ new TypedDocumentString(`
    mutation TryModelVersionAgain($name: String!, $version: String!) {
  tryModelVersionAgain(name: $name, version: $version) {
    ...ModelChange
  }
}
    fragment ModelChange on ChangeModelResult {
  __typename
  ... on Conflict {
    message
  }
  ... on Invalid {
    field
    message
  }
}`) as unknown as TypedDocumentString<TryModelVersionAgainResult, TryModelVersionAgainVariables>;
export const RemoveModelVersion = /*#__PURE__*/ new TypedDocumentString(`
    mutation RemoveModelVersion($name: String!, $version: String!) {
  removeModelVersion(name: $name, version: $version) {
    ...ModelChange
  }
}
    fragment ModelChange on ChangeModelResult {
  __typename
  ... on Conflict {
    message
  }
  ... on Invalid {
    field
    message
  }
}`) as unknown as TypedDocumentString<RemoveModelVersionResult, RemoveModelVersionVariables>;
export const RemoveModel = /*#__PURE__*/ new TypedDocumentString(`
    mutation RemoveModel($name: String!, $expectedVersion: Long!) {
  removeModel(name: $name, expectedVersion: $expectedVersion) {
    ...ModelChange
  }
}
    fragment ModelChange on ChangeModelResult {
  __typename
  ... on Conflict {
    message
  }
  ... on Invalid {
    field
    message
  }
}`) as unknown as TypedDocumentString<RemoveModelResult, RemoveModelVariables>;
export const FindOnvifCameras = /*#__PURE__*/ new TypedDocumentString(`
    mutation FindOnvifCameras {
  findOnvifCameras {
    __typename
    ... on FoundOnvifCameras {
      askedFrom
      cameras {
        ...FoundCamera
      }
    }
    ... on Invalid {
      field
      message
    }
  }
}
    fragment FoundCamera on FoundOnvifCamera {
  onvifUrl
  name
  hardware
  location
  known {
    name
  }
}`) as unknown as TypedDocumentString<FindOnvifCamerasResult, FindOnvifCamerasVariables>;
export const ReadOnvifCamera = /*#__PURE__*/ new TypedDocumentString(`
    mutation ReadOnvifCamera($input: ReadOnvifCameraInput!) {
  readOnvifCamera(input: $input) {
    __typename
    ... on OnvifCamera {
      onvifUrl
      manufacturer
      model
      clockSkewMs
      notes
      profiles {
        ...CameraStream
      }
    }
    ... on Invalid {
      field
      message
    }
  }
}
    fragment CameraStream on OnvifProfile {
  token
  name
  codec
  widthPx
  heightPx
  fps
  url
}`) as unknown as TypedDocumentString<ReadOnvifCameraResult, ReadOnvifCameraVariables>;
export const PlansPage = /*#__PURE__*/ new TypedDocumentString(`
    query PlansPage {
  chain {
    plan {
      model
      maxFps
      byRules
      tiles {
        columns
        rows
      }
    }
    version
  }
  stores {
    storeId
    name
    city
    demo
    version
    plan {
      model
      maxFps
      byRules
      tiles {
        columns
        rows
      }
    }
  }
  models {
    ...ModelChoice
  }
}
    fragment ModelChoice on Model {
  name
  title
  note
  standard
  classes
  cropsOf
  orWhole
  inputWidthPx
  inputHeightPx
  processes {
    state
    msPerPicture
    msPerRun
  }
}`) as unknown as TypedDocumentString<PlansPageResult, PlansPageVariables>;
export const SetPlan = /*#__PURE__*/ new TypedDocumentString(`
    mutation SetPlan($input: SetPlanInput!) {
  setPlan(input: $input) {
    __typename
    ... on Conflict {
      message
    }
    ... on Invalid {
      field
      message
    }
  }
}
    `) as unknown as TypedDocumentString<SetPlanResult, SetPlanVariables>;
export const ViolationEvents = /*#__PURE__*/ new TypedDocumentString(`
    subscription ViolationEvents($after: Cursor) {
  violationEvents(after: $after) {
    __typename
    ... on ViolationEvent {
      cursor
      partition
      offset
      action
      violation {
        ...ViolationRow
      }
    }
    ... on Heartbeat {
      cursor
      at
    }
    ... on Gap {
      cursor
      from
      to
      reason
    }
  }
}
    fragment BoxShape on TrackedBox {
  className
  confidence
  x1Px
  y1Px
  x2Px
  y2Px
  points {
    name
    xPx
    yPx
  }
}
fragment StillShape on Still {
  url
  missing
}
fragment ViolationRow on Violation {
  violationId
  violationType
  state
  revision
  riskLevel
  cameraId
  camera {
    name
    removed
  }
  storeId
  store {
    name
    timeZone
  }
  startedAt
  lastSeenAt
  durationMs
  widthPx
  heightPx
  boxes {
    ...BoxShape
  }
  subjectBox
  still {
    ...StillShape
  }
}`) as unknown as TypedDocumentString<ViolationEventsResult, ViolationEventsVariables>;
export const ViolationPage = /*#__PURE__*/ new TypedDocumentString(`
    query ViolationPage($id: ID!, $filter: ViolationFilter) {
  violations(first: 0) {
    cursor
  }
  violation(id: $id) {
    ...ViolationWhole
    neighbours(filter: $filter) {
      newer {
        violationId
      }
      older {
        violationId
      }
    }
  }
}
    fragment BoxShape on TrackedBox {
  className
  confidence
  x1Px
  y1Px
  x2Px
  y2Px
  points {
    name
    xPx
    yPx
  }
}
fragment ZoneShape on Zone {
  zoneId
  name
  version
  polygon {
    x
    y
  }
}
fragment StillShape on Still {
  url
  missing
}
fragment ViolationRow on Violation {
  violationId
  violationType
  state
  revision
  riskLevel
  cameraId
  camera {
    name
    removed
  }
  storeId
  store {
    name
    timeZone
  }
  startedAt
  lastSeenAt
  durationMs
  widthPx
  heightPx
  boxes {
    ...BoxShape
  }
  subjectBox
  still {
    ...StillShape
  }
}
fragment FrameShape on FrameLineage {
  epoch
  sequence
  capturedAt
  mediaTimeMs
  frame {
    topic
    partition
    offset
    sha256
  }
  detection {
    topic
    partition
    offset
  }
}
fragment EvidenceShape on EvidenceFile {
  role
  url
  capturedAt
}
fragment ViolationWhole on Violation {
  ...ViolationRow
  closeReason
  framesObserved
  peakConfidence
  ruleId
  zoneId
  trackId
  lineage {
    first {
      ...FrameShape
    }
    peak {
      ...FrameShape
    }
    last {
      ...FrameShape
    }
    models {
      running {
        note
      }
      model
      version
      sha256
    }
    ruleVersion
    zoneVersion
    controlOffset
  }
  still {
    ...StillShape
    sha256
    sizeBytes
    capturedAt
  }
  evidence {
    ...EvidenceShape
  }
  rule {
    name
    minDurationMs
    gapMs
  }
  zone {
    ...ZoneShape
  }
}`) as unknown as TypedDocumentString<ViolationPageResult, ViolationPageVariables>;
export const ViolationAgain = /*#__PURE__*/ new TypedDocumentString(`
    query ViolationAgain($id: ID!) {
  violation(id: $id) {
    ...ViolationWhole
  }
}
    fragment BoxShape on TrackedBox {
  className
  confidence
  x1Px
  y1Px
  x2Px
  y2Px
  points {
    name
    xPx
    yPx
  }
}
fragment ZoneShape on Zone {
  zoneId
  name
  version
  polygon {
    x
    y
  }
}
fragment StillShape on Still {
  url
  missing
}
fragment ViolationRow on Violation {
  violationId
  violationType
  state
  revision
  riskLevel
  cameraId
  camera {
    name
    removed
  }
  storeId
  store {
    name
    timeZone
  }
  startedAt
  lastSeenAt
  durationMs
  widthPx
  heightPx
  boxes {
    ...BoxShape
  }
  subjectBox
  still {
    ...StillShape
  }
}
fragment FrameShape on FrameLineage {
  epoch
  sequence
  capturedAt
  mediaTimeMs
  frame {
    topic
    partition
    offset
    sha256
  }
  detection {
    topic
    partition
    offset
  }
}
fragment EvidenceShape on EvidenceFile {
  role
  url
  capturedAt
}
fragment ViolationWhole on Violation {
  ...ViolationRow
  closeReason
  framesObserved
  peakConfidence
  ruleId
  zoneId
  trackId
  lineage {
    first {
      ...FrameShape
    }
    peak {
      ...FrameShape
    }
    last {
      ...FrameShape
    }
    models {
      running {
        note
      }
      model
      version
      sha256
    }
    ruleVersion
    zoneVersion
    controlOffset
  }
  still {
    ...StillShape
    sha256
    sizeBytes
    capturedAt
  }
  evidence {
    ...EvidenceShape
  }
  rule {
    name
    minDurationMs
    gapMs
  }
  zone {
    ...ZoneShape
  }
}`) as unknown as TypedDocumentString<ViolationAgainResult, ViolationAgainVariables>;
export const ViolationEvidence = /*#__PURE__*/ new TypedDocumentString(`
    query ViolationEvidence($id: ID!) {
  violation(id: $id) {
    evidence {
      ...EvidenceShape
    }
  }
}
    fragment EvidenceShape on EvidenceFile {
  role
  url
  capturedAt
}`) as unknown as TypedDocumentString<ViolationEvidenceResult, ViolationEvidenceVariables>;
export const ViolationStill = /*#__PURE__*/ new TypedDocumentString(`
    query ViolationStill($id: ID!) {
  violation(id: $id) {
    still {
      ...StillShape
    }
  }
}
    fragment StillShape on Still {
  url
  missing
}`) as unknown as TypedDocumentString<ViolationStillResult, ViolationStillVariables>;
export const ViolationsPage = /*#__PURE__*/ new TypedDocumentString(`
    query ViolationsPage($filter: ViolationFilter, $first: Int!, $after: String) {
  violations(filter: $filter, first: $first, after: $after) {
    totalCount
    cursor
    degraded
    warnings {
      field
      message
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    edges {
      node {
        ...ViolationRow
      }
    }
  }
}
    fragment BoxShape on TrackedBox {
  className
  confidence
  x1Px
  y1Px
  x2Px
  y2Px
  points {
    name
    xPx
    yPx
  }
}
fragment StillShape on Still {
  url
  missing
}
fragment ViolationRow on Violation {
  violationId
  violationType
  state
  revision
  riskLevel
  cameraId
  camera {
    name
    removed
  }
  storeId
  store {
    name
    timeZone
  }
  startedAt
  lastSeenAt
  durationMs
  widthPx
  heightPx
  boxes {
    ...BoxShape
  }
  subjectBox
  still {
    ...StillShape
  }
}`) as unknown as TypedDocumentString<ViolationsPageResult, ViolationsPageVariables>;
export const ViolationFilterChoices = /*#__PURE__*/ new TypedDocumentString(`
    query ViolationFilterChoices {
  stores {
    storeId
    name
    timeZone
  }
  cameras {
    cameraId
    name
    storeId
    rules {
      violationType
    }
  }
  removedStores {
    storeId
    name
    timeZone
  }
  removedCameras {
    cameraId
    name
    storeId
  }
}
    `) as unknown as TypedDocumentString<ViolationFilterChoicesResult, ViolationFilterChoicesVariables>;