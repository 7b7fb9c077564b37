import type {
  Box,
  CameraRun,
  ControlRecord,
  Detection,
  ModelResult,
  Outcome,
  Rule,
  Violation,
  Zone,
} from '@sightline/schemas';
import { derivedId } from '@sightline/schemas';
import { type Change, ControlFold, encodeChange } from '@sightline/schemas/control';
import { handNoScooper } from '@sightline/schemas/rules';
import { type Judgement, judge } from './judge.ts';

/** Content of one picture: names of `PLACES`, or an outcome without a picture. */
export type Sight = readonly Place[] | Exclude<Outcome, 'detected'>;

const at = (className: string, x1Px: number, y1Px: number, sizePx = 60): Box => ({
  className,
  confidence: 0.875,
  x1Px,
  y1Px,
  x2Px: x1Px + sizePx,
  y2Px: y1Px + sizePx,
});

const PLACES = {
  pizza: at('pizza', 260, 140, 160),
  hand: at('hand', 300, 180),
  otherHand: at('hand', 370, 250),
  handAside: at('hand', 20, 280),
  scooper: at('scooper', 310, 190),
  person: at('person', 300, 100, 120),
  otherPerson: at('person', 420, 100, 120),
  personAside: at('person', 20, 100, 120),
} as const;
export type Place = keyof typeof PLACES;

/** The scripted camera's zone: the middle of a picture of 640x360. */
export const zone: Zone = {
  zoneId: 'c1-z1',
  cameraId: 'c1',
  name: 'Ingredients',
  polygon: [
    { x: 0.3, y: 0.3 },
    { x: 0.8, y: 0.3 },
    { x: 0.8, y: 0.95 },
    { x: 0.3, y: 0.95 },
  ],
};
export const rule: Rule = handNoScooper('c1', 'c1-z1');

/** One change of the control log, in force from a camera time on. Default camera: c1. */
export function change(
  kind: 'zone' | 'rule' | 'camera' | 'store',
  changes: object,
  effectiveAtMs = 0,
  cameraId = 'c1',
): ControlRecord {
  const value = { ...{ zone, rule, camera, store }[kind], ...changes };
  const id = { zone: 'c1-z1', rule: rule.ruleId, camera: 'c1', store: 's1' }[kind];
  const commandId = derivedId(kind, JSON.stringify(value), effectiveAtMs);
  const [of]: readonly Change[] = JSON.parse(JSON.stringify([{ kind, id, value }]).replaceAll('c1', cameraId));
  if (of === undefined) throw new Error('one change in, one change out');
  return {
    ...{ commandId, actor: 'script', atMs: 0, effectiveAtMs, changeSetIndex: 0, changeSetSize: 1, expects: [] },
    ...{ entityKind: kind, entityId: of.id, value: encodeChange(of) },
  };
}

const store = {
  storeId: 's1',
  name: 'Alexanderplatz',
  city: 'Berlin',
  region: 'East',
  timeZone: 'Europe/Berlin',
  openingHours: [],
  subscriptionActive: true,
  plan: null,
  demo: false,
};
const camera = {
  cameraId: 'c1',
  storeId: 's1',
  name: 'Make line',
  site: 'main',
  source: 'live' as const,
  url: 'rtsp://127.0.0.1/1',
  maxFps: 5,
  active: true,
  fileSha256: null,
  fileBytes: null,
  fileEpoch: null,
  fileStartedAtMs: null,
  loginId: null,
  onvifUrl: null,
  plan: null,
  demo: false,
};

/** Store, camera, zone and the kitchen rule, all in one change set. */
export const seed = (cameraId = 'c1'): readonly ControlRecord[] =>
  (['store', 'camera', 'zone', 'rule'] as const).map((kind, changeSetIndex) => ({
    ...change(kind, {}, 0, cameraId),
    commandId: `seed-${cameraId}`,
    changeSetIndex,
    changeSetSize: 4,
  }));

/** The seed, then `changes`. */
export function control(...changes: readonly ControlRecord[]): ControlFold {
  const fold = new ControlFold();
  for (const [offset, record] of [...seed(), ...changes].entries()) fold.apply(record, { offset, timestampMs: offset });
  return fold;
}

/** A detection record as inference writes it. */
export function detection(sequence: number, capturedAtMs: number, sight: Sight, epoch = 1): Detection {
  const outcome = typeof sight === 'string' ? sight : 'detected';
  const boxes = typeof sight === 'string' ? [] : boxesAt(...sight);
  return {
    cameraId: 'c1',
    epoch,
    sequence,
    source: 'live',
    capturedAtMs,
    mediaTimeMs: null,
    widthPx: 640,
    heightPx: 360,
    outcome,
    skipReason: outcome === 'skipped' ? 'newer' : null,
    frame: outcome === 'detected' ? { topic: 'frames', partition: 0, offset: sequence, sha256: 'f'.repeat(64) } : null,
    results: outcome === 'detected' ? [result('scripted', ['hand', 'pizza', 'scooper', 'person'], boxes)] : [],
  };
}

/** A result of a model that looks for these classes. */
export const result = (model: string, classes: readonly string[], boxes: readonly Box[]): ModelResult => ({
  ...{ model, version: '1', sha256: 'a'.repeat(64), of: [], everyMs: 0 },
  payload: { kind: 'boxes', classes, boxes },
});

/** Boxes of these places. */
export const boxesAt = (...names: readonly Place[]): readonly Box[] => names.map(name => PLACES[name]);

/** One camera, judged record by record. */
export class ScriptedCamera {
  readonly #fold: ControlFold;
  readonly judgements: Judgement[] = [];
  run: CameraRun | undefined;

  constructor(fold: ControlFold = control()) {
    this.#fold = fold;
  }

  /** Judges one record. Its offset is the number of records before it. `writtenAtMs`: when the log stored it. */
  take(record: Detection, writtenAtMs = record.capturedAtMs): Judgement {
    const place = { topic: 'detections', partition: 0, offset: this.judgements.length };
    const judgement = judge(this.run, record, { place, writtenAtMs }, this.#fold);
    this.judgements.push(judgement);
    this.run = judgement.run;
    return judgement;
  }

  /** Judges the next record, `periodMs` after the last, with the results of any models. */
  look(results: readonly ModelResult[], { periodMs = 200 } = {}): Judgement {
    const sequence = (this.run?.sequence ?? -1) + 1;
    const timeMs = this.run === undefined ? 1000 : this.run.capturedAtMs + periodMs;
    return this.take({ ...detection(sequence, timeMs, []), results });
  }

  /** Judges these sights in turn, by default 200 ms apart, after the last record. */
  see(sights: readonly Sight[], { periodMs = 200, epoch = 1 } = {}): this {
    for (const sight of sights) {
      const timeMs = this.run === undefined ? 1000 : this.run.capturedAtMs + periodMs;
      const sequence = this.run?.epoch === epoch ? this.run.sequence + 1 : 0;
      this.take(detection(sequence, timeMs, sight, epoch));
    }
    return this;
  }

  get violations(): readonly Violation[] {
    return this.judgements.flatMap(judgement => judgement.violations);
  }

  /** State, revision and camera time of the last breach of each violation record: `opened 1 @1600`. */
  get told(): readonly string[] {
    return this.violations.map(
      ({ state, revision, lastSeenAtMs, closeReason }) =>
        `${state} ${revision} @${lastSeenAtMs}${closeReason === null ? '' : ` ${closeReason}`}`,
    );
  }
}

/** The same sight `count` times. */
export const times = (count: number, sight: Sight): readonly Sight[] => Array<Sight>(count).fill(sight);
