// Written by scripts/generate.ts from avro/*.avsc: change those and run `npm run generate`.

/** Parameters of a rule of kind absence: a subject in the zone without a required box. */
export interface Absence {
  readonly kind: 'absence';
  /** Class of the subject, e.g. hand. */
  readonly subjectClass: string;
  /** Part of the subject that must be in the zone. */
  readonly anchor: Anchor;
  /** All must hold; at least one is negated. */
  readonly conditions: readonly RuleCondition[];
  /** Smallest intersection over the smaller area at which boxes (and zone) overlap, 0 to 1. */
  readonly minOverlap: number;
}

export type Anchor = 'centre' | 'bottom_centre' | 'overlap' | 'unknown';

/** One detection: a box, a class and a confidence, straight from a model. Pixels of the frame, origin top left, x2 and y2 exclusive. */
export interface Box {
  /** Class by its name in the model's card. */
  readonly className: string;
  /** 0 to 1. */
  readonly confidence: number;
  /** Left. */
  readonly x1Px: number;
  /** Top. */
  readonly y1Px: number;
  /** Right. */
  readonly x2Px: number;
  /** Bottom. */
  readonly y2Px: number;
}

/** Result of a model that finds objects. */
export interface Boxes {
  readonly kind: 'boxes';
  /** Every class that the model looks for. A listed class without a box was absent; an unlisted class was not looked for. */
  readonly classes: readonly string[];
  /** Detections after non-maximum suppression, most confident first; at most 300. */
  readonly boxes: readonly Box[];
}

/** A camera of a store. */
export interface Camera {
  /** Id. */
  readonly cameraId: string;
  /** Store of the camera. */
  readonly storeId: string;
  /** Name. */
  readonly name: string;
  /** Network from which it is reached. */
  readonly site: string;
  /** Kind of source. */
  readonly source: SourceKind;
  /** rtsp:, rtsps:, http:, https: address without login, webcam: (a browser sends its pictures), or a path of a file relative to the videos or scenes folder (videos:NAME, scenes:NAME; % and characters that cannot be shown are percent-encoded in a name of the videos folder). */
  readonly url: string;
  /** Entry of the vault with the login of its stream; another one after each change of it. Null: it needs none. */
  readonly loginId: null | string;
  /** http: or https: address of its ONVIF device service, on the host of `url`, without login: its other streams are read there. Null: not known. */
  readonly onvifUrl: null | string;
  /** Largest number of pictures sampled per second of media time. */
  readonly maxFps: number;
  /** False: the camera is stopped. */
  readonly active: boolean;
  /** file: SHA-256 of its recording. */
  readonly fileSha256: null | string;
  /** file: size of its recording. When the file grew and begins with that recording, it is the same one. */
  readonly fileBytes: null | number;
  /** file: its only epoch. */
  readonly fileEpoch: null | number;
  /** file: camera time of its first frame in ms since 1970. */
  readonly fileStartedAtMs: null | number;
  /** Models that look at its pictures, in this order; empty: none. Null: those of its store. */
  readonly plan: null | readonly PlanStep[];
  /** True: created by the demo. */
  readonly demo: boolean;
}

/** State of a camera in the violation topology: tracker, runs and control offset. Kept in a state store. */
export interface CameraRun {
  /** Camera. */
  readonly cameraId: string;
  /** Epoch of the last accepted record; -1 before the first. */
  readonly epoch: number;
  /** Sequence of the last accepted record; -1 before the first. */
  readonly sequence: number;
  /** Camera time: highest capturedAtMs of accepted records. */
  readonly capturedAtMs: number;
  /** Control offset of the camera's configuration. */
  readonly controlOffset: number;
  /** Last result of each model that ran in this epoch, and of each model whose tracks continue; at most 32, the last ones first. */
  readonly models: readonly ModelRun[];
  /** Runs that are open or counting. */
  readonly runs: readonly RuleRun[];
  /** State of the rules' subjects; unchanged for a rule whose kind this process does not know. */
  readonly subjects: readonly SubjectState[];
  /** By rule id: no new run starts before this camera time in ms. */
  readonly cooldowns: Readonly<Record<string, number>>;
}

export type CameraState = 'connecting' | 'connected' | 'down' | 'ended' | 'broken' | 'unknown';

/** State of a camera's source, for health and for ingest's next epoch, or what is to be said about a file that is no camera. No decision reads it. */
export interface CameraStatus {
  /** Camera; of a file that is no camera: `videos:`, the site, a slash and the file's name, in which % and characters that cannot be shown are percent-encoded. */
  readonly cameraId: string;
  /** Store of the camera. */
  readonly storeId: string;
  /** Present capture session; 0 before the first. */
  readonly epoch: number;
  /** connecting, connected, down (trying again), ended (file read, or stopped), broken (the file cannot be read: replace it). */
  readonly state: CameraState;
  /** Ingest's clock in ms since 1970. */
  readonly atMs: number;
  /** Camera time of the last frame record; 0 before the first. */
  readonly lastCapturedAtMs: number;
  /** Sequence of the last frame record; -1 before the first. */
  readonly lastSequence: number;
  /** Pictures published per second over the last seconds. */
  readonly fps: number;
  /** Pictures published in this epoch. */
  readonly framesPublished: number;
  /** Sampling slots of this epoch up to lastSequence that have no record, by reason. */
  readonly drops: Readonly<Record<string, number>>;
  /** Failed tries to connect since the last success. */
  readonly attempts: number;
  /** Connections to the camera since ingest began to read it. */
  readonly connections: number;
  /** What the camera sends; null for a recording, and before it was measured. */
  readonly stream: null | StreamFigures;
  /** The problem and what to do, for a person; null when there is none. */
  readonly message: null | string;
  /** File in the videos folder that this record is about because it is no camera of its own: it is being read (connecting), it cannot be read (broken), or its recording belongs to the camera `sameAs` (ended). Null for a camera. */
  readonly fileName: null | string;
  /** Camera that has the recording of `fileName`, also when that camera was removed; null for a camera and for a file that is being read or cannot be read. */
  readonly sameAs: null | string;
  /** SHA-256 of the recording that this camera of kind file read; null otherwise. */
  readonly fileSha256: null | string;
}

/** A version on trial beside the serving one. */
export interface Candidate {
  /** Version. */
  readonly version: string;
  /** Share of the cameras that it looks at instead of the serving version, 0 to 100. */
  readonly percent: number;
}

/** What holds for all stores of the chain. There is one. */
export interface Chain {
  /** Models that look at the pictures of cameras that have no plan and whose store has none, in this order. Null: those that inference is set to. */
  readonly plan: null | readonly PlanStep[];
}

/** A class and the model's confidence in it. */
export interface ClassConfidence {
  /** Class by its name in the model's card. */
  readonly className: string;
  /** 0 to 1. */
  readonly confidence: number;
}

/** Result of a model that classifies the whole frame. */
export interface Classes {
  readonly kind: 'classes';
  /** Classes, most confident first. */
  readonly classes: readonly ClassConfidence[];
}

export type CloseReason = 'gap' | 'ended' | 'rule_changed' | 'unseen' | 'clock_set_back' | 'unknown';

export type ConditionKind = 'overlaps' | 'unknown';

/** The input offset at which a task applied a configuration change of a camera; a replay follows it. */
export interface ConfigSwitch {
  /** Camera. */
  readonly cameraId: string;
  /** Control offset of the camera's configuration from here on. */
  readonly controlOffset: number;
  /** Partition of `detections`. */
  readonly partition: number;
  /** Offset of the first record judged by the new configuration. */
  readonly nextOffset: number;
}

/** One change of the configuration: a new value of an entity, or its removal. */
export interface ControlRecord {
  /** Given by the caller. A repeated id gets the same answer and changes nothing. */
  readonly commandId: string;
  /** Author of the command: user id, or the name of a process. */
  readonly actor: string;
  /** Writer's clock in ms since 1970. */
  readonly atMs: number;
  /** Camera time from which it holds. The fold lowers it to 7 s after the write time and raises it to the highest so far. */
  readonly effectiveAtMs: number;
  /** Place in the change set of this commandId, from 0. */
  readonly changeSetIndex: number;
  /** Records of the change set; it takes effect at its last one. */
  readonly changeSetSize: number;
  /** Kind of the entity that changes. A reader keeps values of kinds that it does not know. */
  readonly entityKind: string;
  /** Id of the entity that changes. */
  readonly entityId: string;
  /** Versions of every entity that it relies on, its own included. */
  readonly expects: readonly ExpectedVersion[];
  /** New value in Avro's single-object encoding, by the schema of its kind; null: the entity is removed. Of kind `schema`: the schema as JSON, UTF-8. */
  readonly value: null | Buffer;
}

/** A fold of the control log at an offset, kept on a process's disk. Lists of strings are JSON. Lists of numbers are 8-byte floats or 4-byte integers in the machine's byte order: they load many times faster than records. */
export interface ControlSnapshot {
  /** Offset of the next record to fold. */
  readonly nextOffset: number;
  /** The last record folded. */
  readonly last: FoldedRecord;
  /** Highest effective time of any change, in ms since 1970; -Infinity before the first. */
  readonly effectiveAtMs: number;
  /** Writers' schemas found in the log, by fingerprint. */
  readonly schemas: Readonly<Record<string, string>>;
  /** All values; the other fields name them by index. */
  readonly entities: SnapshotEntities;
  /** Present entities in order of arrival; integers. */
  readonly current: Buffer;
  /** Last values of removed entities in order of removal; integers. */
  readonly removed: Buffer;
  /** Configurations of all cameras, each camera's oldest first. */
  readonly histories: SnapshotHistories;
  /** Result of every command. */
  readonly answers: SnapshotAnswers;
  /** Records of incomplete change sets, in order. */
  readonly pending: readonly PendingRecord[];
}

/** Inference's result for one frame: one record for every record of `frames`, in order. */
export interface Detection {
  /** Camera of the frame. */
  readonly cameraId: string;
  /** Capture session of the frame. */
  readonly epoch: number;
  /** Sequence of the frame. */
  readonly sequence: number;
  /** Kind of source. */
  readonly source: SourceKind;
  /** Camera time of the frame in ms since 1970. */
  readonly capturedAtMs: number;
  /** Position in the recording in ms; null for live. */
  readonly mediaTimeMs: null | number;
  /** Width of the picture in pixels. */
  readonly widthPx: number;
  /** Height of the picture in pixels. */
  readonly heightPx: number;
  /** detected: the camera's models looked at a new picture. unchanged: the same picture as before. skipped: no model ran, see skipReason. down: no picture, the source was down. ended: the source ended. */
  readonly outcome: Outcome;
  /** Why it was skipped: newer (a newer picture waited), undecodable, model-failed, too-large (the results do not fit a record, or their lists have too many entries); null otherwise. */
  readonly skipReason: null | string;
  /** Reference to the picture; null when there was none. */
  readonly frame: null | FrameReference;
  /** One result for each model that ran on the frame and did not fail; at most 16. A model that the plan's rate lets pass over the frame has none. */
  readonly results: readonly ModelResult[];
}

/** An object and its vector. */
export interface EmbeddedSubject {
  /** Box of the object. */
  readonly box: Box;
  /** Unit vector; the model sets its length. */
  readonly vector: readonly number[];
}

/** Result of a model that describes objects by vectors, e.g. to recognise a face. */
export interface Embedding {
  readonly kind: 'embedding';
  /** Objects, most confident first. */
  readonly subjects: readonly EmbeddedSubject[];
}

/** Files that prove a violation, by their SHA-256 in the blob store. */
export interface Evidence {
  /** Violation that the files prove. */
  readonly violationId: string;
  /** Camera of the violation. */
  readonly cameraId: string;
  /** Store of the camera. */
  readonly storeId: string;
  /** Revision of the violation when the files were copied. */
  readonly revision: number;
  /** Files, at most one of each role; empty when the still was deleted before it could be copied. */
  readonly files: readonly EvidenceFile[];
  /** Why there is no still, null when there is one. */
  readonly missing: null | string;
}

/** One file of a bundle. */
export interface EvidenceFile {
  /** still: the picture shown as proof; first, last: the picture of the first and of the last breaching frame. */
  readonly role: EvidenceRole;
  /** SHA-256 of the file, 64 hex digits: its name in the blob store. */
  readonly sha256: string;
  /** Size in bytes. */
  readonly sizeBytes: number;
  /** Media type, e.g. image/jpeg. */
  readonly mediaType: string;
  /** Capture session of the frame. */
  readonly epoch: number;
  /** Sequence of the frame. */
  readonly sequence: number;
  /** Camera time of the frame in ms since 1970. */
  readonly capturedAtMs: number;
}

export type EvidenceRole = 'still' | 'first' | 'last' | 'unknown';

/** A version that the change relies on. */
export interface ExpectedVersion {
  /** Kind. */
  readonly entityKind: string;
  /** Id. */
  readonly entityId: string;
  /** Control offset at which it was last changed; null: it must not exist. */
  readonly version: null | number;
}

/** A record that identifies a log. */
export interface FoldedRecord {
  /** Offset. */
  readonly offset: number;
  /** Write time in ms since 1970. */
  readonly timestampMs: number;
  /** Id of its command. */
  readonly commandId: string;
}

/** One sampling slot of a camera: a picture, or why there is none. (cameraId, epoch, sequence) is its identity. */
export interface Frame {
  /** Camera of the frame. */
  readonly cameraId: string;
  /** Capture session: ingest's clock at connect in ms since 1970, higher for each new session. */
  readonly epoch: number;
  /** Live and loop: counter over the epoch's slots. File: frame n of the file (from 0) has 2n + 1; the `ended` record after its first n frames has 2n. */
  readonly sequence: number;
  /** Kind of source. */
  readonly source: SourceKind;
  /** Camera time in ms since 1970; never goes back within a camera. */
  readonly capturedAtMs: number;
  /** Position in the recording in ms; null for live. */
  readonly mediaTimeMs: null | number;
  /** The camera's own clock in ms since 1970 when it sends one. */
  readonly cameraClockMs: null | number;
  /** True on the first frame after a new time anchor (connect, drift over 1 s). */
  readonly anchored: boolean;
  /** Width of the picture in pixels (of the last one when there is none). */
  readonly widthPx: number;
  /** Height of the picture in pixels. */
  readonly heightPx: number;
  /** Why there is no picture; null when there is one. */
  readonly reason: null | NoPictureReason;
  /** SHA-256 of jpeg, 64 hex digits. */
  readonly sha256: null | string;
  /** The picture as JPEG. */
  readonly jpeg: null | Buffer;
}

/** A frame that a decision used: its identity, and the place of its bytes. */
export interface FrameLineage {
  /** Capture session of the frame. */
  readonly epoch: number;
  /** Sequence of the frame. */
  readonly sequence: number;
  /** Camera time in ms since 1970. */
  readonly capturedAtMs: number;
  /** Position in the recording in ms; null for live. */
  readonly mediaTimeMs: null | number;
  /** Reference to the picture; null when that frame had none (unchanged). */
  readonly frame: null | FrameReference;
  /** The detection record that was judged. */
  readonly detection: RecordReference;
}

/** Place of a frame's bytes; not its identity. */
export interface FrameReference {
  /** Topic of the record that carries the picture, without the cell's prefix. */
  readonly topic: string;
  /** Partition of that record. */
  readonly partition: number;
  /** Offset of that record. */
  readonly offset: number;
  /** SHA-256 of the JPEG bytes, 64 hex digits. */
  readonly sha256: string;
}

/** A named point of an object. */
export interface KeyPoint {
  /** Name in the model's card, e.g. left_wrist. */
  readonly name: string;
  /** From the left edge of the frame in pixels. */
  readonly xPx: number;
  /** From the top edge in pixels. */
  readonly yPx: number;
  /** 0 to 1. */
  readonly confidence: number;
}

/** Result of a model that finds named points of objects, e.g. the joints of a person. */
export interface KeyPoints {
  readonly kind: 'key_points';
  /** Every class that the model looks for. A listed class without an object was absent; an unlisted class was not looked for. */
  readonly classes: readonly string[];
  /** Objects, most confident first. */
  readonly subjects: readonly PointedSubject[];
}

/** A model that users uploaded: which of its versions look at pictures. */
export interface Model {
  /** Name, by which plans and rules name it. */
  readonly model: string;
  /** Version that looks at the pictures of cameras whose plan names the model. */
  readonly serving: string;
  /** Version that served before: it looks on while the serving one does not open. Null: none. */
  readonly previous: null | string;
  /** Version on trial; null: none. */
  readonly candidate: null | Candidate;
  /** Version that looks at the pictures beside the serving one, for comparison only; null: none. */
  readonly shadow: null | string;
}

/** The model that gave a result. */
export interface ModelReference {
  /** Name of the model. */
  readonly model: string;
  /** Version of the model. */
  readonly version: string;
  /** SHA-256 of the model's file, 64 hex digits. */
  readonly sha256: string;
}

/** One model's result for one frame. */
export interface ModelResult {
  /** Name of the model. */
  readonly model: string;
  /** Version of the model. */
  readonly version: string;
  /** SHA-256 of the model's file, 64 hex digits. */
  readonly sha256: string;
  /** Names of the models of this frame whose boxes it looked at; empty: it looked at the whole picture. */
  readonly of: readonly string[];
  /** Camera time that the camera's plan leaves between two looks of the model at least; 0: it looks at every picture. */
  readonly everyMs: number;
  /** The result, by kind. */
  readonly payload: Boxes | KeyPoints | Text | Embedding | Classes | Unknown;
}

/** One model's last result on the camera. */
export interface ModelRun {
  /** Name of the model. */
  readonly model: string;
  /** Version of the model in its last result. */
  readonly version: string;
  /** SHA-256 of the model's file in its last result. */
  readonly sha256: string;
  /** Classes it looks for. */
  readonly classes: readonly string[];
  /** Models whose boxes it looked at in its last result; empty: the whole picture. */
  readonly of: readonly string[];
  /** Camera time that the camera's plan leaves between two of its looks at least; 0: it looks at every picture. */
  readonly everyMs: number;
  /** True: its boxes belong to the camera's last picture, so an `unchanged` record repeats them. False: it did not run on that picture, or a skipped record, a new epoch or the end of the source followed. */
  readonly isCurrent: boolean;
  /** Its last boxes with their tracks, tentative ones too. */
  readonly boxes: readonly TrackedBox[];
  /** Its tracks that may continue; at most 600. */
  readonly tracks: readonly OpenTrack[];
}

export type ModelState = 'closed' | 'open' | 'failed' | 'unknown';

/** A model in one inference process: what it is, and how it runs there. No decision reads it. */
export interface ModelStatus {
  /** Key of the record: the process, the model's name and its version, percent-encoded, with slashes between. */
  readonly id: string;
  /** Name of the inference process, unique in the installation. */
  readonly process: string;
  /** Name of the model, as on its card. */
  readonly model: string;
  /** Version of the model. */
  readonly version: string;
  /** SHA-256 of the model's file, 64 hex digits. */
  readonly sha256: string;
  /** What it finds, for a person. */
  readonly title: string;
  /** What a person must know before trusting it; null: nothing. */
  readonly note: null | string;
  /** SPDX identifier of the weights' licence. */
  readonly licence: string;
  /** Where the weights come from, for a person. */
  readonly origin: string;
  /** Classes that it looks for; none when it describes objects of other models. */
  readonly classes: readonly string[];
  /** Class of the boxes that it looks at, which a model before it in the plan must find; null: it looks at whole pictures. */
  readonly cropsOf: null | string;
  /** True: it looks at the whole picture when no model before it in the plan looks for that class. */
  readonly orWhole: boolean;
  /** Names of the points that those boxes must have; none: it needs no points. */
  readonly cropPoints: readonly string[];
  /** Names of the points that its own boxes have; null: not known. */
  readonly points: null | readonly string[];
  /** Width of the picture that it takes; null: its file is missing. */
  readonly inputWidthPx: null | number;
  /** Height of the picture that it takes; null: its file is missing. */
  readonly inputHeightPx: null | number;
  /** True: it looks at the pictures of cameras without a plan. */
  readonly standard: boolean;
  /** closed: no active camera's plan names it. open: it runs. failed: it does not open, or fails on every picture, see reason. */
  readonly state: ModelState;
  /** Why it failed and what to do, or on what share of the pictures it fails, for a person; null: all is well. */
  readonly reason: null | string;
  /** Size of the model's file in bytes. */
  readonly fileBytes: number;
  /** Pictures that it gave a result for since the process started. */
  readonly pictures: number;
  /** Whole pictures and parts of pictures that it looked at since the process started: a picture with three boxes is three parts. */
  readonly runs: number;
  /** Mean ms of one core for a picture since the process started, with scaling and decoding of results; 0 before the first. */
  readonly msPerPicture: number;
  /** Clock of the process in ms since 1970. */
  readonly atMs: number;
}

/** One uploaded file of a model, with what the check before its use found. Nothing of it changes but `attempt`. */
export interface ModelVersion {
  /** Name of the model. */
  readonly model: string;
  /** Version, unique in the model. */
  readonly version: string;
  /** Folder of its card and its file, unique for each upload. */
  readonly fileId: string;
  /** How often a person asked to open it again after it was taken out of use for ending the inference process. */
  readonly attempt: number;
  /** SHA-256 of the file. */
  readonly sha256: string;
  /** Size of the file in bytes. */
  readonly fileBytes: number;
  /** What it finds, for a person. */
  readonly title: string;
  /** Licence of the weights, as the user stated it. */
  readonly licence: string;
  /** Layout of its outputs, as on its card. */
  readonly layout: string;
  /** Classes that it looks for. */
  readonly classes: readonly string[];
  /** ms of one core for a picture, at the check. */
  readonly msPerPicture: number;
  /** Memory that it took at the check, in bytes. */
  readonly memoryBytes: number;
  /** Time of the upload in ms since 1970. */
  readonly addedAtMs: number;
  /** User who uploaded it. */
  readonly addedBy: string;
}

export type NoPictureReason = 'unchanged' | 'down' | 'ended' | 'unknown';

/** Opening hours of the store. */
export interface OpeningHours {
  /** Days of the week, 1 Monday to 7 Sunday. */
  readonly days: readonly number[];
  /** Local time, HH:MM. */
  readonly from: string;
  /** Local time, HH:MM; on the next day when before `from`. */
  readonly to: string;
}

/** A track that may continue. */
export interface OpenTrack {
  /** Hash of the identity of its first frame and the index of its box there. */
  readonly trackId: string;
  /** Class. */
  readonly className: string;
  /** State. */
  readonly state: TrackState;
  /** Number of frames with a sighting. */
  readonly hits: number;
  /** Camera time of the last sighting. */
  readonly lastSeenAtMs: number;
  /** Confidence of its last box, 0 to 1. */
  readonly confidence: number;
  /** Motion state: centre x, centre y, width, height in pixels; velocity of the centre along x and y in pixels per second. */
  readonly mean: readonly number[];
}

export type Outcome = 'detected' | 'unchanged' | 'skipped' | 'down' | 'ended' | 'unknown';

/** A record of an incomplete change set. */
export interface PendingRecord {
  /** Record. */
  readonly record: ControlRecord;
  /** Effective time, limited by its write time. */
  readonly effectiveAtMs: number;
}

/** One model that looks at a camera's pictures. */
export interface PlanStep {
  /** Name of the model, as on its card. */
  readonly model: string;
  /** Most pictures a second that it looks at, by their camera time; null: every picture that inference looks at. In a picture that it leaves out, its classes were not looked for. */
  readonly maxFps: null | number;
  /** True: it looks as often as the camera's rules in force need, and at most `maxFps` pictures a second. */
  readonly byRules: boolean;
  /** Parts of the picture that it looks at besides, for far objects: those in which something moved. Null: the whole picture alone. */
  readonly tiles: null | TileGrid;
}

/** A point of a camera's picture in relative coordinates, origin top left. */
export interface Point {
  /** 0 (left edge) to 1 (right edge). */
  readonly x: number;
  /** 0 (top edge) to 1 (bottom edge). */
  readonly y: number;
}

/** An object and its points. */
export interface PointedSubject {
  /** Box of the object. */
  readonly box: Box;
  /** Its visible points. */
  readonly points: readonly KeyPoint[];
}

/** A record's place in the log. */
export interface RecordReference {
  /** Topic without the cell's prefix. */
  readonly topic: string;
  /** Partition. */
  readonly partition: number;
  /** Offset. */
  readonly offset: number;
}

/** Parameters of a rule of kind restricted_zone: the subject is in a zone where it may not be. */
export interface RestrictedZone {
  readonly kind: 'restricted_zone';
  /** Class that must stay out, e.g. person. */
  readonly subjectClass: string;
  /** Part of the subject that must be in the zone. */
  readonly anchor: Anchor;
  /** With the anchor overlap: smallest intersection over the smaller area at which the subject is in the zone, 0 to 1. */
  readonly minOverlap: number;
  /** A subject leaves the zone when its anchor is further out than this, as a share of the picture's width and height. With the anchor overlap: when it overlaps this much less. 0 to 1. */
  readonly leaveMargin: number;
}

export type RiskLevel = 'low' | 'medium' | 'high' | 'unknown';

export type Role = 'admin' | 'operator' | 'manager' | 'analyst' | 'viewer' | 'unknown';

/** A named predicate over models' results and a zone, as data: the fields of all rules, and the parameters of its kind. */
export interface Rule {
  /** Id. */
  readonly ruleId: string;
  /** Camera that it judges. */
  readonly cameraId: string;
  /** Name for people. */
  readonly name: string;
  /** Type of its violations, e.g. hand_no_scooper. */
  readonly violationType: string;
  /** Zone; null: the whole picture. */
  readonly zoneId: null | string;
  /** Names of the models that it uses; empty: every model that looks for one of its classes. */
  readonly models: readonly string[];
  /** The rule ignores boxes below this, 0 to 1. */
  readonly minConfidence: number;
  /** Camera time in ms that the breach must last before a violation opens. */
  readonly minDurationMs: number;
  /** A breach is over after this camera time in ms without it, once a judged frame has shown none. Shorter than minDurationMs. */
  readonly gapMs: number;
  /** Camera time in ms after a close in which no new violation of the rule opens. */
  readonly cooldownMs: number;
  /** Hours in which it judges, in the store's time zone; empty: always. */
  readonly schedule: readonly OpeningHours[];
  /** Risk level of its violations. */
  readonly riskLevel: RiskLevel;
  /** False: it does not judge. */
  readonly active: boolean;
  /** Kind of the rule and its parameters. */
  readonly parameters: Absence | RestrictedZone | Unknown;
}

/** A condition on one subject in one frame. */
export interface RuleCondition {
  /** overlaps: a box of the class overlaps the subject. */
  readonly kind: ConditionKind;
  /** Class of the other box. */
  readonly className: string;
  /** True: no box of the class may overlap it. */
  readonly negated: boolean;
}

/** A breach over several frames. */
export interface RuleRun {
  /** Rule. */
  readonly ruleId: string;
  /** Version of the rule that judges the run. */
  readonly ruleVersion: string;
  /** Track of the run; empty: it is the rule's only run, for any subject. */
  readonly subject: string;
  /** Camera time of the first breaching frame. */
  readonly startedAtMs: number;
  /** Camera time of the last breaching frame. */
  readonly lastSeenAtMs: number;
  /** Camera time that counts towards the minimum duration; time without a judged frame counts up to gapMs. */
  readonly lastedMs: number;
  /** True: a frame judged after the last breaching one showed no breach. */
  readonly calm: boolean;
  /** Camera time of the last record of the violation; 0 before it opened. */
  readonly lastPublishedAtMs: number;
  /** The violation so far; published once it has opened. */
  readonly violation: Violation;
  /** True once the minimum duration was reached. */
  readonly opened: boolean;
}

/** What a shadow version of a model found on a frame, beside the version that serves. No rule reads it. */
export interface ShadowDetection {
  /** Camera of the frame. */
  readonly cameraId: string;
  /** Store of the camera. */
  readonly storeId: string;
  /** Capture session of the frame. */
  readonly epoch: number;
  /** Sequence of the frame. */
  readonly sequence: number;
  /** Camera time of the frame in ms since 1970. */
  readonly capturedAtMs: number;
  /** Width of the picture in pixels. */
  readonly widthPx: number;
  /** Height of the picture in pixels. */
  readonly heightPx: number;
  /** Reference to the picture. */
  readonly frame: FrameReference;
  /** Name of the model. */
  readonly model: string;
  /** Version that serves. */
  readonly servingVersion: string;
  /** Shadow version. */
  readonly shadowVersion: string;
  /** Number of boxes that both found: the same class, overlapping by half or more. */
  readonly agreed: number;
  /** Boxes of the serving version. */
  readonly servingBoxes: readonly Box[];
  /** Boxes of the shadow version. */
  readonly shadowBoxes: readonly Box[];
}

/** Results of commands. */
export interface SnapshotAnswers {
  /** Commands; JSON. */
  readonly commandIds: string;
  /** Offset of the last record of each; floats. */
  readonly offsets: Buffer;
  /** Effective time of each; floats. */
  readonly effectiveAtMs: Buffer;
  /** By index: the failed expectations of each void command; JSON. */
  readonly conflicts: string;
}

/** Values of entities. */
export interface SnapshotEntities {
  /** Kind of each; JSON. */
  readonly kinds: string;
  /** Id of each; JSON. */
  readonly ids: string;
  /** Camera that each belongs to, or null; JSON. */
  readonly cameraIds: string;
  /** Store that each belongs to, or null; JSON. */
  readonly storeIds: string;
  /** By index: null for a value that cannot be read, else its unknown parts; JSON. */
  readonly strange: string;
  /** Control offset of each value's change; floats. */
  readonly versions: Buffer;
  /** End of each value in `values`; integers. */
  readonly ends: Buffer;
  /** The values' bytes from the log, one after the other. */
  readonly values: Buffer;
}

/** Configurations of cameras. */
export interface SnapshotHistories {
  /** Cameras; JSON. */
  readonly cameraIds: string;
  /** End of each camera's configurations; integers. */
  readonly ends: Buffer;
  /** Control offset of each configuration; floats. */
  readonly offsets: Buffer;
  /** Camera time from which each holds, -Infinity for a camera's first; floats. */
  readonly effectiveAtMs: Buffer;
  /** End of each configuration's parts; integers. */
  readonly partEnds: Buffer;
  /** Entities of the configurations; integers. */
  readonly parts: Buffer;
}

/** live: a stream. file: a recording read once. loop: a recording played as if live. */
export type SourceKind = 'live' | 'file' | 'loop' | 'unknown';

/** A shop of the chain. */
export interface Store {
  /** Id. */
  readonly storeId: string;
  /** Name. */
  readonly name: string;
  /** City. */
  readonly city: string;
  /** Region of the chain. */
  readonly region: string;
  /** IANA time zone. */
  readonly timeZone: string;
  /** Opening hours; empty: not stated. */
  readonly openingHours: readonly OpeningHours[];
  /** False: the store's cameras are stopped. Its data stay visible. */
  readonly subscriptionActive: boolean;
  /** Models that look at the pictures of its cameras without a plan, in this order; empty: none. Null: those of the chain. */
  readonly plan: null | readonly PlanStep[];
  /** True: created by the demo. */
  readonly demo: boolean;
}

/** What a live camera sends, measured over some seconds. */
export interface StreamFigures {
  /** Codec by FFmpeg's name, e.g. h264, hevc, mjpeg. */
  readonly codec: string;
  /** Width of its pictures in pixels, as they are decoded. */
  readonly widthPx: number;
  /** Height of its pictures in pixels. */
  readonly heightPx: number;
  /** Pictures that it sends per second. */
  readonly fps: number;
  /** Bits of video that it sends per second. */
  readonly bitsPerSecond: number;
  /** Pace of its stream's times; 1 is that of ingest's clock. Null: not measured yet, or the stream has no times. */
  readonly clockRate: null | number;
}

/** A rule's state for one subject. */
export interface SubjectState {
  /** Rule. */
  readonly ruleId: string;
  /** Version of the rule that judged it. */
  readonly ruleVersion: string;
  /** Track of the subject. */
  readonly trackId: string;
  /** Phase of the subject as the rule's kind defines it, e.g. inside. */
  readonly phase: string;
  /** Camera time at which the phase began. */
  readonly sinceMs: number;
}

/** Result of a model that reads text. */
export interface Text {
  readonly kind: 'text';
  /** Lines in reading order. */
  readonly lines: readonly TextLine[];
}

/** A line of text. */
export interface TextLine {
  /** Corners from the top left clockwise along the text: x, y of each in pixels of the frame; 8 numbers. */
  readonly quadPx: readonly number[];
  /** The text of the line. */
  readonly text: string;
  /** 0 to 1. */
  readonly confidence: number;
}

/** Tiles of a picture, which share a fifth with each neighbour. */
export interface TileGrid {
  /** Tiles side by side, 1 to 4. */
  readonly columns: number;
  /** Rows of tiles, 1 to 4. */
  readonly rows: number;
}

/** One record for every accepted detection record: everything in its frame that the rules used, boxes with their tracks. */
export interface Track {
  /** Camera of the frame. */
  readonly cameraId: string;
  /** Store of the camera. */
  readonly storeId: string;
  /** Capture session of the frame. */
  readonly epoch: number;
  /** Sequence of the frame. */
  readonly sequence: number;
  /** Camera time of the frame in ms since 1970. */
  readonly capturedAtMs: number;
  /** Position in the recording in ms; null for live. */
  readonly mediaTimeMs: null | number;
  /** Width of the picture in pixels. */
  readonly widthPx: number;
  /** Height of the picture in pixels. */
  readonly heightPx: number;
  /** Outcome of the frame. */
  readonly outcome: Outcome;
  /** Models that ran on this frame, including those that found nothing. */
  readonly models: readonly ModelReference[];
  /** All boxes of the frame, model by model; on `unchanged` the camera's last. */
  readonly boxes: readonly TrackedBox[];
  /** Confirmed objects that a model missed in this frame, or passed over by its rate, but found shortly before, each at its expected place. Absence rules count those that it missed as present. */
  readonly remembered: readonly Box[];
}

/** A detection and its track. */
export interface TrackedBox {
  /** Class by its name in the model's card. */
  readonly className: string;
  /** 0 to 1. */
  readonly confidence: number;
  /** Left. */
  readonly x1Px: number;
  /** Top. */
  readonly y1Px: number;
  /** Right. */
  readonly x2Px: number;
  /** Bottom. */
  readonly y2Px: number;
  /** Track of the box; null while none is confirmed. */
  readonly trackId: null | string;
  /** Its visible points, e.g. the joints of a person; empty when its model gives none. */
  readonly points: readonly KeyPoint[];
  /** Name of the model that found it. */
  readonly model: string;
}

export type TrackState = 'tentative' | 'confirmed' | 'lost' | 'unknown';

/** Replaces a record whose kind the reader does not know, because a newer process wrote it. It is kept and reported, never judged. */
export interface Unknown {
  readonly kind: 'unknown';
  /** Name of that kind. */
  readonly of: string;
}

/** A user without personal data: login and password hash are in `vault`. */
export interface User {
  /** Id. */
  readonly userId: string;
  /** Role. */
  readonly role: Role;
  /** Stores granted; null: all. */
  readonly storeIds: null | readonly string[];
  /** False: may not sign in. */
  readonly active: boolean;
}

/** Personal or secret data, sealed with AES-256-GCM and the installation's key. */
export interface VaultEntry {
  /** Id, e.g. user:ID. */
  readonly id: string;
  /** First 8 hex digits of the SHA-256 of the key. */
  readonly keyId: string;
  /** 12 bytes, random for each write. */
  readonly nonce: Buffer;
  /** Ciphertext and tag; the id is authenticated with it. */
  readonly sealed: Buffer;
}

/** One breach of a rule at this revision: opened, updated (at most once a second of camera time), closed. Fields up to `startedAtMs` never change for an id; the others may. */
export interface Violation {
  /** Hash of camera, rule, rule version, track key and first frame's identity: the same after every replay. */
  readonly violationId: string;
  /** Camera that saw it. */
  readonly cameraId: string;
  /** Store of the camera. */
  readonly storeId: string;
  /** Rule that was broken. */
  readonly ruleId: string;
  /** Name of the rule's type, e.g. hand_no_scooper. */
  readonly violationType: string;
  /** Hash of the rule's canonical form and its zone. */
  readonly ruleVersion: string;
  /** Zone of the rule; null: the whole picture. */
  readonly zoneId: null | string;
  /** Hash of the zone's canonical form. */
  readonly zoneVersion: null | string;
  /** Track of the subject at the first frame. */
  readonly trackId: string;
  /** Risk level of the rule when the violation opened. */
  readonly riskLevel: RiskLevel;
  /** Camera time of the first breaching frame in ms since 1970. */
  readonly startedAtMs: number;
  /** 1 when opened; each further record of the violation adds 1. */
  readonly revision: number;
  /** opened, updated or closed. */
  readonly state: ViolationState;
  /** Camera time of the last breaching frame so far. */
  readonly lastSeenAtMs: number;
  /** Camera time of the last breaching frame once closed; null while open. */
  readonly endedAtMs: null | number;
  /** gap: judged frames showed no breach for longer than gapMs. unseen: no frame was judged for too long. ended: the source ended. rule_changed: the rule or zone changed. clock_set_back: the clock was over a day ahead and was set right, so the times are of the wrong clock. */
  readonly closeReason: null | CloseReason;
  /** Breaching frames so far. */
  readonly framesObserved: number;
  /** Highest confidence of the subject so far, 0 to 1. */
  readonly peakConfidence: number;
  /** First breaching frame. */
  readonly firstFrame: FrameLineage;
  /** Breaching frame with the most confident subject; it is shown as proof. */
  readonly peakFrame: FrameLineage;
  /** Last breaching frame so far. */
  readonly lastFrame: FrameLineage;
  /** Width of the peak frame in pixels. */
  readonly widthPx: number;
  /** Height of the peak frame in pixels. */
  readonly heightPx: number;
  /** All boxes that the rule's models found in the peak frame. */
  readonly boxes: readonly TrackedBox[];
  /** The subject's index in `boxes`. */
  readonly subjectBox: number;
  /** Every model that the decision used so far; the first 64. */
  readonly models: readonly ModelReference[];
  /** Offset in `control` of the configuration in force when the violation opened. */
  readonly controlOffset: number;
}

export type ViolationState = 'opened' | 'updated' | 'closed' | 'unknown';

/** A polygon on a camera's picture. */
export interface Zone {
  /** Id. */
  readonly zoneId: string;
  /** Camera of the zone. */
  readonly cameraId: string;
  /** Name, e.g. Ingredients. */
  readonly name: string;
  /** At least 3 corners in relative coordinates. */
  readonly polygon: readonly Point[];
}

/** Avro schema of each record as JSON, with all it refers to. */
export const schemaOf = {
  Absence: "{\"type\":\"record\",\"name\":\"Absence\",\"doc\":\"Parameters of a rule of kind absence: a subject in the zone without a required box.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"subjectClass\",\"doc\":\"Class of the subject, e.g. hand.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"anchor\",\"doc\":\"Part of the subject that must be in the zone.\",\"type\":{\"type\":\"enum\",\"name\":\"Anchor\",\"symbols\":[\"centre\",\"bottom_centre\",\"overlap\",\"unknown\"],\"default\":\"unknown\",\"namespace\":\"sightline\"}},{\"name\":\"conditions\",\"doc\":\"All must hold; at least one is negated.\",\"type\":{\"type\":\"array\",\"maxItems\":200,\"items\":{\"type\":\"record\",\"name\":\"RuleCondition\",\"doc\":\"A condition on one subject in one frame.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"kind\",\"doc\":\"overlaps: a box of the class overlaps the subject.\",\"type\":{\"type\":\"enum\",\"name\":\"ConditionKind\",\"symbols\":[\"overlaps\",\"unknown\"],\"default\":\"unknown\",\"namespace\":\"sightline\"}},{\"name\":\"className\",\"doc\":\"Class of the other box.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"negated\",\"doc\":\"True: no box of the class may overlap it.\",\"type\":\"boolean\"}]}}},{\"name\":\"minOverlap\",\"doc\":\"Smallest intersection over the smaller area at which boxes (and zone) overlap, 0 to 1.\",\"type\":{\"type\":\"double\",\"logicalType\":\"share\"},\"default\":0.1}]}",
  Box: "{\"type\":\"record\",\"name\":\"Box\",\"doc\":\"One detection: a box, a class and a confidence, straight from a model. Pixels of the frame, origin top left, x2 and y2 exclusive.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"className\",\"doc\":\"Class by its name in the model's card.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"confidence\",\"doc\":\"0 to 1.\",\"type\":{\"type\":\"float\",\"logicalType\":\"confidence\"}},{\"name\":\"x1Px\",\"doc\":\"Left.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"y1Px\",\"doc\":\"Top.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"x2Px\",\"doc\":\"Right.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"y2Px\",\"doc\":\"Bottom.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}}]}",
  Boxes: "{\"type\":\"record\",\"name\":\"Boxes\",\"doc\":\"Result of a model that finds objects.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"classes\",\"doc\":\"Every class that the model looks for. A listed class without a box was absent; an unlisted class was not looked for.\",\"type\":{\"type\":\"array\",\"maxItems\":2000,\"items\":{\"type\":\"string\",\"logicalType\":\"name\"}}},{\"name\":\"boxes\",\"doc\":\"Detections after non-maximum suppression, most confident first; at most 300.\",\"type\":{\"type\":\"array\",\"maxItems\":300,\"items\":{\"type\":\"record\",\"name\":\"Box\",\"doc\":\"One detection: a box, a class and a confidence, straight from a model. Pixels of the frame, origin top left, x2 and y2 exclusive.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"className\",\"doc\":\"Class by its name in the model's card.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"confidence\",\"doc\":\"0 to 1.\",\"type\":{\"type\":\"float\",\"logicalType\":\"confidence\"}},{\"name\":\"x1Px\",\"doc\":\"Left.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"y1Px\",\"doc\":\"Top.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"x2Px\",\"doc\":\"Right.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"y2Px\",\"doc\":\"Bottom.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}}]}}}]}",
  CameraRun: "{\"type\":\"record\",\"name\":\"CameraRun\",\"doc\":\"State of a camera in the violation topology: tracker, runs and control offset. Kept in a state store.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"cameraId\",\"doc\":\"Camera.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"epoch\",\"doc\":\"Epoch of the last accepted record; -1 before the first.\",\"type\":{\"type\":\"long\",\"logicalType\":\"last-count\"}},{\"name\":\"sequence\",\"doc\":\"Sequence of the last accepted record; -1 before the first.\",\"type\":{\"type\":\"long\",\"logicalType\":\"last-count\"}},{\"name\":\"capturedAtMs\",\"doc\":\"Camera time: highest capturedAtMs of accepted records.\",\"type\":{\"type\":\"long\",\"logicalType\":\"time-ms\"}},{\"name\":\"controlOffset\",\"doc\":\"Control offset of the camera's configuration.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"models\",\"doc\":\"Last result of each model that ran in this epoch, and of each model whose tracks continue; at most 32, the last ones first.\",\"type\":{\"type\":\"array\",\"maxItems\":32,\"items\":{\"type\":\"record\",\"name\":\"ModelRun\",\"doc\":\"One model's last result on the camera.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"model\",\"doc\":\"Name of the model.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"version\",\"doc\":\"Version of the model in its last result.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"sha256\",\"doc\":\"SHA-256 of the model's file in its last result.\",\"type\":{\"type\":\"string\",\"logicalType\":\"sha256\"}},{\"name\":\"classes\",\"doc\":\"Classes it looks for.\",\"type\":{\"type\":\"array\",\"maxItems\":2000,\"items\":{\"type\":\"string\",\"logicalType\":\"name\"}}},{\"name\":\"of\",\"doc\":\"Models whose boxes it looked at in its last result; empty: the whole picture.\",\"type\":{\"type\":\"array\",\"maxItems\":16,\"items\":{\"type\":\"string\",\"logicalType\":\"name\"}},\"default\":[]},{\"name\":\"everyMs\",\"doc\":\"Camera time that the camera's plan leaves between two of its looks at least; 0: it looks at every picture.\",\"type\":{\"type\":\"long\",\"logicalType\":\"duration-ms\"},\"default\":0},{\"name\":\"isCurrent\",\"doc\":\"True: its boxes belong to the camera's last picture, so an `unchanged` record repeats them. False: it did not run on that picture, or a skipped record, a new epoch or the end of the source followed.\",\"type\":\"boolean\"},{\"name\":\"boxes\",\"doc\":\"Its last boxes with their tracks, tentative ones too.\",\"type\":{\"type\":\"array\",\"maxItems\":300,\"items\":{\"type\":\"record\",\"name\":\"TrackedBox\",\"doc\":\"A detection and its track.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"className\",\"doc\":\"Class by its name in the model's card.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"confidence\",\"doc\":\"0 to 1.\",\"type\":{\"type\":\"float\",\"logicalType\":\"confidence\"}},{\"name\":\"x1Px\",\"doc\":\"Left.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"y1Px\",\"doc\":\"Top.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"x2Px\",\"doc\":\"Right.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"y2Px\",\"doc\":\"Bottom.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"trackId\",\"doc\":\"Track of the box; null while none is confirmed.\",\"type\":[\"null\",{\"type\":\"string\",\"logicalType\":\"id\"}],\"default\":null},{\"name\":\"points\",\"doc\":\"Its visible points, e.g. the joints of a person; empty when its model gives none.\",\"type\":{\"type\":\"array\",\"maxItems\":500,\"items\":{\"type\":\"record\",\"name\":\"KeyPoint\",\"doc\":\"A named point of an object.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"name\",\"doc\":\"Name in the model's card, e.g. left_wrist.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"xPx\",\"doc\":\"From the left edge of the frame in pixels.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"yPx\",\"doc\":\"From the top edge in pixels.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"confidence\",\"doc\":\"0 to 1.\",\"type\":{\"type\":\"float\",\"logicalType\":\"confidence\"}}]}},\"default\":[]},{\"name\":\"model\",\"doc\":\"Name of the model that found it.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}}]}}},{\"name\":\"tracks\",\"doc\":\"Its tracks that may continue; at most 600.\",\"type\":{\"type\":\"array\",\"maxItems\":600,\"items\":{\"type\":\"record\",\"name\":\"OpenTrack\",\"doc\":\"A track that may continue.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"trackId\",\"doc\":\"Hash of the identity of its first frame and the index of its box there.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"className\",\"doc\":\"Class.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"state\",\"doc\":\"State.\",\"type\":{\"type\":\"enum\",\"name\":\"TrackState\",\"symbols\":[\"tentative\",\"confirmed\",\"lost\",\"unknown\"],\"default\":\"unknown\",\"namespace\":\"sightline\"}},{\"name\":\"hits\",\"doc\":\"Number of frames with a sighting.\",\"type\":{\"type\":\"int\",\"logicalType\":\"count\"}},{\"name\":\"lastSeenAtMs\",\"doc\":\"Camera time of the last sighting.\",\"type\":{\"type\":\"long\",\"logicalType\":\"time-ms\"}},{\"name\":\"confidence\",\"doc\":\"Confidence of its last box, 0 to 1.\",\"type\":{\"type\":\"float\",\"logicalType\":\"confidence\"},\"default\":0},{\"name\":\"mean\",\"doc\":\"Motion state: centre x, centre y, width, height in pixels; velocity of the centre along x and y in pixels per second.\",\"type\":{\"type\":\"array\",\"maxItems\":16,\"items\":{\"type\":\"double\",\"logicalType\":\"real\"}}}]}}}]}}},{\"name\":\"runs\",\"doc\":\"Runs that are open or counting.\",\"type\":{\"type\":\"array\",\"maxItems\":10000,\"items\":{\"type\":\"record\",\"name\":\"RuleRun\",\"doc\":\"A breach over several frames.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"ruleId\",\"doc\":\"Rule.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"ruleVersion\",\"doc\":\"Version of the rule that judges the run.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"subject\",\"doc\":\"Track of the run; empty: it is the rule's only run, for any subject.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"startedAtMs\",\"doc\":\"Camera time of the first breaching frame.\",\"type\":{\"type\":\"long\",\"logicalType\":\"time-ms\"}},{\"name\":\"lastSeenAtMs\",\"doc\":\"Camera time of the last breaching frame.\",\"type\":{\"type\":\"long\",\"logicalType\":\"time-ms\"}},{\"name\":\"lastedMs\",\"doc\":\"Camera time that counts towards the minimum duration; time without a judged frame counts up to gapMs.\",\"type\":{\"type\":\"long\",\"logicalType\":\"duration-ms\"}},{\"name\":\"calm\",\"doc\":\"True: a frame judged after the last breaching one showed no breach.\",\"type\":\"boolean\"},{\"name\":\"lastPublishedAtMs\",\"doc\":\"Camera time of the last record of the violation; 0 before it opened.\",\"type\":{\"type\":\"long\",\"logicalType\":\"time-ms\"}},{\"name\":\"violation\",\"doc\":\"The violation so far; published once it has opened.\",\"type\":{\"type\":\"record\",\"name\":\"Violation\",\"doc\":\"One breach of a rule at this revision: opened, updated (at most once a second of camera time), closed. Fields up to `startedAtMs` never change for an id; the others may.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"violationId\",\"doc\":\"Hash of camera, rule, rule version, track key and first frame's identity: the same after every replay.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"cameraId\",\"doc\":\"Camera that saw it.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"storeId\",\"doc\":\"Store of the camera.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"ruleId\",\"doc\":\"Rule that was broken.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"violationType\",\"doc\":\"Name of the rule's type, e.g. hand_no_scooper.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"ruleVersion\",\"doc\":\"Hash of the rule's canonical form and its zone.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"zoneId\",\"doc\":\"Zone of the rule; null: the whole picture.\",\"type\":[\"null\",{\"type\":\"string\",\"logicalType\":\"id\"}],\"default\":null},{\"name\":\"zoneVersion\",\"doc\":\"Hash of the zone's canonical form.\",\"type\":[\"null\",{\"type\":\"string\",\"logicalType\":\"name\"}],\"default\":null},{\"name\":\"trackId\",\"doc\":\"Track of the subject at the first frame.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"riskLevel\",\"doc\":\"Risk level of the rule when the violation opened.\",\"type\":{\"type\":\"enum\",\"name\":\"RiskLevel\",\"symbols\":[\"low\",\"medium\",\"high\",\"unknown\"],\"default\":\"unknown\",\"namespace\":\"sightline\"}},{\"name\":\"startedAtMs\",\"doc\":\"Camera time of the first breaching frame in ms since 1970.\",\"type\":{\"type\":\"long\",\"logicalType\":\"time-ms\"}},{\"name\":\"revision\",\"doc\":\"1 when opened; each further record of the violation adds 1.\",\"type\":{\"type\":\"int\",\"logicalType\":\"ordinal\"}},{\"name\":\"state\",\"doc\":\"opened, updated or closed.\",\"type\":{\"type\":\"enum\",\"name\":\"ViolationState\",\"symbols\":[\"opened\",\"updated\",\"closed\",\"unknown\"],\"default\":\"unknown\",\"namespace\":\"sightline\"}},{\"name\":\"lastSeenAtMs\",\"doc\":\"Camera time of the last breaching frame so far.\",\"type\":{\"type\":\"long\",\"logicalType\":\"time-ms\"}},{\"name\":\"endedAtMs\",\"doc\":\"Camera time of the last breaching frame once closed; null while open.\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"time-ms\"}],\"default\":null},{\"name\":\"closeReason\",\"doc\":\"gap: judged frames showed no breach for longer than gapMs. unseen: no frame was judged for too long. ended: the source ended. rule_changed: the rule or zone changed. clock_set_back: the clock was over a day ahead and was set right, so the times are of the wrong clock.\",\"type\":[\"null\",{\"type\":\"enum\",\"name\":\"CloseReason\",\"symbols\":[\"gap\",\"ended\",\"rule_changed\",\"unseen\",\"clock_set_back\",\"unknown\"],\"default\":\"unknown\",\"namespace\":\"sightline\"}],\"default\":null},{\"name\":\"framesObserved\",\"doc\":\"Breaching frames so far.\",\"type\":{\"type\":\"int\",\"logicalType\":\"count\"}},{\"name\":\"peakConfidence\",\"doc\":\"Highest confidence of the subject so far, 0 to 1.\",\"type\":{\"type\":\"float\",\"logicalType\":\"confidence\"}},{\"name\":\"firstFrame\",\"doc\":\"First breaching frame.\",\"type\":{\"type\":\"record\",\"name\":\"FrameLineage\",\"doc\":\"A frame that a decision used: its identity, and the place of its bytes.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"epoch\",\"doc\":\"Capture session of the frame.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"sequence\",\"doc\":\"Sequence of the frame.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"capturedAtMs\",\"doc\":\"Camera time in ms since 1970.\",\"type\":{\"type\":\"long\",\"logicalType\":\"time-ms\"}},{\"name\":\"mediaTimeMs\",\"doc\":\"Position in the recording in ms; null for live.\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"duration-ms\"}],\"default\":null},{\"name\":\"frame\",\"doc\":\"Reference to the picture; null when that frame had none (unchanged).\",\"type\":[\"null\",{\"type\":\"record\",\"name\":\"FrameReference\",\"doc\":\"Place of a frame's bytes; not its identity.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"topic\",\"doc\":\"Topic of the record that carries the picture, without the cell's prefix.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"partition\",\"doc\":\"Partition of that record.\",\"type\":{\"type\":\"int\",\"logicalType\":\"count\"}},{\"name\":\"offset\",\"doc\":\"Offset of that record.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"sha256\",\"doc\":\"SHA-256 of the JPEG bytes, 64 hex digits.\",\"type\":{\"type\":\"string\",\"logicalType\":\"sha256\"}}]}],\"default\":null},{\"name\":\"detection\",\"doc\":\"The detection record that was judged.\",\"type\":{\"type\":\"record\",\"name\":\"RecordReference\",\"doc\":\"A record's place in the log.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"topic\",\"doc\":\"Topic without the cell's prefix.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"partition\",\"doc\":\"Partition.\",\"type\":{\"type\":\"int\",\"logicalType\":\"count\"}},{\"name\":\"offset\",\"doc\":\"Offset.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}}]}}]}},{\"name\":\"peakFrame\",\"doc\":\"Breaching frame with the most confident subject; it is shown as proof.\",\"type\":\"sightline.FrameLineage\"},{\"name\":\"lastFrame\",\"doc\":\"Last breaching frame so far.\",\"type\":\"sightline.FrameLineage\"},{\"name\":\"widthPx\",\"doc\":\"Width of the peak frame in pixels.\",\"type\":{\"type\":\"int\",\"logicalType\":\"size-px\"}},{\"name\":\"heightPx\",\"doc\":\"Height of the peak frame in pixels.\",\"type\":{\"type\":\"int\",\"logicalType\":\"size-px\"}},{\"name\":\"boxes\",\"doc\":\"All boxes that the rule's models found in the peak frame.\",\"type\":{\"type\":\"array\",\"maxItems\":4800,\"items\":\"sightline.TrackedBox\"}},{\"name\":\"subjectBox\",\"doc\":\"The subject's index in `boxes`.\",\"type\":{\"type\":\"int\",\"logicalType\":\"count\"}},{\"name\":\"models\",\"doc\":\"Every model that the decision used so far; the first 64.\",\"type\":{\"type\":\"array\",\"maxItems\":64,\"items\":{\"type\":\"record\",\"name\":\"ModelReference\",\"doc\":\"The model that gave a result.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"model\",\"doc\":\"Name of the model.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"version\",\"doc\":\"Version of the model.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"sha256\",\"doc\":\"SHA-256 of the model's file, 64 hex digits.\",\"type\":{\"type\":\"string\",\"logicalType\":\"sha256\"}}]}}},{\"name\":\"controlOffset\",\"doc\":\"Offset in `control` of the configuration in force when the violation opened.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}}]}},{\"name\":\"opened\",\"doc\":\"True once the minimum duration was reached.\",\"type\":\"boolean\"}]}}},{\"name\":\"subjects\",\"doc\":\"State of the rules' subjects; unchanged for a rule whose kind this process does not know.\",\"type\":{\"type\":\"array\",\"maxItems\":10000,\"items\":{\"type\":\"record\",\"name\":\"SubjectState\",\"doc\":\"A rule's state for one subject.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"ruleId\",\"doc\":\"Rule.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"ruleVersion\",\"doc\":\"Version of the rule that judged it.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"trackId\",\"doc\":\"Track of the subject.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"phase\",\"doc\":\"Phase of the subject as the rule's kind defines it, e.g. inside.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"sinceMs\",\"doc\":\"Camera time at which the phase began.\",\"type\":{\"type\":\"long\",\"logicalType\":\"time-ms\"}}]}}},{\"name\":\"cooldowns\",\"doc\":\"By rule id: no new run starts before this camera time in ms.\",\"type\":{\"type\":\"map\",\"maxItems\":10000,\"values\":{\"type\":\"long\",\"logicalType\":\"long-count\"}}}]}",
  CameraStatus: "{\"type\":\"record\",\"name\":\"CameraStatus\",\"doc\":\"State of a camera's source, for health and for ingest's next epoch, or what is to be said about a file that is no camera. No decision reads it.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"cameraId\",\"doc\":\"Camera; of a file that is no camera: `videos:`, the site, a slash and the file's name, in which % and characters that cannot be shown are percent-encoded.\",\"type\":{\"type\":\"string\",\"logicalType\":\"compound-id\"}},{\"name\":\"storeId\",\"doc\":\"Store of the camera.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"epoch\",\"doc\":\"Present capture session; 0 before the first.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"state\",\"doc\":\"connecting, connected, down (trying again), ended (file read, or stopped), broken (the file cannot be read: replace it).\",\"type\":{\"type\":\"enum\",\"name\":\"CameraState\",\"symbols\":[\"connecting\",\"connected\",\"down\",\"ended\",\"broken\",\"unknown\"],\"default\":\"unknown\",\"namespace\":\"sightline\"}},{\"name\":\"atMs\",\"doc\":\"Ingest's clock in ms since 1970.\",\"type\":{\"type\":\"long\",\"logicalType\":\"time-ms\"}},{\"name\":\"lastCapturedAtMs\",\"doc\":\"Camera time of the last frame record; 0 before the first.\",\"type\":{\"type\":\"long\",\"logicalType\":\"time-ms\"}},{\"name\":\"lastSequence\",\"doc\":\"Sequence of the last frame record; -1 before the first.\",\"type\":{\"type\":\"long\",\"logicalType\":\"last-count\"},\"default\":-1},{\"name\":\"fps\",\"doc\":\"Pictures published per second over the last seconds.\",\"type\":{\"type\":\"double\",\"logicalType\":\"rate\"}},{\"name\":\"framesPublished\",\"doc\":\"Pictures published in this epoch.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"drops\",\"doc\":\"Sampling slots of this epoch up to lastSequence that have no record, by reason.\",\"type\":{\"type\":\"map\",\"maxItems\":100,\"values\":{\"type\":\"long\",\"logicalType\":\"long-count\"}}},{\"name\":\"attempts\",\"doc\":\"Failed tries to connect since the last success.\",\"type\":{\"type\":\"int\",\"logicalType\":\"count\"},\"default\":0},{\"name\":\"connections\",\"doc\":\"Connections to the camera since ingest began to read it.\",\"type\":{\"type\":\"int\",\"logicalType\":\"count\"},\"default\":0},{\"name\":\"stream\",\"doc\":\"What the camera sends; null for a recording, and before it was measured.\",\"type\":[\"null\",{\"type\":\"record\",\"name\":\"StreamFigures\",\"doc\":\"What a live camera sends, measured over some seconds.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"codec\",\"doc\":\"Codec by FFmpeg's name, e.g. h264, hevc, mjpeg.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"widthPx\",\"doc\":\"Width of its pictures in pixels, as they are decoded.\",\"type\":{\"type\":\"int\",\"logicalType\":\"size-px\"}},{\"name\":\"heightPx\",\"doc\":\"Height of its pictures in pixels.\",\"type\":{\"type\":\"int\",\"logicalType\":\"size-px\"}},{\"name\":\"fps\",\"doc\":\"Pictures that it sends per second.\",\"type\":{\"type\":\"double\",\"logicalType\":\"rate\"}},{\"name\":\"bitsPerSecond\",\"doc\":\"Bits of video that it sends per second.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"clockRate\",\"doc\":\"Pace of its stream's times; 1 is that of ingest's clock. Null: not measured yet, or the stream has no times.\",\"type\":[\"null\",{\"type\":\"double\",\"logicalType\":\"rate\"}],\"default\":null}]}],\"default\":null},{\"name\":\"message\",\"doc\":\"The problem and what to do, for a person; null when there is none.\",\"type\":[\"null\",\"string\"],\"default\":null},{\"name\":\"fileName\",\"doc\":\"File in the videos folder that this record is about because it is no camera of its own: it is being read (connecting), it cannot be read (broken), or its recording belongs to the camera `sameAs` (ended). Null for a camera.\",\"type\":[\"null\",\"string\"],\"default\":null},{\"name\":\"sameAs\",\"doc\":\"Camera that has the recording of `fileName`, also when that camera was removed; null for a camera and for a file that is being read or cannot be read.\",\"type\":[\"null\",{\"type\":\"string\",\"logicalType\":\"id\"}],\"default\":null},{\"name\":\"fileSha256\",\"doc\":\"SHA-256 of the recording that this camera of kind file read; null otherwise.\",\"type\":[\"null\",{\"type\":\"string\",\"logicalType\":\"sha256\"}],\"default\":null}]}",
  Camera: "{\"type\":\"record\",\"name\":\"Camera\",\"doc\":\"A camera of a store.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"cameraId\",\"doc\":\"Id.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"storeId\",\"doc\":\"Store of the camera.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"name\",\"doc\":\"Name.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"site\",\"doc\":\"Network from which it is reached.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"},\"default\":\"main\"},{\"name\":\"source\",\"doc\":\"Kind of source.\",\"type\":{\"type\":\"enum\",\"name\":\"SourceKind\",\"doc\":\"live: a stream. file: a recording read once. loop: a recording played as if live.\",\"symbols\":[\"live\",\"file\",\"loop\",\"unknown\"],\"default\":\"unknown\",\"namespace\":\"sightline\"}},{\"name\":\"url\",\"doc\":\"rtsp:, rtsps:, http:, https: address without login, webcam: (a browser sends its pictures), or a path of a file relative to the videos or scenes folder (videos:NAME, scenes:NAME; % and characters that cannot be shown are percent-encoded in a name of the videos folder).\",\"type\":\"string\"},{\"name\":\"loginId\",\"doc\":\"Entry of the vault with the login of its stream; another one after each change of it. Null: it needs none.\",\"type\":[\"null\",{\"type\":\"string\",\"logicalType\":\"compound-id\"}],\"default\":null},{\"name\":\"onvifUrl\",\"doc\":\"http: or https: address of its ONVIF device service, on the host of `url`, without login: its other streams are read there. Null: not known.\",\"type\":[\"null\",\"string\"],\"default\":null},{\"name\":\"maxFps\",\"doc\":\"Largest number of pictures sampled per second of media time.\",\"type\":{\"type\":\"double\",\"logicalType\":\"rate\"},\"default\":5},{\"name\":\"active\",\"doc\":\"False: the camera is stopped.\",\"type\":\"boolean\",\"default\":true},{\"name\":\"fileSha256\",\"doc\":\"file: SHA-256 of its recording.\",\"type\":[\"null\",{\"type\":\"string\",\"logicalType\":\"sha256\"}],\"default\":null},{\"name\":\"fileBytes\",\"doc\":\"file: size of its recording. When the file grew and begins with that recording, it is the same one.\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"long-count\"}],\"default\":null},{\"name\":\"fileEpoch\",\"doc\":\"file: its only epoch.\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"long-count\"}],\"default\":null},{\"name\":\"fileStartedAtMs\",\"doc\":\"file: camera time of its first frame in ms since 1970.\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"time-ms\"}],\"default\":null},{\"name\":\"plan\",\"doc\":\"Models that look at its pictures, in this order; empty: none. Null: those of its store.\",\"type\":[\"null\",{\"type\":\"array\",\"maxItems\":16,\"items\":{\"type\":\"record\",\"name\":\"PlanStep\",\"doc\":\"One model that looks at a camera's pictures.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"model\",\"doc\":\"Name of the model, as on its card.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"maxFps\",\"doc\":\"Most pictures a second that it looks at, by their camera time; null: every picture that inference looks at. In a picture that it leaves out, its classes were not looked for.\",\"type\":[\"null\",{\"type\":\"double\",\"logicalType\":\"rate\"}],\"default\":null},{\"name\":\"byRules\",\"doc\":\"True: it looks as often as the camera's rules in force need, and at most `maxFps` pictures a second.\",\"type\":\"boolean\",\"default\":false},{\"name\":\"tiles\",\"doc\":\"Parts of the picture that it looks at besides, for far objects: those in which something moved. Null: the whole picture alone.\",\"type\":[\"null\",{\"type\":\"record\",\"name\":\"TileGrid\",\"doc\":\"Tiles of a picture, which share a fifth with each neighbour.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"columns\",\"doc\":\"Tiles side by side, 1 to 4.\",\"type\":{\"type\":\"int\",\"logicalType\":\"ordinal\"}},{\"name\":\"rows\",\"doc\":\"Rows of tiles, 1 to 4.\",\"type\":{\"type\":\"int\",\"logicalType\":\"ordinal\"}}]}],\"default\":null}]}}],\"default\":null},{\"name\":\"demo\",\"doc\":\"True: created by the demo.\",\"type\":\"boolean\",\"default\":false}]}",
  Chain: "{\"type\":\"record\",\"name\":\"Chain\",\"doc\":\"What holds for all stores of the chain. There is one.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"plan\",\"doc\":\"Models that look at the pictures of cameras that have no plan and whose store has none, in this order. Null: those that inference is set to.\",\"type\":[\"null\",{\"type\":\"array\",\"maxItems\":16,\"items\":{\"type\":\"record\",\"name\":\"PlanStep\",\"doc\":\"One model that looks at a camera's pictures.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"model\",\"doc\":\"Name of the model, as on its card.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"maxFps\",\"doc\":\"Most pictures a second that it looks at, by their camera time; null: every picture that inference looks at. In a picture that it leaves out, its classes were not looked for.\",\"type\":[\"null\",{\"type\":\"double\",\"logicalType\":\"rate\"}],\"default\":null},{\"name\":\"byRules\",\"doc\":\"True: it looks as often as the camera's rules in force need, and at most `maxFps` pictures a second.\",\"type\":\"boolean\",\"default\":false},{\"name\":\"tiles\",\"doc\":\"Parts of the picture that it looks at besides, for far objects: those in which something moved. Null: the whole picture alone.\",\"type\":[\"null\",{\"type\":\"record\",\"name\":\"TileGrid\",\"doc\":\"Tiles of a picture, which share a fifth with each neighbour.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"columns\",\"doc\":\"Tiles side by side, 1 to 4.\",\"type\":{\"type\":\"int\",\"logicalType\":\"ordinal\"}},{\"name\":\"rows\",\"doc\":\"Rows of tiles, 1 to 4.\",\"type\":{\"type\":\"int\",\"logicalType\":\"ordinal\"}}]}],\"default\":null}]}}],\"default\":null}]}",
  Classes: "{\"type\":\"record\",\"name\":\"Classes\",\"doc\":\"Result of a model that classifies the whole frame.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"classes\",\"doc\":\"Classes, most confident first.\",\"type\":{\"type\":\"array\",\"maxItems\":2000,\"items\":{\"type\":\"record\",\"name\":\"ClassConfidence\",\"doc\":\"A class and the model's confidence in it.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"className\",\"doc\":\"Class by its name in the model's card.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"confidence\",\"doc\":\"0 to 1.\",\"type\":{\"type\":\"float\",\"logicalType\":\"confidence\"}}]}}}]}",
  ConfigSwitch: "{\"type\":\"record\",\"name\":\"ConfigSwitch\",\"doc\":\"The input offset at which a task applied a configuration change of a camera; a replay follows it.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"cameraId\",\"doc\":\"Camera.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"controlOffset\",\"doc\":\"Control offset of the camera's configuration from here on.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"partition\",\"doc\":\"Partition of `detections`.\",\"type\":{\"type\":\"int\",\"logicalType\":\"count\"}},{\"name\":\"nextOffset\",\"doc\":\"Offset of the first record judged by the new configuration.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}}]}",
  ControlRecord: "{\"type\":\"record\",\"name\":\"ControlRecord\",\"doc\":\"One change of the configuration: a new value of an entity, or its removal.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"commandId\",\"doc\":\"Given by the caller. A repeated id gets the same answer and changes nothing.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"actor\",\"doc\":\"Author of the command: user id, or the name of a process.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"atMs\",\"doc\":\"Writer's clock in ms since 1970.\",\"type\":{\"type\":\"long\",\"logicalType\":\"time-ms\"}},{\"name\":\"effectiveAtMs\",\"doc\":\"Camera time from which it holds. The fold lowers it to 7 s after the write time and raises it to the highest so far.\",\"type\":{\"type\":\"long\",\"logicalType\":\"time-ms\"}},{\"name\":\"changeSetIndex\",\"doc\":\"Place in the change set of this commandId, from 0.\",\"type\":{\"type\":\"int\",\"logicalType\":\"count\"},\"default\":0},{\"name\":\"changeSetSize\",\"doc\":\"Records of the change set; it takes effect at its last one.\",\"type\":{\"type\":\"int\",\"logicalType\":\"ordinal\"},\"default\":1},{\"name\":\"entityKind\",\"doc\":\"Kind of the entity that changes. A reader keeps values of kinds that it does not know.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"entityId\",\"doc\":\"Id of the entity that changes.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"expects\",\"doc\":\"Versions of every entity that it relies on, its own included.\",\"type\":{\"type\":\"array\",\"maxItems\":10000,\"items\":{\"type\":\"record\",\"name\":\"ExpectedVersion\",\"doc\":\"A version that the change relies on.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"entityKind\",\"doc\":\"Kind.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"entityId\",\"doc\":\"Id.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"version\",\"doc\":\"Control offset at which it was last changed; null: it must not exist.\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"long-count\"}]}]}}},{\"name\":\"value\",\"doc\":\"New value in Avro's single-object encoding, by the schema of its kind; null: the entity is removed. Of kind `schema`: the schema as JSON, UTF-8.\",\"type\":[\"null\",\"bytes\"],\"default\":null}]}",
  ControlSnapshot: "{\"type\":\"record\",\"name\":\"ControlSnapshot\",\"doc\":\"A fold of the control log at an offset, kept on a process's disk. Lists of strings are JSON. Lists of numbers are 8-byte floats or 4-byte integers in the machine's byte order: they load many times faster than records.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"nextOffset\",\"doc\":\"Offset of the next record to fold.\",\"type\":\"long\"},{\"name\":\"last\",\"doc\":\"The last record folded.\",\"type\":{\"type\":\"record\",\"name\":\"FoldedRecord\",\"doc\":\"A record that identifies a log.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"offset\",\"doc\":\"Offset.\",\"type\":\"long\"},{\"name\":\"timestampMs\",\"doc\":\"Write time in ms since 1970.\",\"type\":\"long\"},{\"name\":\"commandId\",\"doc\":\"Id of its command.\",\"type\":\"string\"}]}},{\"name\":\"effectiveAtMs\",\"doc\":\"Highest effective time of any change, in ms since 1970; -Infinity before the first.\",\"type\":\"double\"},{\"name\":\"schemas\",\"doc\":\"Writers' schemas found in the log, by fingerprint.\",\"type\":{\"type\":\"map\",\"values\":\"string\"}},{\"name\":\"entities\",\"doc\":\"All values; the other fields name them by index.\",\"type\":{\"type\":\"record\",\"name\":\"SnapshotEntities\",\"doc\":\"Values of entities.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"kinds\",\"doc\":\"Kind of each; JSON.\",\"type\":\"string\"},{\"name\":\"ids\",\"doc\":\"Id of each; JSON.\",\"type\":\"string\"},{\"name\":\"cameraIds\",\"doc\":\"Camera that each belongs to, or null; JSON.\",\"type\":\"string\"},{\"name\":\"storeIds\",\"doc\":\"Store that each belongs to, or null; JSON.\",\"type\":\"string\"},{\"name\":\"strange\",\"doc\":\"By index: null for a value that cannot be read, else its unknown parts; JSON.\",\"type\":\"string\"},{\"name\":\"versions\",\"doc\":\"Control offset of each value's change; floats.\",\"type\":\"bytes\"},{\"name\":\"ends\",\"doc\":\"End of each value in `values`; integers.\",\"type\":\"bytes\"},{\"name\":\"values\",\"doc\":\"The values' bytes from the log, one after the other.\",\"type\":\"bytes\"}]}},{\"name\":\"current\",\"doc\":\"Present entities in order of arrival; integers.\",\"type\":\"bytes\"},{\"name\":\"removed\",\"doc\":\"Last values of removed entities in order of removal; integers.\",\"type\":\"bytes\"},{\"name\":\"histories\",\"doc\":\"Configurations of all cameras, each camera's oldest first.\",\"type\":{\"type\":\"record\",\"name\":\"SnapshotHistories\",\"doc\":\"Configurations of cameras.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"cameraIds\",\"doc\":\"Cameras; JSON.\",\"type\":\"string\"},{\"name\":\"ends\",\"doc\":\"End of each camera's configurations; integers.\",\"type\":\"bytes\"},{\"name\":\"offsets\",\"doc\":\"Control offset of each configuration; floats.\",\"type\":\"bytes\"},{\"name\":\"effectiveAtMs\",\"doc\":\"Camera time from which each holds, -Infinity for a camera's first; floats.\",\"type\":\"bytes\"},{\"name\":\"partEnds\",\"doc\":\"End of each configuration's parts; integers.\",\"type\":\"bytes\"},{\"name\":\"parts\",\"doc\":\"Entities of the configurations; integers.\",\"type\":\"bytes\"}]}},{\"name\":\"answers\",\"doc\":\"Result of every command.\",\"type\":{\"type\":\"record\",\"name\":\"SnapshotAnswers\",\"doc\":\"Results of commands.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"commandIds\",\"doc\":\"Commands; JSON.\",\"type\":\"string\"},{\"name\":\"offsets\",\"doc\":\"Offset of the last record of each; floats.\",\"type\":\"bytes\"},{\"name\":\"effectiveAtMs\",\"doc\":\"Effective time of each; floats.\",\"type\":\"bytes\"},{\"name\":\"conflicts\",\"doc\":\"By index: the failed expectations of each void command; JSON.\",\"type\":\"string\"}]}},{\"name\":\"pending\",\"doc\":\"Records of incomplete change sets, in order.\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"PendingRecord\",\"doc\":\"A record of an incomplete change set.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"record\",\"doc\":\"Record.\",\"type\":{\"type\":\"record\",\"name\":\"ControlRecord\",\"doc\":\"One change of the configuration: a new value of an entity, or its removal.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"commandId\",\"doc\":\"Given by the caller. A repeated id gets the same answer and changes nothing.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"actor\",\"doc\":\"Author of the command: user id, or the name of a process.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"atMs\",\"doc\":\"Writer's clock in ms since 1970.\",\"type\":{\"type\":\"long\",\"logicalType\":\"time-ms\"}},{\"name\":\"effectiveAtMs\",\"doc\":\"Camera time from which it holds. The fold lowers it to 7 s after the write time and raises it to the highest so far.\",\"type\":{\"type\":\"long\",\"logicalType\":\"time-ms\"}},{\"name\":\"changeSetIndex\",\"doc\":\"Place in the change set of this commandId, from 0.\",\"type\":{\"type\":\"int\",\"logicalType\":\"count\"},\"default\":0},{\"name\":\"changeSetSize\",\"doc\":\"Records of the change set; it takes effect at its last one.\",\"type\":{\"type\":\"int\",\"logicalType\":\"ordinal\"},\"default\":1},{\"name\":\"entityKind\",\"doc\":\"Kind of the entity that changes. A reader keeps values of kinds that it does not know.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"entityId\",\"doc\":\"Id of the entity that changes.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"expects\",\"doc\":\"Versions of every entity that it relies on, its own included.\",\"type\":{\"type\":\"array\",\"maxItems\":10000,\"items\":{\"type\":\"record\",\"name\":\"ExpectedVersion\",\"doc\":\"A version that the change relies on.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"entityKind\",\"doc\":\"Kind.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"entityId\",\"doc\":\"Id.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"version\",\"doc\":\"Control offset at which it was last changed; null: it must not exist.\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"long-count\"}]}]}}},{\"name\":\"value\",\"doc\":\"New value in Avro's single-object encoding, by the schema of its kind; null: the entity is removed. Of kind `schema`: the schema as JSON, UTF-8.\",\"type\":[\"null\",\"bytes\"],\"default\":null}]}},{\"name\":\"effectiveAtMs\",\"doc\":\"Effective time, limited by its write time.\",\"type\":\"double\"}]}}}]}",
  Detection: "{\"type\":\"record\",\"name\":\"Detection\",\"doc\":\"Inference's result for one frame: one record for every record of `frames`, in order.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"cameraId\",\"doc\":\"Camera of the frame.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"epoch\",\"doc\":\"Capture session of the frame.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"sequence\",\"doc\":\"Sequence of the frame.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"source\",\"doc\":\"Kind of source.\",\"type\":{\"type\":\"enum\",\"name\":\"SourceKind\",\"doc\":\"live: a stream. file: a recording read once. loop: a recording played as if live.\",\"symbols\":[\"live\",\"file\",\"loop\",\"unknown\"],\"default\":\"unknown\",\"namespace\":\"sightline\"}},{\"name\":\"capturedAtMs\",\"doc\":\"Camera time of the frame in ms since 1970.\",\"type\":{\"type\":\"long\",\"logicalType\":\"time-ms\"}},{\"name\":\"mediaTimeMs\",\"doc\":\"Position in the recording in ms; null for live.\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"duration-ms\"}],\"default\":null},{\"name\":\"widthPx\",\"doc\":\"Width of the picture in pixels.\",\"type\":{\"type\":\"int\",\"logicalType\":\"size-px\"}},{\"name\":\"heightPx\",\"doc\":\"Height of the picture in pixels.\",\"type\":{\"type\":\"int\",\"logicalType\":\"size-px\"}},{\"name\":\"outcome\",\"doc\":\"detected: the camera's models looked at a new picture. unchanged: the same picture as before. skipped: no model ran, see skipReason. down: no picture, the source was down. ended: the source ended.\",\"type\":{\"type\":\"enum\",\"name\":\"Outcome\",\"symbols\":[\"detected\",\"unchanged\",\"skipped\",\"down\",\"ended\",\"unknown\"],\"default\":\"unknown\",\"namespace\":\"sightline\"}},{\"name\":\"skipReason\",\"doc\":\"Why it was skipped: newer (a newer picture waited), undecodable, model-failed, too-large (the results do not fit a record, or their lists have too many entries); null otherwise.\",\"type\":[\"null\",{\"type\":\"string\",\"logicalType\":\"name\"}],\"default\":null},{\"name\":\"frame\",\"doc\":\"Reference to the picture; null when there was none.\",\"type\":[\"null\",{\"type\":\"record\",\"name\":\"FrameReference\",\"doc\":\"Place of a frame's bytes; not its identity.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"topic\",\"doc\":\"Topic of the record that carries the picture, without the cell's prefix.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"partition\",\"doc\":\"Partition of that record.\",\"type\":{\"type\":\"int\",\"logicalType\":\"count\"}},{\"name\":\"offset\",\"doc\":\"Offset of that record.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"sha256\",\"doc\":\"SHA-256 of the JPEG bytes, 64 hex digits.\",\"type\":{\"type\":\"string\",\"logicalType\":\"sha256\"}}]}],\"default\":null},{\"name\":\"results\",\"doc\":\"One result for each model that ran on the frame and did not fail; at most 16. A model that the plan's rate lets pass over the frame has none.\",\"type\":{\"type\":\"array\",\"maxItems\":16,\"items\":{\"type\":\"record\",\"name\":\"ModelResult\",\"doc\":\"One model's result for one frame.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"model\",\"doc\":\"Name of the model.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"version\",\"doc\":\"Version of the model.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"sha256\",\"doc\":\"SHA-256 of the model's file, 64 hex digits.\",\"type\":{\"type\":\"string\",\"logicalType\":\"sha256\"}},{\"name\":\"of\",\"doc\":\"Names of the models of this frame whose boxes it looked at; empty: it looked at the whole picture.\",\"type\":{\"type\":\"array\",\"maxItems\":16,\"items\":{\"type\":\"string\",\"logicalType\":\"name\"}},\"default\":[]},{\"name\":\"everyMs\",\"doc\":\"Camera time that the camera's plan leaves between two looks of the model at least; 0: it looks at every picture.\",\"type\":{\"type\":\"long\",\"logicalType\":\"duration-ms\"},\"default\":0},{\"name\":\"payload\",\"doc\":\"The result, by kind.\",\"type\":[{\"type\":\"record\",\"name\":\"Boxes\",\"doc\":\"Result of a model that finds objects.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"classes\",\"doc\":\"Every class that the model looks for. A listed class without a box was absent; an unlisted class was not looked for.\",\"type\":{\"type\":\"array\",\"maxItems\":2000,\"items\":{\"type\":\"string\",\"logicalType\":\"name\"}}},{\"name\":\"boxes\",\"doc\":\"Detections after non-maximum suppression, most confident first; at most 300.\",\"type\":{\"type\":\"array\",\"maxItems\":300,\"items\":{\"type\":\"record\",\"name\":\"Box\",\"doc\":\"One detection: a box, a class and a confidence, straight from a model. Pixels of the frame, origin top left, x2 and y2 exclusive.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"className\",\"doc\":\"Class by its name in the model's card.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"confidence\",\"doc\":\"0 to 1.\",\"type\":{\"type\":\"float\",\"logicalType\":\"confidence\"}},{\"name\":\"x1Px\",\"doc\":\"Left.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"y1Px\",\"doc\":\"Top.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"x2Px\",\"doc\":\"Right.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"y2Px\",\"doc\":\"Bottom.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}}]}}}]},{\"type\":\"record\",\"name\":\"KeyPoints\",\"doc\":\"Result of a model that finds named points of objects, e.g. the joints of a person.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"classes\",\"doc\":\"Every class that the model looks for. A listed class without an object was absent; an unlisted class was not looked for.\",\"type\":{\"type\":\"array\",\"maxItems\":2000,\"items\":{\"type\":\"string\",\"logicalType\":\"name\"}},\"default\":[]},{\"name\":\"subjects\",\"doc\":\"Objects, most confident first.\",\"type\":{\"type\":\"array\",\"maxItems\":300,\"items\":{\"type\":\"record\",\"name\":\"PointedSubject\",\"doc\":\"An object and its points.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"box\",\"doc\":\"Box of the object.\",\"type\":\"sightline.Box\"},{\"name\":\"points\",\"doc\":\"Its visible points.\",\"type\":{\"type\":\"array\",\"maxItems\":500,\"items\":{\"type\":\"record\",\"name\":\"KeyPoint\",\"doc\":\"A named point of an object.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"name\",\"doc\":\"Name in the model's card, e.g. left_wrist.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"xPx\",\"doc\":\"From the left edge of the frame in pixels.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"yPx\",\"doc\":\"From the top edge in pixels.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"confidence\",\"doc\":\"0 to 1.\",\"type\":{\"type\":\"float\",\"logicalType\":\"confidence\"}}]}}}]}}}]},{\"type\":\"record\",\"name\":\"Text\",\"doc\":\"Result of a model that reads text.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"lines\",\"doc\":\"Lines in reading order.\",\"type\":{\"type\":\"array\",\"maxItems\":300,\"items\":{\"type\":\"record\",\"name\":\"TextLine\",\"doc\":\"A line of text.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"quadPx\",\"doc\":\"Corners from the top left clockwise along the text: x, y of each in pixels of the frame; 8 numbers.\",\"type\":{\"type\":\"array\",\"maxItems\":16,\"items\":{\"type\":\"float\",\"logicalType\":\"px\"}}},{\"name\":\"text\",\"doc\":\"The text of the line.\",\"type\":\"string\"},{\"name\":\"confidence\",\"doc\":\"0 to 1.\",\"type\":{\"type\":\"float\",\"logicalType\":\"confidence\"}}]}}}]},{\"type\":\"record\",\"name\":\"Embedding\",\"doc\":\"Result of a model that describes objects by vectors, e.g. to recognise a face.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"subjects\",\"doc\":\"Objects, most confident first.\",\"type\":{\"type\":\"array\",\"maxItems\":300,\"items\":{\"type\":\"record\",\"name\":\"EmbeddedSubject\",\"doc\":\"An object and its vector.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"box\",\"doc\":\"Box of the object.\",\"type\":\"sightline.Box\"},{\"name\":\"vector\",\"doc\":\"Unit vector; the model sets its length.\",\"type\":{\"type\":\"array\",\"maxItems\":4096,\"items\":{\"type\":\"float\",\"logicalType\":\"component\"}}}]}}}]},{\"type\":\"record\",\"name\":\"Classes\",\"doc\":\"Result of a model that classifies the whole frame.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"classes\",\"doc\":\"Classes, most confident first.\",\"type\":{\"type\":\"array\",\"maxItems\":2000,\"items\":{\"type\":\"record\",\"name\":\"ClassConfidence\",\"doc\":\"A class and the model's confidence in it.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"className\",\"doc\":\"Class by its name in the model's card.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"confidence\",\"doc\":\"0 to 1.\",\"type\":{\"type\":\"float\",\"logicalType\":\"confidence\"}}]}}}]},{\"type\":\"record\",\"name\":\"Unknown\",\"doc\":\"Replaces a record whose kind the reader does not know, because a newer process wrote it. It is kept and reported, never judged.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"of\",\"doc\":\"Name of that kind.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}}]}]}]}},\"default\":[]}]}",
  Embedding: "{\"type\":\"record\",\"name\":\"Embedding\",\"doc\":\"Result of a model that describes objects by vectors, e.g. to recognise a face.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"subjects\",\"doc\":\"Objects, most confident first.\",\"type\":{\"type\":\"array\",\"maxItems\":300,\"items\":{\"type\":\"record\",\"name\":\"EmbeddedSubject\",\"doc\":\"An object and its vector.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"box\",\"doc\":\"Box of the object.\",\"type\":{\"type\":\"record\",\"name\":\"Box\",\"doc\":\"One detection: a box, a class and a confidence, straight from a model. Pixels of the frame, origin top left, x2 and y2 exclusive.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"className\",\"doc\":\"Class by its name in the model's card.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"confidence\",\"doc\":\"0 to 1.\",\"type\":{\"type\":\"float\",\"logicalType\":\"confidence\"}},{\"name\":\"x1Px\",\"doc\":\"Left.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"y1Px\",\"doc\":\"Top.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"x2Px\",\"doc\":\"Right.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"y2Px\",\"doc\":\"Bottom.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}}]}},{\"name\":\"vector\",\"doc\":\"Unit vector; the model sets its length.\",\"type\":{\"type\":\"array\",\"maxItems\":4096,\"items\":{\"type\":\"float\",\"logicalType\":\"component\"}}}]}}}]}",
  Evidence: "{\"type\":\"record\",\"name\":\"Evidence\",\"doc\":\"Files that prove a violation, by their SHA-256 in the blob store.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"violationId\",\"doc\":\"Violation that the files prove.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"cameraId\",\"doc\":\"Camera of the violation.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"storeId\",\"doc\":\"Store of the camera.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"revision\",\"doc\":\"Revision of the violation when the files were copied.\",\"type\":{\"type\":\"int\",\"logicalType\":\"ordinal\"}},{\"name\":\"files\",\"doc\":\"Files, at most one of each role; empty when the still was deleted before it could be copied.\",\"type\":{\"type\":\"array\",\"maxItems\":16,\"items\":{\"type\":\"record\",\"name\":\"EvidenceFile\",\"doc\":\"One file of a bundle.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"role\",\"doc\":\"still: the picture shown as proof; first, last: the picture of the first and of the last breaching frame.\",\"type\":{\"type\":\"enum\",\"name\":\"EvidenceRole\",\"symbols\":[\"still\",\"first\",\"last\",\"unknown\"],\"default\":\"unknown\",\"namespace\":\"sightline\"}},{\"name\":\"sha256\",\"doc\":\"SHA-256 of the file, 64 hex digits: its name in the blob store.\",\"type\":{\"type\":\"string\",\"logicalType\":\"sha256\"}},{\"name\":\"sizeBytes\",\"doc\":\"Size in bytes.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"mediaType\",\"doc\":\"Media type, e.g. image/jpeg.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"epoch\",\"doc\":\"Capture session of the frame.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"sequence\",\"doc\":\"Sequence of the frame.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"capturedAtMs\",\"doc\":\"Camera time of the frame in ms since 1970.\",\"type\":{\"type\":\"long\",\"logicalType\":\"time-ms\"}}]}}},{\"name\":\"missing\",\"doc\":\"Why there is no still, null when there is one.\",\"type\":[\"null\",\"string\"],\"default\":null}]}",
  FrameLineage: "{\"type\":\"record\",\"name\":\"FrameLineage\",\"doc\":\"A frame that a decision used: its identity, and the place of its bytes.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"epoch\",\"doc\":\"Capture session of the frame.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"sequence\",\"doc\":\"Sequence of the frame.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"capturedAtMs\",\"doc\":\"Camera time in ms since 1970.\",\"type\":{\"type\":\"long\",\"logicalType\":\"time-ms\"}},{\"name\":\"mediaTimeMs\",\"doc\":\"Position in the recording in ms; null for live.\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"duration-ms\"}],\"default\":null},{\"name\":\"frame\",\"doc\":\"Reference to the picture; null when that frame had none (unchanged).\",\"type\":[\"null\",{\"type\":\"record\",\"name\":\"FrameReference\",\"doc\":\"Place of a frame's bytes; not its identity.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"topic\",\"doc\":\"Topic of the record that carries the picture, without the cell's prefix.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"partition\",\"doc\":\"Partition of that record.\",\"type\":{\"type\":\"int\",\"logicalType\":\"count\"}},{\"name\":\"offset\",\"doc\":\"Offset of that record.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"sha256\",\"doc\":\"SHA-256 of the JPEG bytes, 64 hex digits.\",\"type\":{\"type\":\"string\",\"logicalType\":\"sha256\"}}]}],\"default\":null},{\"name\":\"detection\",\"doc\":\"The detection record that was judged.\",\"type\":{\"type\":\"record\",\"name\":\"RecordReference\",\"doc\":\"A record's place in the log.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"topic\",\"doc\":\"Topic without the cell's prefix.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"partition\",\"doc\":\"Partition.\",\"type\":{\"type\":\"int\",\"logicalType\":\"count\"}},{\"name\":\"offset\",\"doc\":\"Offset.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}}]}}]}",
  FrameReference: "{\"type\":\"record\",\"name\":\"FrameReference\",\"doc\":\"Place of a frame's bytes; not its identity.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"topic\",\"doc\":\"Topic of the record that carries the picture, without the cell's prefix.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"partition\",\"doc\":\"Partition of that record.\",\"type\":{\"type\":\"int\",\"logicalType\":\"count\"}},{\"name\":\"offset\",\"doc\":\"Offset of that record.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"sha256\",\"doc\":\"SHA-256 of the JPEG bytes, 64 hex digits.\",\"type\":{\"type\":\"string\",\"logicalType\":\"sha256\"}}]}",
  Frame: "{\"type\":\"record\",\"name\":\"Frame\",\"doc\":\"One sampling slot of a camera: a picture, or why there is none. (cameraId, epoch, sequence) is its identity.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"cameraId\",\"doc\":\"Camera of the frame.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"epoch\",\"doc\":\"Capture session: ingest's clock at connect in ms since 1970, higher for each new session.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"sequence\",\"doc\":\"Live and loop: counter over the epoch's slots. File: frame n of the file (from 0) has 2n + 1; the `ended` record after its first n frames has 2n.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"source\",\"doc\":\"Kind of source.\",\"type\":{\"type\":\"enum\",\"name\":\"SourceKind\",\"doc\":\"live: a stream. file: a recording read once. loop: a recording played as if live.\",\"symbols\":[\"live\",\"file\",\"loop\",\"unknown\"],\"default\":\"unknown\",\"namespace\":\"sightline\"}},{\"name\":\"capturedAtMs\",\"doc\":\"Camera time in ms since 1970; never goes back within a camera.\",\"type\":{\"type\":\"long\",\"logicalType\":\"time-ms\"}},{\"name\":\"mediaTimeMs\",\"doc\":\"Position in the recording in ms; null for live.\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"duration-ms\"}],\"default\":null},{\"name\":\"cameraClockMs\",\"doc\":\"The camera's own clock in ms since 1970 when it sends one.\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"time-ms\"}],\"default\":null},{\"name\":\"anchored\",\"doc\":\"True on the first frame after a new time anchor (connect, drift over 1 s).\",\"type\":\"boolean\",\"default\":false},{\"name\":\"widthPx\",\"doc\":\"Width of the picture in pixels (of the last one when there is none).\",\"type\":{\"type\":\"int\",\"logicalType\":\"size-px\"}},{\"name\":\"heightPx\",\"doc\":\"Height of the picture in pixels.\",\"type\":{\"type\":\"int\",\"logicalType\":\"size-px\"}},{\"name\":\"reason\",\"doc\":\"Why there is no picture; null when there is one.\",\"type\":[\"null\",{\"type\":\"enum\",\"name\":\"NoPictureReason\",\"symbols\":[\"unchanged\",\"down\",\"ended\",\"unknown\"],\"default\":\"unknown\",\"namespace\":\"sightline\"}],\"default\":null},{\"name\":\"sha256\",\"doc\":\"SHA-256 of jpeg, 64 hex digits.\",\"type\":[\"null\",{\"type\":\"string\",\"logicalType\":\"sha256\"}],\"default\":null},{\"name\":\"jpeg\",\"doc\":\"The picture as JPEG.\",\"type\":[\"null\",\"bytes\"],\"default\":null}]}",
  KeyPoints: "{\"type\":\"record\",\"name\":\"KeyPoints\",\"doc\":\"Result of a model that finds named points of objects, e.g. the joints of a person.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"classes\",\"doc\":\"Every class that the model looks for. A listed class without an object was absent; an unlisted class was not looked for.\",\"type\":{\"type\":\"array\",\"maxItems\":2000,\"items\":{\"type\":\"string\",\"logicalType\":\"name\"}},\"default\":[]},{\"name\":\"subjects\",\"doc\":\"Objects, most confident first.\",\"type\":{\"type\":\"array\",\"maxItems\":300,\"items\":{\"type\":\"record\",\"name\":\"PointedSubject\",\"doc\":\"An object and its points.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"box\",\"doc\":\"Box of the object.\",\"type\":{\"type\":\"record\",\"name\":\"Box\",\"doc\":\"One detection: a box, a class and a confidence, straight from a model. Pixels of the frame, origin top left, x2 and y2 exclusive.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"className\",\"doc\":\"Class by its name in the model's card.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"confidence\",\"doc\":\"0 to 1.\",\"type\":{\"type\":\"float\",\"logicalType\":\"confidence\"}},{\"name\":\"x1Px\",\"doc\":\"Left.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"y1Px\",\"doc\":\"Top.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"x2Px\",\"doc\":\"Right.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"y2Px\",\"doc\":\"Bottom.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}}]}},{\"name\":\"points\",\"doc\":\"Its visible points.\",\"type\":{\"type\":\"array\",\"maxItems\":500,\"items\":{\"type\":\"record\",\"name\":\"KeyPoint\",\"doc\":\"A named point of an object.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"name\",\"doc\":\"Name in the model's card, e.g. left_wrist.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"xPx\",\"doc\":\"From the left edge of the frame in pixels.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"yPx\",\"doc\":\"From the top edge in pixels.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"confidence\",\"doc\":\"0 to 1.\",\"type\":{\"type\":\"float\",\"logicalType\":\"confidence\"}}]}}}]}}}]}",
  ModelReference: "{\"type\":\"record\",\"name\":\"ModelReference\",\"doc\":\"The model that gave a result.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"model\",\"doc\":\"Name of the model.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"version\",\"doc\":\"Version of the model.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"sha256\",\"doc\":\"SHA-256 of the model's file, 64 hex digits.\",\"type\":{\"type\":\"string\",\"logicalType\":\"sha256\"}}]}",
  ModelResult: "{\"type\":\"record\",\"name\":\"ModelResult\",\"doc\":\"One model's result for one frame.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"model\",\"doc\":\"Name of the model.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"version\",\"doc\":\"Version of the model.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"sha256\",\"doc\":\"SHA-256 of the model's file, 64 hex digits.\",\"type\":{\"type\":\"string\",\"logicalType\":\"sha256\"}},{\"name\":\"of\",\"doc\":\"Names of the models of this frame whose boxes it looked at; empty: it looked at the whole picture.\",\"type\":{\"type\":\"array\",\"maxItems\":16,\"items\":{\"type\":\"string\",\"logicalType\":\"name\"}},\"default\":[]},{\"name\":\"everyMs\",\"doc\":\"Camera time that the camera's plan leaves between two looks of the model at least; 0: it looks at every picture.\",\"type\":{\"type\":\"long\",\"logicalType\":\"duration-ms\"},\"default\":0},{\"name\":\"payload\",\"doc\":\"The result, by kind.\",\"type\":[{\"type\":\"record\",\"name\":\"Boxes\",\"doc\":\"Result of a model that finds objects.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"classes\",\"doc\":\"Every class that the model looks for. A listed class without a box was absent; an unlisted class was not looked for.\",\"type\":{\"type\":\"array\",\"maxItems\":2000,\"items\":{\"type\":\"string\",\"logicalType\":\"name\"}}},{\"name\":\"boxes\",\"doc\":\"Detections after non-maximum suppression, most confident first; at most 300.\",\"type\":{\"type\":\"array\",\"maxItems\":300,\"items\":{\"type\":\"record\",\"name\":\"Box\",\"doc\":\"One detection: a box, a class and a confidence, straight from a model. Pixels of the frame, origin top left, x2 and y2 exclusive.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"className\",\"doc\":\"Class by its name in the model's card.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"confidence\",\"doc\":\"0 to 1.\",\"type\":{\"type\":\"float\",\"logicalType\":\"confidence\"}},{\"name\":\"x1Px\",\"doc\":\"Left.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"y1Px\",\"doc\":\"Top.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"x2Px\",\"doc\":\"Right.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"y2Px\",\"doc\":\"Bottom.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}}]}}}]},{\"type\":\"record\",\"name\":\"KeyPoints\",\"doc\":\"Result of a model that finds named points of objects, e.g. the joints of a person.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"classes\",\"doc\":\"Every class that the model looks for. A listed class without an object was absent; an unlisted class was not looked for.\",\"type\":{\"type\":\"array\",\"maxItems\":2000,\"items\":{\"type\":\"string\",\"logicalType\":\"name\"}},\"default\":[]},{\"name\":\"subjects\",\"doc\":\"Objects, most confident first.\",\"type\":{\"type\":\"array\",\"maxItems\":300,\"items\":{\"type\":\"record\",\"name\":\"PointedSubject\",\"doc\":\"An object and its points.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"box\",\"doc\":\"Box of the object.\",\"type\":\"sightline.Box\"},{\"name\":\"points\",\"doc\":\"Its visible points.\",\"type\":{\"type\":\"array\",\"maxItems\":500,\"items\":{\"type\":\"record\",\"name\":\"KeyPoint\",\"doc\":\"A named point of an object.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"name\",\"doc\":\"Name in the model's card, e.g. left_wrist.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"xPx\",\"doc\":\"From the left edge of the frame in pixels.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"yPx\",\"doc\":\"From the top edge in pixels.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"confidence\",\"doc\":\"0 to 1.\",\"type\":{\"type\":\"float\",\"logicalType\":\"confidence\"}}]}}}]}}}]},{\"type\":\"record\",\"name\":\"Text\",\"doc\":\"Result of a model that reads text.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"lines\",\"doc\":\"Lines in reading order.\",\"type\":{\"type\":\"array\",\"maxItems\":300,\"items\":{\"type\":\"record\",\"name\":\"TextLine\",\"doc\":\"A line of text.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"quadPx\",\"doc\":\"Corners from the top left clockwise along the text: x, y of each in pixels of the frame; 8 numbers.\",\"type\":{\"type\":\"array\",\"maxItems\":16,\"items\":{\"type\":\"float\",\"logicalType\":\"px\"}}},{\"name\":\"text\",\"doc\":\"The text of the line.\",\"type\":\"string\"},{\"name\":\"confidence\",\"doc\":\"0 to 1.\",\"type\":{\"type\":\"float\",\"logicalType\":\"confidence\"}}]}}}]},{\"type\":\"record\",\"name\":\"Embedding\",\"doc\":\"Result of a model that describes objects by vectors, e.g. to recognise a face.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"subjects\",\"doc\":\"Objects, most confident first.\",\"type\":{\"type\":\"array\",\"maxItems\":300,\"items\":{\"type\":\"record\",\"name\":\"EmbeddedSubject\",\"doc\":\"An object and its vector.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"box\",\"doc\":\"Box of the object.\",\"type\":\"sightline.Box\"},{\"name\":\"vector\",\"doc\":\"Unit vector; the model sets its length.\",\"type\":{\"type\":\"array\",\"maxItems\":4096,\"items\":{\"type\":\"float\",\"logicalType\":\"component\"}}}]}}}]},{\"type\":\"record\",\"name\":\"Classes\",\"doc\":\"Result of a model that classifies the whole frame.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"classes\",\"doc\":\"Classes, most confident first.\",\"type\":{\"type\":\"array\",\"maxItems\":2000,\"items\":{\"type\":\"record\",\"name\":\"ClassConfidence\",\"doc\":\"A class and the model's confidence in it.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"className\",\"doc\":\"Class by its name in the model's card.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"confidence\",\"doc\":\"0 to 1.\",\"type\":{\"type\":\"float\",\"logicalType\":\"confidence\"}}]}}}]},{\"type\":\"record\",\"name\":\"Unknown\",\"doc\":\"Replaces a record whose kind the reader does not know, because a newer process wrote it. It is kept and reported, never judged.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"of\",\"doc\":\"Name of that kind.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}}]}]}]}",
  ModelStatus: "{\"type\":\"record\",\"name\":\"ModelStatus\",\"doc\":\"A model in one inference process: what it is, and how it runs there. No decision reads it.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"id\",\"doc\":\"Key of the record: the process, the model's name and its version, percent-encoded, with slashes between.\",\"type\":{\"type\":\"string\",\"logicalType\":\"compound-id\"}},{\"name\":\"process\",\"doc\":\"Name of the inference process, unique in the installation.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"model\",\"doc\":\"Name of the model, as on its card.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"version\",\"doc\":\"Version of the model.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"sha256\",\"doc\":\"SHA-256 of the model's file, 64 hex digits.\",\"type\":{\"type\":\"string\",\"logicalType\":\"sha256\"}},{\"name\":\"title\",\"doc\":\"What it finds, for a person.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"note\",\"doc\":\"What a person must know before trusting it; null: nothing.\",\"type\":[\"null\",\"string\"],\"default\":null},{\"name\":\"licence\",\"doc\":\"SPDX identifier of the weights' licence.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"origin\",\"doc\":\"Where the weights come from, for a person.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"classes\",\"doc\":\"Classes that it looks for; none when it describes objects of other models.\",\"type\":{\"type\":\"array\",\"maxItems\":2000,\"items\":{\"type\":\"string\",\"logicalType\":\"name\"}}},{\"name\":\"cropsOf\",\"doc\":\"Class of the boxes that it looks at, which a model before it in the plan must find; null: it looks at whole pictures.\",\"type\":[\"null\",{\"type\":\"string\",\"logicalType\":\"name\"}],\"default\":null},{\"name\":\"orWhole\",\"doc\":\"True: it looks at the whole picture when no model before it in the plan looks for that class.\",\"type\":\"boolean\",\"default\":false},{\"name\":\"cropPoints\",\"doc\":\"Names of the points that those boxes must have; none: it needs no points.\",\"type\":{\"type\":\"array\",\"maxItems\":100,\"items\":{\"type\":\"string\",\"logicalType\":\"name\"}},\"default\":[]},{\"name\":\"points\",\"doc\":\"Names of the points that its own boxes have; null: not known.\",\"type\":[\"null\",{\"type\":\"array\",\"maxItems\":2000,\"items\":{\"type\":\"string\",\"logicalType\":\"name\"}}],\"default\":null},{\"name\":\"inputWidthPx\",\"doc\":\"Width of the picture that it takes; null: its file is missing.\",\"type\":[\"null\",{\"type\":\"int\",\"logicalType\":\"size-px\"}],\"default\":null},{\"name\":\"inputHeightPx\",\"doc\":\"Height of the picture that it takes; null: its file is missing.\",\"type\":[\"null\",{\"type\":\"int\",\"logicalType\":\"size-px\"}],\"default\":null},{\"name\":\"standard\",\"doc\":\"True: it looks at the pictures of cameras without a plan.\",\"type\":\"boolean\"},{\"name\":\"state\",\"doc\":\"closed: no active camera's plan names it. open: it runs. failed: it does not open, or fails on every picture, see reason.\",\"type\":{\"type\":\"enum\",\"name\":\"ModelState\",\"symbols\":[\"closed\",\"open\",\"failed\",\"unknown\"],\"default\":\"unknown\",\"namespace\":\"sightline\"}},{\"name\":\"reason\",\"doc\":\"Why it failed and what to do, or on what share of the pictures it fails, for a person; null: all is well.\",\"type\":[\"null\",\"string\"],\"default\":null},{\"name\":\"fileBytes\",\"doc\":\"Size of the model's file in bytes.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"pictures\",\"doc\":\"Pictures that it gave a result for since the process started.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"runs\",\"doc\":\"Whole pictures and parts of pictures that it looked at since the process started: a picture with three boxes is three parts.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"},\"default\":0},{\"name\":\"msPerPicture\",\"doc\":\"Mean ms of one core for a picture since the process started, with scaling and decoding of results; 0 before the first.\",\"type\":{\"type\":\"double\",\"logicalType\":\"rate\"}},{\"name\":\"atMs\",\"doc\":\"Clock of the process in ms since 1970.\",\"type\":{\"type\":\"long\",\"logicalType\":\"time-ms\"}}]}",
  ModelVersion: "{\"type\":\"record\",\"name\":\"ModelVersion\",\"doc\":\"One uploaded file of a model, with what the check before its use found. Nothing of it changes but `attempt`.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"model\",\"doc\":\"Name of the model.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"version\",\"doc\":\"Version, unique in the model.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"fileId\",\"doc\":\"Folder of its card and its file, unique for each upload.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"attempt\",\"doc\":\"How often a person asked to open it again after it was taken out of use for ending the inference process.\",\"type\":{\"type\":\"int\",\"logicalType\":\"count\"},\"default\":0},{\"name\":\"sha256\",\"doc\":\"SHA-256 of the file.\",\"type\":{\"type\":\"string\",\"logicalType\":\"sha256\"}},{\"name\":\"fileBytes\",\"doc\":\"Size of the file in bytes.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"title\",\"doc\":\"What it finds, for a person.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"licence\",\"doc\":\"Licence of the weights, as the user stated it.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"layout\",\"doc\":\"Layout of its outputs, as on its card.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"classes\",\"doc\":\"Classes that it looks for.\",\"type\":{\"type\":\"array\",\"maxItems\":2000,\"items\":{\"type\":\"string\",\"logicalType\":\"name\"}}},{\"name\":\"msPerPicture\",\"doc\":\"ms of one core for a picture, at the check.\",\"type\":{\"type\":\"double\",\"logicalType\":\"rate\"}},{\"name\":\"memoryBytes\",\"doc\":\"Memory that it took at the check, in bytes.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"addedAtMs\",\"doc\":\"Time of the upload in ms since 1970.\",\"type\":{\"type\":\"long\",\"logicalType\":\"time-ms\"}},{\"name\":\"addedBy\",\"doc\":\"User who uploaded it.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}}]}",
  Model: "{\"type\":\"record\",\"name\":\"Model\",\"doc\":\"A model that users uploaded: which of its versions look at pictures.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"model\",\"doc\":\"Name, by which plans and rules name it.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"serving\",\"doc\":\"Version that looks at the pictures of cameras whose plan names the model.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"previous\",\"doc\":\"Version that served before: it looks on while the serving one does not open. Null: none.\",\"type\":[\"null\",{\"type\":\"string\",\"logicalType\":\"id\"}],\"default\":null},{\"name\":\"candidate\",\"doc\":\"Version on trial; null: none.\",\"type\":[\"null\",{\"type\":\"record\",\"name\":\"Candidate\",\"doc\":\"A version on trial beside the serving one.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"version\",\"doc\":\"Version.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"percent\",\"doc\":\"Share of the cameras that it looks at instead of the serving version, 0 to 100.\",\"type\":{\"type\":\"int\",\"logicalType\":\"count\"}}]}],\"default\":null},{\"name\":\"shadow\",\"doc\":\"Version that looks at the pictures beside the serving one, for comparison only; null: none.\",\"type\":[\"null\",{\"type\":\"string\",\"logicalType\":\"id\"}],\"default\":null}]}",
  PlanStep: "{\"type\":\"record\",\"name\":\"PlanStep\",\"doc\":\"One model that looks at a camera's pictures.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"model\",\"doc\":\"Name of the model, as on its card.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"maxFps\",\"doc\":\"Most pictures a second that it looks at, by their camera time; null: every picture that inference looks at. In a picture that it leaves out, its classes were not looked for.\",\"type\":[\"null\",{\"type\":\"double\",\"logicalType\":\"rate\"}],\"default\":null},{\"name\":\"byRules\",\"doc\":\"True: it looks as often as the camera's rules in force need, and at most `maxFps` pictures a second.\",\"type\":\"boolean\",\"default\":false},{\"name\":\"tiles\",\"doc\":\"Parts of the picture that it looks at besides, for far objects: those in which something moved. Null: the whole picture alone.\",\"type\":[\"null\",{\"type\":\"record\",\"name\":\"TileGrid\",\"doc\":\"Tiles of a picture, which share a fifth with each neighbour.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"columns\",\"doc\":\"Tiles side by side, 1 to 4.\",\"type\":{\"type\":\"int\",\"logicalType\":\"ordinal\"}},{\"name\":\"rows\",\"doc\":\"Rows of tiles, 1 to 4.\",\"type\":{\"type\":\"int\",\"logicalType\":\"ordinal\"}}]}],\"default\":null}]}",
  Point: "{\"type\":\"record\",\"name\":\"Point\",\"doc\":\"A point of a camera's picture in relative coordinates, origin top left.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"x\",\"doc\":\"0 (left edge) to 1 (right edge).\",\"type\":{\"type\":\"double\",\"logicalType\":\"share\"}},{\"name\":\"y\",\"doc\":\"0 (top edge) to 1 (bottom edge).\",\"type\":{\"type\":\"double\",\"logicalType\":\"share\"}}]}",
  RestrictedZone: "{\"type\":\"record\",\"name\":\"RestrictedZone\",\"doc\":\"Parameters of a rule of kind restricted_zone: the subject is in a zone where it may not be.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"subjectClass\",\"doc\":\"Class that must stay out, e.g. person.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"anchor\",\"doc\":\"Part of the subject that must be in the zone.\",\"type\":{\"type\":\"enum\",\"name\":\"Anchor\",\"symbols\":[\"centre\",\"bottom_centre\",\"overlap\",\"unknown\"],\"default\":\"unknown\",\"namespace\":\"sightline\"}},{\"name\":\"minOverlap\",\"doc\":\"With the anchor overlap: smallest intersection over the smaller area at which the subject is in the zone, 0 to 1.\",\"type\":{\"type\":\"double\",\"logicalType\":\"share\"},\"default\":0.1},{\"name\":\"leaveMargin\",\"doc\":\"A subject leaves the zone when its anchor is further out than this, as a share of the picture's width and height. With the anchor overlap: when it overlaps this much less. 0 to 1.\",\"type\":{\"type\":\"double\",\"logicalType\":\"share\"},\"default\":0.02}]}",
  Rule: "{\"type\":\"record\",\"name\":\"Rule\",\"doc\":\"A named predicate over models' results and a zone, as data: the fields of all rules, and the parameters of its kind.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"ruleId\",\"doc\":\"Id.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"cameraId\",\"doc\":\"Camera that it judges.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"name\",\"doc\":\"Name for people.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"violationType\",\"doc\":\"Type of its violations, e.g. hand_no_scooper.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"zoneId\",\"doc\":\"Zone; null: the whole picture.\",\"type\":[\"null\",{\"type\":\"string\",\"logicalType\":\"id\"}],\"default\":null},{\"name\":\"models\",\"doc\":\"Names of the models that it uses; empty: every model that looks for one of its classes.\",\"type\":{\"type\":\"array\",\"maxItems\":200,\"items\":{\"type\":\"string\",\"logicalType\":\"name\"}},\"default\":[]},{\"name\":\"minConfidence\",\"doc\":\"The rule ignores boxes below this, 0 to 1.\",\"type\":{\"type\":\"double\",\"logicalType\":\"share\"},\"default\":0.3},{\"name\":\"minDurationMs\",\"doc\":\"Camera time in ms that the breach must last before a violation opens.\",\"type\":{\"type\":\"long\",\"logicalType\":\"duration-ms\"},\"default\":500},{\"name\":\"gapMs\",\"doc\":\"A breach is over after this camera time in ms without it, once a judged frame has shown none. Shorter than minDurationMs.\",\"type\":{\"type\":\"long\",\"logicalType\":\"duration-ms\"},\"default\":400},{\"name\":\"cooldownMs\",\"doc\":\"Camera time in ms after a close in which no new violation of the rule opens.\",\"type\":{\"type\":\"long\",\"logicalType\":\"duration-ms\"},\"default\":0},{\"name\":\"schedule\",\"doc\":\"Hours in which it judges, in the store's time zone; empty: always.\",\"type\":{\"type\":\"array\",\"maxItems\":200,\"items\":{\"type\":\"record\",\"name\":\"OpeningHours\",\"doc\":\"Opening hours of the store.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"days\",\"doc\":\"Days of the week, 1 Monday to 7 Sunday.\",\"type\":{\"type\":\"array\",\"maxItems\":16,\"items\":{\"type\":\"int\",\"logicalType\":\"weekday\"}}},{\"name\":\"from\",\"doc\":\"Local time, HH:MM.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"to\",\"doc\":\"Local time, HH:MM; on the next day when before `from`.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}}]}},\"default\":[]},{\"name\":\"riskLevel\",\"doc\":\"Risk level of its violations.\",\"type\":{\"type\":\"enum\",\"name\":\"RiskLevel\",\"symbols\":[\"low\",\"medium\",\"high\",\"unknown\"],\"default\":\"unknown\",\"namespace\":\"sightline\"}},{\"name\":\"active\",\"doc\":\"False: it does not judge.\",\"type\":\"boolean\",\"default\":true},{\"name\":\"parameters\",\"doc\":\"Kind of the rule and its parameters.\",\"type\":[{\"type\":\"record\",\"name\":\"Absence\",\"doc\":\"Parameters of a rule of kind absence: a subject in the zone without a required box.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"subjectClass\",\"doc\":\"Class of the subject, e.g. hand.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"anchor\",\"doc\":\"Part of the subject that must be in the zone.\",\"type\":{\"type\":\"enum\",\"name\":\"Anchor\",\"symbols\":[\"centre\",\"bottom_centre\",\"overlap\",\"unknown\"],\"default\":\"unknown\",\"namespace\":\"sightline\"}},{\"name\":\"conditions\",\"doc\":\"All must hold; at least one is negated.\",\"type\":{\"type\":\"array\",\"maxItems\":200,\"items\":{\"type\":\"record\",\"name\":\"RuleCondition\",\"doc\":\"A condition on one subject in one frame.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"kind\",\"doc\":\"overlaps: a box of the class overlaps the subject.\",\"type\":{\"type\":\"enum\",\"name\":\"ConditionKind\",\"symbols\":[\"overlaps\",\"unknown\"],\"default\":\"unknown\",\"namespace\":\"sightline\"}},{\"name\":\"className\",\"doc\":\"Class of the other box.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"negated\",\"doc\":\"True: no box of the class may overlap it.\",\"type\":\"boolean\"}]}}},{\"name\":\"minOverlap\",\"doc\":\"Smallest intersection over the smaller area at which boxes (and zone) overlap, 0 to 1.\",\"type\":{\"type\":\"double\",\"logicalType\":\"share\"},\"default\":0.1}]},{\"type\":\"record\",\"name\":\"RestrictedZone\",\"doc\":\"Parameters of a rule of kind restricted_zone: the subject is in a zone where it may not be.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"subjectClass\",\"doc\":\"Class that must stay out, e.g. person.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"anchor\",\"doc\":\"Part of the subject that must be in the zone.\",\"type\":\"sightline.Anchor\"},{\"name\":\"minOverlap\",\"doc\":\"With the anchor overlap: smallest intersection over the smaller area at which the subject is in the zone, 0 to 1.\",\"type\":{\"type\":\"double\",\"logicalType\":\"share\"},\"default\":0.1},{\"name\":\"leaveMargin\",\"doc\":\"A subject leaves the zone when its anchor is further out than this, as a share of the picture's width and height. With the anchor overlap: when it overlaps this much less. 0 to 1.\",\"type\":{\"type\":\"double\",\"logicalType\":\"share\"},\"default\":0.02}]},{\"type\":\"record\",\"name\":\"Unknown\",\"doc\":\"Replaces a record whose kind the reader does not know, because a newer process wrote it. It is kept and reported, never judged.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"of\",\"doc\":\"Name of that kind.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}}]}]}]}",
  ShadowDetection: "{\"type\":\"record\",\"name\":\"ShadowDetection\",\"doc\":\"What a shadow version of a model found on a frame, beside the version that serves. No rule reads it.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"cameraId\",\"doc\":\"Camera of the frame.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"storeId\",\"doc\":\"Store of the camera.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"epoch\",\"doc\":\"Capture session of the frame.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"sequence\",\"doc\":\"Sequence of the frame.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"capturedAtMs\",\"doc\":\"Camera time of the frame in ms since 1970.\",\"type\":{\"type\":\"long\",\"logicalType\":\"time-ms\"}},{\"name\":\"widthPx\",\"doc\":\"Width of the picture in pixels.\",\"type\":{\"type\":\"int\",\"logicalType\":\"size-px\"}},{\"name\":\"heightPx\",\"doc\":\"Height of the picture in pixels.\",\"type\":{\"type\":\"int\",\"logicalType\":\"size-px\"}},{\"name\":\"frame\",\"doc\":\"Reference to the picture.\",\"type\":{\"type\":\"record\",\"name\":\"FrameReference\",\"doc\":\"Place of a frame's bytes; not its identity.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"topic\",\"doc\":\"Topic of the record that carries the picture, without the cell's prefix.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"partition\",\"doc\":\"Partition of that record.\",\"type\":{\"type\":\"int\",\"logicalType\":\"count\"}},{\"name\":\"offset\",\"doc\":\"Offset of that record.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"sha256\",\"doc\":\"SHA-256 of the JPEG bytes, 64 hex digits.\",\"type\":{\"type\":\"string\",\"logicalType\":\"sha256\"}}]}},{\"name\":\"model\",\"doc\":\"Name of the model.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"servingVersion\",\"doc\":\"Version that serves.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"shadowVersion\",\"doc\":\"Shadow version.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"agreed\",\"doc\":\"Number of boxes that both found: the same class, overlapping by half or more.\",\"type\":{\"type\":\"int\",\"logicalType\":\"count\"}},{\"name\":\"servingBoxes\",\"doc\":\"Boxes of the serving version.\",\"type\":{\"type\":\"array\",\"maxItems\":300,\"items\":{\"type\":\"record\",\"name\":\"Box\",\"doc\":\"One detection: a box, a class and a confidence, straight from a model. Pixels of the frame, origin top left, x2 and y2 exclusive.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"className\",\"doc\":\"Class by its name in the model's card.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"confidence\",\"doc\":\"0 to 1.\",\"type\":{\"type\":\"float\",\"logicalType\":\"confidence\"}},{\"name\":\"x1Px\",\"doc\":\"Left.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"y1Px\",\"doc\":\"Top.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"x2Px\",\"doc\":\"Right.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"y2Px\",\"doc\":\"Bottom.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}}]}}},{\"name\":\"shadowBoxes\",\"doc\":\"Boxes of the shadow version.\",\"type\":{\"type\":\"array\",\"maxItems\":300,\"items\":\"sightline.Box\"}}]}",
  Store: "{\"type\":\"record\",\"name\":\"Store\",\"doc\":\"A shop of the chain.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"storeId\",\"doc\":\"Id.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"name\",\"doc\":\"Name.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"city\",\"doc\":\"City.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"region\",\"doc\":\"Region of the chain.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"},\"default\":\"\"},{\"name\":\"timeZone\",\"doc\":\"IANA time zone.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"},\"default\":\"UTC\"},{\"name\":\"openingHours\",\"doc\":\"Opening hours; empty: not stated.\",\"type\":{\"type\":\"array\",\"maxItems\":200,\"items\":{\"type\":\"record\",\"name\":\"OpeningHours\",\"doc\":\"Opening hours of the store.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"days\",\"doc\":\"Days of the week, 1 Monday to 7 Sunday.\",\"type\":{\"type\":\"array\",\"maxItems\":16,\"items\":{\"type\":\"int\",\"logicalType\":\"weekday\"}}},{\"name\":\"from\",\"doc\":\"Local time, HH:MM.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"to\",\"doc\":\"Local time, HH:MM; on the next day when before `from`.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}}]}},\"default\":[]},{\"name\":\"subscriptionActive\",\"doc\":\"False: the store's cameras are stopped. Its data stay visible.\",\"type\":\"boolean\",\"default\":true},{\"name\":\"plan\",\"doc\":\"Models that look at the pictures of its cameras without a plan, in this order; empty: none. Null: those of the chain.\",\"type\":[\"null\",{\"type\":\"array\",\"maxItems\":16,\"items\":{\"type\":\"record\",\"name\":\"PlanStep\",\"doc\":\"One model that looks at a camera's pictures.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"model\",\"doc\":\"Name of the model, as on its card.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"maxFps\",\"doc\":\"Most pictures a second that it looks at, by their camera time; null: every picture that inference looks at. In a picture that it leaves out, its classes were not looked for.\",\"type\":[\"null\",{\"type\":\"double\",\"logicalType\":\"rate\"}],\"default\":null},{\"name\":\"byRules\",\"doc\":\"True: it looks as often as the camera's rules in force need, and at most `maxFps` pictures a second.\",\"type\":\"boolean\",\"default\":false},{\"name\":\"tiles\",\"doc\":\"Parts of the picture that it looks at besides, for far objects: those in which something moved. Null: the whole picture alone.\",\"type\":[\"null\",{\"type\":\"record\",\"name\":\"TileGrid\",\"doc\":\"Tiles of a picture, which share a fifth with each neighbour.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"columns\",\"doc\":\"Tiles side by side, 1 to 4.\",\"type\":{\"type\":\"int\",\"logicalType\":\"ordinal\"}},{\"name\":\"rows\",\"doc\":\"Rows of tiles, 1 to 4.\",\"type\":{\"type\":\"int\",\"logicalType\":\"ordinal\"}}]}],\"default\":null}]}}],\"default\":null},{\"name\":\"demo\",\"doc\":\"True: created by the demo.\",\"type\":\"boolean\",\"default\":false}]}",
  StreamFigures: "{\"type\":\"record\",\"name\":\"StreamFigures\",\"doc\":\"What a live camera sends, measured over some seconds.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"codec\",\"doc\":\"Codec by FFmpeg's name, e.g. h264, hevc, mjpeg.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"widthPx\",\"doc\":\"Width of its pictures in pixels, as they are decoded.\",\"type\":{\"type\":\"int\",\"logicalType\":\"size-px\"}},{\"name\":\"heightPx\",\"doc\":\"Height of its pictures in pixels.\",\"type\":{\"type\":\"int\",\"logicalType\":\"size-px\"}},{\"name\":\"fps\",\"doc\":\"Pictures that it sends per second.\",\"type\":{\"type\":\"double\",\"logicalType\":\"rate\"}},{\"name\":\"bitsPerSecond\",\"doc\":\"Bits of video that it sends per second.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"clockRate\",\"doc\":\"Pace of its stream's times; 1 is that of ingest's clock. Null: not measured yet, or the stream has no times.\",\"type\":[\"null\",{\"type\":\"double\",\"logicalType\":\"rate\"}],\"default\":null}]}",
  Text: "{\"type\":\"record\",\"name\":\"Text\",\"doc\":\"Result of a model that reads text.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"lines\",\"doc\":\"Lines in reading order.\",\"type\":{\"type\":\"array\",\"maxItems\":300,\"items\":{\"type\":\"record\",\"name\":\"TextLine\",\"doc\":\"A line of text.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"quadPx\",\"doc\":\"Corners from the top left clockwise along the text: x, y of each in pixels of the frame; 8 numbers.\",\"type\":{\"type\":\"array\",\"maxItems\":16,\"items\":{\"type\":\"float\",\"logicalType\":\"px\"}}},{\"name\":\"text\",\"doc\":\"The text of the line.\",\"type\":\"string\"},{\"name\":\"confidence\",\"doc\":\"0 to 1.\",\"type\":{\"type\":\"float\",\"logicalType\":\"confidence\"}}]}}}]}",
  Track: "{\"type\":\"record\",\"name\":\"Track\",\"doc\":\"One record for every accepted detection record: everything in its frame that the rules used, boxes with their tracks.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"cameraId\",\"doc\":\"Camera of the frame.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"storeId\",\"doc\":\"Store of the camera.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"epoch\",\"doc\":\"Capture session of the frame.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"sequence\",\"doc\":\"Sequence of the frame.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"capturedAtMs\",\"doc\":\"Camera time of the frame in ms since 1970.\",\"type\":{\"type\":\"long\",\"logicalType\":\"time-ms\"}},{\"name\":\"mediaTimeMs\",\"doc\":\"Position in the recording in ms; null for live.\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"duration-ms\"}],\"default\":null},{\"name\":\"widthPx\",\"doc\":\"Width of the picture in pixels.\",\"type\":{\"type\":\"int\",\"logicalType\":\"size-px\"}},{\"name\":\"heightPx\",\"doc\":\"Height of the picture in pixels.\",\"type\":{\"type\":\"int\",\"logicalType\":\"size-px\"}},{\"name\":\"outcome\",\"doc\":\"Outcome of the frame.\",\"type\":{\"type\":\"enum\",\"name\":\"Outcome\",\"symbols\":[\"detected\",\"unchanged\",\"skipped\",\"down\",\"ended\",\"unknown\"],\"default\":\"unknown\",\"namespace\":\"sightline\"}},{\"name\":\"models\",\"doc\":\"Models that ran on this frame, including those that found nothing.\",\"type\":{\"type\":\"array\",\"maxItems\":16,\"items\":{\"type\":\"record\",\"name\":\"ModelReference\",\"doc\":\"The model that gave a result.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"model\",\"doc\":\"Name of the model.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"version\",\"doc\":\"Version of the model.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"sha256\",\"doc\":\"SHA-256 of the model's file, 64 hex digits.\",\"type\":{\"type\":\"string\",\"logicalType\":\"sha256\"}}]}}},{\"name\":\"boxes\",\"doc\":\"All boxes of the frame, model by model; on `unchanged` the camera's last.\",\"type\":{\"type\":\"array\",\"maxItems\":4800,\"items\":{\"type\":\"record\",\"name\":\"TrackedBox\",\"doc\":\"A detection and its track.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"className\",\"doc\":\"Class by its name in the model's card.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"confidence\",\"doc\":\"0 to 1.\",\"type\":{\"type\":\"float\",\"logicalType\":\"confidence\"}},{\"name\":\"x1Px\",\"doc\":\"Left.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"y1Px\",\"doc\":\"Top.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"x2Px\",\"doc\":\"Right.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"y2Px\",\"doc\":\"Bottom.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"trackId\",\"doc\":\"Track of the box; null while none is confirmed.\",\"type\":[\"null\",{\"type\":\"string\",\"logicalType\":\"id\"}],\"default\":null},{\"name\":\"points\",\"doc\":\"Its visible points, e.g. the joints of a person; empty when its model gives none.\",\"type\":{\"type\":\"array\",\"maxItems\":500,\"items\":{\"type\":\"record\",\"name\":\"KeyPoint\",\"doc\":\"A named point of an object.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"name\",\"doc\":\"Name in the model's card, e.g. left_wrist.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"xPx\",\"doc\":\"From the left edge of the frame in pixels.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"yPx\",\"doc\":\"From the top edge in pixels.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"confidence\",\"doc\":\"0 to 1.\",\"type\":{\"type\":\"float\",\"logicalType\":\"confidence\"}}]}},\"default\":[]},{\"name\":\"model\",\"doc\":\"Name of the model that found it.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}}]}}},{\"name\":\"remembered\",\"doc\":\"Confirmed objects that a model missed in this frame, or passed over by its rate, but found shortly before, each at its expected place. Absence rules count those that it missed as present.\",\"type\":{\"type\":\"array\",\"maxItems\":9600,\"items\":{\"type\":\"record\",\"name\":\"Box\",\"doc\":\"One detection: a box, a class and a confidence, straight from a model. Pixels of the frame, origin top left, x2 and y2 exclusive.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"className\",\"doc\":\"Class by its name in the model's card.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"confidence\",\"doc\":\"0 to 1.\",\"type\":{\"type\":\"float\",\"logicalType\":\"confidence\"}},{\"name\":\"x1Px\",\"doc\":\"Left.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"y1Px\",\"doc\":\"Top.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"x2Px\",\"doc\":\"Right.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"y2Px\",\"doc\":\"Bottom.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}}]}},\"default\":[]}]}",
  TrackedBox: "{\"type\":\"record\",\"name\":\"TrackedBox\",\"doc\":\"A detection and its track.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"className\",\"doc\":\"Class by its name in the model's card.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"confidence\",\"doc\":\"0 to 1.\",\"type\":{\"type\":\"float\",\"logicalType\":\"confidence\"}},{\"name\":\"x1Px\",\"doc\":\"Left.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"y1Px\",\"doc\":\"Top.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"x2Px\",\"doc\":\"Right.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"y2Px\",\"doc\":\"Bottom.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"trackId\",\"doc\":\"Track of the box; null while none is confirmed.\",\"type\":[\"null\",{\"type\":\"string\",\"logicalType\":\"id\"}],\"default\":null},{\"name\":\"points\",\"doc\":\"Its visible points, e.g. the joints of a person; empty when its model gives none.\",\"type\":{\"type\":\"array\",\"maxItems\":500,\"items\":{\"type\":\"record\",\"name\":\"KeyPoint\",\"doc\":\"A named point of an object.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"name\",\"doc\":\"Name in the model's card, e.g. left_wrist.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"xPx\",\"doc\":\"From the left edge of the frame in pixels.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"yPx\",\"doc\":\"From the top edge in pixels.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"confidence\",\"doc\":\"0 to 1.\",\"type\":{\"type\":\"float\",\"logicalType\":\"confidence\"}}]}},\"default\":[]},{\"name\":\"model\",\"doc\":\"Name of the model that found it.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}}]}",
  Unknown: "{\"type\":\"record\",\"name\":\"Unknown\",\"doc\":\"Replaces a record whose kind the reader does not know, because a newer process wrote it. It is kept and reported, never judged.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"of\",\"doc\":\"Name of that kind.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}}]}",
  User: "{\"type\":\"record\",\"name\":\"User\",\"doc\":\"A user without personal data: login and password hash are in `vault`.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"userId\",\"doc\":\"Id.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"role\",\"doc\":\"Role.\",\"type\":{\"type\":\"enum\",\"name\":\"Role\",\"symbols\":[\"admin\",\"operator\",\"manager\",\"analyst\",\"viewer\",\"unknown\"],\"default\":\"unknown\",\"namespace\":\"sightline\"}},{\"name\":\"storeIds\",\"doc\":\"Stores granted; null: all.\",\"type\":[\"null\",{\"type\":\"array\",\"maxItems\":100000,\"items\":{\"type\":\"string\",\"logicalType\":\"id\"}}],\"default\":null},{\"name\":\"active\",\"doc\":\"False: may not sign in.\",\"type\":\"boolean\",\"default\":true}]}",
  VaultEntry: "{\"type\":\"record\",\"name\":\"VaultEntry\",\"doc\":\"Personal or secret data, sealed with AES-256-GCM and the installation's key.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"id\",\"doc\":\"Id, e.g. user:ID.\",\"type\":{\"type\":\"string\",\"logicalType\":\"compound-id\"}},{\"name\":\"keyId\",\"doc\":\"First 8 hex digits of the SHA-256 of the key.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"nonce\",\"doc\":\"12 bytes, random for each write.\",\"type\":\"bytes\"},{\"name\":\"sealed\",\"doc\":\"Ciphertext and tag; the id is authenticated with it.\",\"type\":\"bytes\"}]}",
  Violation: "{\"type\":\"record\",\"name\":\"Violation\",\"doc\":\"One breach of a rule at this revision: opened, updated (at most once a second of camera time), closed. Fields up to `startedAtMs` never change for an id; the others may.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"violationId\",\"doc\":\"Hash of camera, rule, rule version, track key and first frame's identity: the same after every replay.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"cameraId\",\"doc\":\"Camera that saw it.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"storeId\",\"doc\":\"Store of the camera.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"ruleId\",\"doc\":\"Rule that was broken.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"violationType\",\"doc\":\"Name of the rule's type, e.g. hand_no_scooper.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"ruleVersion\",\"doc\":\"Hash of the rule's canonical form and its zone.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"zoneId\",\"doc\":\"Zone of the rule; null: the whole picture.\",\"type\":[\"null\",{\"type\":\"string\",\"logicalType\":\"id\"}],\"default\":null},{\"name\":\"zoneVersion\",\"doc\":\"Hash of the zone's canonical form.\",\"type\":[\"null\",{\"type\":\"string\",\"logicalType\":\"name\"}],\"default\":null},{\"name\":\"trackId\",\"doc\":\"Track of the subject at the first frame.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"riskLevel\",\"doc\":\"Risk level of the rule when the violation opened.\",\"type\":{\"type\":\"enum\",\"name\":\"RiskLevel\",\"symbols\":[\"low\",\"medium\",\"high\",\"unknown\"],\"default\":\"unknown\",\"namespace\":\"sightline\"}},{\"name\":\"startedAtMs\",\"doc\":\"Camera time of the first breaching frame in ms since 1970.\",\"type\":{\"type\":\"long\",\"logicalType\":\"time-ms\"}},{\"name\":\"revision\",\"doc\":\"1 when opened; each further record of the violation adds 1.\",\"type\":{\"type\":\"int\",\"logicalType\":\"ordinal\"}},{\"name\":\"state\",\"doc\":\"opened, updated or closed.\",\"type\":{\"type\":\"enum\",\"name\":\"ViolationState\",\"symbols\":[\"opened\",\"updated\",\"closed\",\"unknown\"],\"default\":\"unknown\",\"namespace\":\"sightline\"}},{\"name\":\"lastSeenAtMs\",\"doc\":\"Camera time of the last breaching frame so far.\",\"type\":{\"type\":\"long\",\"logicalType\":\"time-ms\"}},{\"name\":\"endedAtMs\",\"doc\":\"Camera time of the last breaching frame once closed; null while open.\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"time-ms\"}],\"default\":null},{\"name\":\"closeReason\",\"doc\":\"gap: judged frames showed no breach for longer than gapMs. unseen: no frame was judged for too long. ended: the source ended. rule_changed: the rule or zone changed. clock_set_back: the clock was over a day ahead and was set right, so the times are of the wrong clock.\",\"type\":[\"null\",{\"type\":\"enum\",\"name\":\"CloseReason\",\"symbols\":[\"gap\",\"ended\",\"rule_changed\",\"unseen\",\"clock_set_back\",\"unknown\"],\"default\":\"unknown\",\"namespace\":\"sightline\"}],\"default\":null},{\"name\":\"framesObserved\",\"doc\":\"Breaching frames so far.\",\"type\":{\"type\":\"int\",\"logicalType\":\"count\"}},{\"name\":\"peakConfidence\",\"doc\":\"Highest confidence of the subject so far, 0 to 1.\",\"type\":{\"type\":\"float\",\"logicalType\":\"confidence\"}},{\"name\":\"firstFrame\",\"doc\":\"First breaching frame.\",\"type\":{\"type\":\"record\",\"name\":\"FrameLineage\",\"doc\":\"A frame that a decision used: its identity, and the place of its bytes.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"epoch\",\"doc\":\"Capture session of the frame.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"sequence\",\"doc\":\"Sequence of the frame.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"capturedAtMs\",\"doc\":\"Camera time in ms since 1970.\",\"type\":{\"type\":\"long\",\"logicalType\":\"time-ms\"}},{\"name\":\"mediaTimeMs\",\"doc\":\"Position in the recording in ms; null for live.\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"duration-ms\"}],\"default\":null},{\"name\":\"frame\",\"doc\":\"Reference to the picture; null when that frame had none (unchanged).\",\"type\":[\"null\",{\"type\":\"record\",\"name\":\"FrameReference\",\"doc\":\"Place of a frame's bytes; not its identity.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"topic\",\"doc\":\"Topic of the record that carries the picture, without the cell's prefix.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"partition\",\"doc\":\"Partition of that record.\",\"type\":{\"type\":\"int\",\"logicalType\":\"count\"}},{\"name\":\"offset\",\"doc\":\"Offset of that record.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}},{\"name\":\"sha256\",\"doc\":\"SHA-256 of the JPEG bytes, 64 hex digits.\",\"type\":{\"type\":\"string\",\"logicalType\":\"sha256\"}}]}],\"default\":null},{\"name\":\"detection\",\"doc\":\"The detection record that was judged.\",\"type\":{\"type\":\"record\",\"name\":\"RecordReference\",\"doc\":\"A record's place in the log.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"topic\",\"doc\":\"Topic without the cell's prefix.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"partition\",\"doc\":\"Partition.\",\"type\":{\"type\":\"int\",\"logicalType\":\"count\"}},{\"name\":\"offset\",\"doc\":\"Offset.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}}]}}]}},{\"name\":\"peakFrame\",\"doc\":\"Breaching frame with the most confident subject; it is shown as proof.\",\"type\":\"sightline.FrameLineage\"},{\"name\":\"lastFrame\",\"doc\":\"Last breaching frame so far.\",\"type\":\"sightline.FrameLineage\"},{\"name\":\"widthPx\",\"doc\":\"Width of the peak frame in pixels.\",\"type\":{\"type\":\"int\",\"logicalType\":\"size-px\"}},{\"name\":\"heightPx\",\"doc\":\"Height of the peak frame in pixels.\",\"type\":{\"type\":\"int\",\"logicalType\":\"size-px\"}},{\"name\":\"boxes\",\"doc\":\"All boxes that the rule's models found in the peak frame.\",\"type\":{\"type\":\"array\",\"maxItems\":4800,\"items\":{\"type\":\"record\",\"name\":\"TrackedBox\",\"doc\":\"A detection and its track.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"className\",\"doc\":\"Class by its name in the model's card.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"confidence\",\"doc\":\"0 to 1.\",\"type\":{\"type\":\"float\",\"logicalType\":\"confidence\"}},{\"name\":\"x1Px\",\"doc\":\"Left.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"y1Px\",\"doc\":\"Top.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"x2Px\",\"doc\":\"Right.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"y2Px\",\"doc\":\"Bottom.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"trackId\",\"doc\":\"Track of the box; null while none is confirmed.\",\"type\":[\"null\",{\"type\":\"string\",\"logicalType\":\"id\"}],\"default\":null},{\"name\":\"points\",\"doc\":\"Its visible points, e.g. the joints of a person; empty when its model gives none.\",\"type\":{\"type\":\"array\",\"maxItems\":500,\"items\":{\"type\":\"record\",\"name\":\"KeyPoint\",\"doc\":\"A named point of an object.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"name\",\"doc\":\"Name in the model's card, e.g. left_wrist.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"xPx\",\"doc\":\"From the left edge of the frame in pixels.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"yPx\",\"doc\":\"From the top edge in pixels.\",\"type\":{\"type\":\"float\",\"logicalType\":\"px\"}},{\"name\":\"confidence\",\"doc\":\"0 to 1.\",\"type\":{\"type\":\"float\",\"logicalType\":\"confidence\"}}]}},\"default\":[]},{\"name\":\"model\",\"doc\":\"Name of the model that found it.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}}]}}},{\"name\":\"subjectBox\",\"doc\":\"The subject's index in `boxes`.\",\"type\":{\"type\":\"int\",\"logicalType\":\"count\"}},{\"name\":\"models\",\"doc\":\"Every model that the decision used so far; the first 64.\",\"type\":{\"type\":\"array\",\"maxItems\":64,\"items\":{\"type\":\"record\",\"name\":\"ModelReference\",\"doc\":\"The model that gave a result.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"model\",\"doc\":\"Name of the model.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"version\",\"doc\":\"Version of the model.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"sha256\",\"doc\":\"SHA-256 of the model's file, 64 hex digits.\",\"type\":{\"type\":\"string\",\"logicalType\":\"sha256\"}}]}}},{\"name\":\"controlOffset\",\"doc\":\"Offset in `control` of the configuration in force when the violation opened.\",\"type\":{\"type\":\"long\",\"logicalType\":\"long-count\"}}]}",
  Zone: "{\"type\":\"record\",\"name\":\"Zone\",\"doc\":\"A polygon on a camera's picture.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"zoneId\",\"doc\":\"Id.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"cameraId\",\"doc\":\"Camera of the zone.\",\"type\":{\"type\":\"string\",\"logicalType\":\"id\"}},{\"name\":\"name\",\"doc\":\"Name, e.g. Ingredients.\",\"type\":{\"type\":\"string\",\"logicalType\":\"name\"}},{\"name\":\"polygon\",\"doc\":\"At least 3 corners in relative coordinates.\",\"type\":{\"type\":\"array\",\"maxItems\":64,\"items\":{\"type\":\"record\",\"name\":\"Point\",\"doc\":\"A point of a camera's picture in relative coordinates, origin top left.\",\"namespace\":\"sightline\",\"fields\":[{\"name\":\"x\",\"doc\":\"0 (left edge) to 1 (right edge).\",\"type\":{\"type\":\"double\",\"logicalType\":\"share\"}},{\"name\":\"y\",\"doc\":\"0 (top edge) to 1 (bottom edge).\",\"type\":{\"type\":\"double\",\"logicalType\":\"share\"}}]}}}]}",
} as const;
