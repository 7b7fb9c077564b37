import { setTimeout as sleep } from 'node:timers/promises';
import { type Camera, type CameraStatus, type Frame, topics, type VideoHeader, WEBCAM_URL } from '@sightline/schemas';
import type { CameraConfiguration } from '@sightline/schemas/control';
import type { Registry } from 'prom-client';
import { type CameraLogin, type ControlLog, withLogin } from '../control/index.ts';
import type { Assignment, GroupMember, OutgoingRecord } from '../log/index.ts';
import type { Cell, HealthReport, Logger } from '../process/index.ts';
import { CameraSession, type PlayFrom } from './camera-session.ts';
import { DecoderPool, type Playing, type PlayListener } from './decoder-pool.ts';
import { HeldStatuses } from './held-statuses.ts';
import { inForce } from './in-force.ts';
import { IngestMetrics } from './ingest-metrics.ts';
import type { LiveVideos } from './live-videos.ts';
import { Publisher } from './publisher.ts';
import { SourceAddressError, type SourceFolders, sourceUrl } from './source-path.ts';
import { isRead, type StatusLog } from './status-log.ts';
import { Takeover } from './takeover.ts';
import { type Readable, videoFileOf } from './video-file.ts';
import type { WebcamPictures } from './webcam-pictures.ts';

/** The machine's wall clock. Ingest is the only part whose time does not come from records. */
export const now = (): number => Date.now();

const TICK_MS = 200;
/** All cameras are checked this often, even without news: a status may arrive late. */
const LOOK_AT_ALL_MS = 5_000;
/** Above this many bytes waiting for Kafka, decoders are paused: live pictures are left out and files wait. */
const PAUSE_ABOVE_BYTES = 16 * 1024 * 1024;
const RESUME_BELOW_BYTES = 4 * 1024 * 1024;
/** A camera's time this far in front of the machine's clock is said in health. */
const AHEAD_SAID_MS = 2_000;
const FLUSH_WITHIN_MS = 1_500;
const NO_HOPE_MS = 100;
const LEAVE_WITHIN_MS = 1_000;

export interface IngestOptions {
  readonly cell: Cell;
  readonly control: ControlLog;
  readonly statuses: StatusLog;
  readonly logger: Logger;
  readonly site: string;
  readonly folders: SourceFolders;
  readonly camerasPerDecoder: number;
  readonly motionGate: boolean;
  readonly fileSpeed: number;
  readonly webcams: WebcamPictures;
  readonly videos: LiveVideos;
  readonly instanceId?: string | undefined;
  /** The login of a camera's stream; undefined: it needs none. Throws when it cannot be read, with what to do. */
  loginOf(camera: Camera): CameraLogin | undefined;
  /** May this recording in the videos folder be read now? */
  readable(fileName: string, sha256: string | null): Readable;
  fail(error: unknown): void;
}

/** Runs the cameras of one site that hash to the partitions assigned to this process. */
export class Ingest {
  readonly #options: IngestOptions;
  /** So much waits to be acknowledged that nothing more is read. */
  #congested = false;
  readonly #sessions = new Map<string, CameraSession>();
  readonly #takeover: Takeover;
  readonly #pool: DecoderPool;
  readonly #publisher: Publisher;
  readonly #heldStatuses: HeldStatuses;
  readonly #metrics = new IngestMetrics(() => [...this.#sessions.values()].map(({ status }) => status));
  /** Cameras whose end this process wrote; their status may not have been read back yet. */
  readonly #ended = new Set<string>();
  /** Cameras to check: their configuration changed or will change, or they wait for something. */
  readonly #open = new Set<string>();
  /** By the steady clock. */
  #lookAtAllMs = 0;
  #ready: ReadonlySet<number> = new Set();
  #member: GroupMember | undefined;
  #assignments = 0;
  #ticking: NodeJS.Timeout | undefined;

  constructor(options: IngestOptions) {
    this.#options = options;
    this.#takeover = new Takeover(options.cell, options.statuses);
    this.#pool = new DecoderPool(options.camerasPerDecoder, Object.values(options.folders));
    this.#publisher = new Publisher(options.cell.log, () => this.#regulate());
    this.#heldStatuses = new HeldStatuses((cameraId, status) =>
      this.#publisher.enqueue(options.cell.outgoing(topics.cameraStatus, cameraId, status)),
    );
  }

  async start(): Promise<void> {
    const { cell, control, site, instanceId } = this.#options;
    this.#ticking = setInterval(() => this.#tick(), TICK_MS);
    control.onChange(changed => {
      for (const cameraId of changed) this.#open.add(cameraId);
      this.#tick();
    });
    this.#member = await cell.log.join({
      groupId: cell.groupId(`ingest-${site}`),
      topics: [cell.name(topics.frames)],
      ...(instanceId !== undefined && { instanceId }),
      onAssigned: assignment => void this.#assigned(assignment).catch(error => this.#options.fail(error)),
      onFatal: error => this.#options.fail(error),
    });
  }

  async #assigned(assignment: Assignment): Promise<void> {
    const mine = new Set(assignment.partitions.map(({ partition }) => partition));
    const turn = ++this.#assignments;
    const gained = [...mine].filter(partition => !this.#ready.has(partition));
    this.#ready = new Set([...this.#ready].filter(partition => mine.has(partition)));
    for (const [cameraId, session] of this.#sessions) {
      if (mine.has(this.#partitionOf(cameraId))) continue;
      session.release();
      this.#sessions.delete(cameraId);
      this.#takeover.forget(cameraId);
    }
    this.#options.logger.info({ partitions: [...mine] }, 'assigned');
    await this.#takeover.learn(gained);
    if (turn !== this.#assignments) return; // a newer assignment decides
    this.#ready = mine;
    this.#lookAtAllMs = 0;
    this.#tick();
  }

  #partitionOf(cameraId: string): number {
    return this.#options.cell.partitionOf(topics.frames, cameraId);
  }

  #tick(): void {
    this.#reconcile(now());
    for (const session of this.#sessions.values()) {
      session.tick();
      session.watchVideo(this.#options.videos.watches(session.camera.cameraId));
    }
  }

  /**
   * Starts and stops sessions so that they match the configuration in force. It checks only cameras that run here or
   * had news, so its cost does not grow with the cell.
   */
  #reconcile(nowMs: number): void {
    if (performance.now() >= this.#lookAtAllMs) this.#openAll();
    for (const cameraId of new Set([...this.#open, ...this.#sessions.keys()])) {
      const isOurs = this.#ready.has(this.#partitionOf(cameraId));
      const waits = isOurs && this.#settle(cameraId, nowMs);
      if (waits) this.#open.add(cameraId);
      else this.#open.delete(cameraId);
    }
  }

  #openAll(): void {
    this.#lookAtAllMs = performance.now() + LOOK_AT_ALL_MS;
    for (const { cameraId } of this.#options.control.fold.all('camera')) this.#open.add(cameraId);
    for (const { cameraId } of this.#options.statuses.all()) this.#open.add(cameraId);
  }

  /** Brings one camera to the configuration in force; true: check it again soon. */
  #settle(cameraId: string, nowMs: number): boolean {
    const { configuration, willChange } = inForce(this.#options.control.fold, cameraId, nowMs);
    const wanted = this.#wanted(configuration);
    const session = this.#sessions.get(cameraId);
    let waits = false;
    if (wanted === undefined) this.#stop(cameraId, session);
    else if (session === undefined) waits = !this.#start(wanted);
    else if (!sameSource(session.camera, wanted) || (!session.over && this.#readable(wanted) === 'later')) {
      session.release();
      this.#takeover.note(cameraId, session.position);
      this.#sessions.delete(cameraId);
      waits = !this.#start(wanted);
    }
    return waits || willChange;
  }

  /** The camera as configured; undefined when it must not run. */
  #wanted(configuration: CameraConfiguration | undefined): Camera | undefined {
    const camera = configuration?.camera;
    if (camera?.site !== this.#options.site || !camera.active || camera.source === 'unknown') return undefined;
    return configuration?.store?.subscriptionActive ? camera : undefined;
  }

  #readable(camera: Camera): Readable {
    const fileName = camera.source === 'file' ? videoFileOf(camera) : undefined;
    return fileName === undefined ? 'yes' : this.#options.readable(fileName, camera.fileSha256);
  }

  /** False: it cannot start yet. */
  #start(camera: Camera): boolean {
    const status = this.#options.statuses.get(camera.cameraId);
    if (camera.source === 'file' && status !== undefined && isRead(status, camera)) return true;
    if (this.#readable(camera) === 'later') return false; // the watcher is looking at it
    const session = this.#session(camera);
    this.#sessions.set(camera.cameraId, session);
    this.#ended.delete(camera.cameraId);
    this.#options.logger.info({ cameraId: camera.cameraId, source: camera.source }, 'camera started');
    return true;
  }

  #session(camera: Camera): CameraSession {
    const isCongested = (): boolean => this.#congested;
    const outlets = {
      get congested() {
        return isCongested();
      },
      publish: (frame: Frame, onAcked: () => void) => this.#publish(frame, onAcked),
      status: (status: CameraStatus) => this.publishStatus(status.cameraId, status),
      video: (header: VideoHeader, bytes?: Buffer) => this.#options.videos.publish(header, bytes),
      play: (from: PlayFrom, listener: PlayListener) => this.#play(camera, from, listener),
    };
    return new CameraSession(camera, this.#takeover.positionOf(camera.cameraId, now()), outlets, now, () =>
      performance.now(),
    );
  }

  #publish(frame: Frame, onAcked: () => void): void {
    const { hops } = this.#metrics;
    const isLive = frame.source === 'live' && frame.jpeg !== null;
    if (isLive) hops.took('decode', now() - frame.capturedAtMs);
    const queuedAtMs = performance.now();
    this.#publisher.enqueue(this.#outgoing(frame), () => {
      if (isLive) hops.took('publish', performance.now() - queuedAtMs);
      onAcked();
    });
  }

  /** A picture that the log refuses for its size is left out of its record: inference then skips it as undecodable. */
  #outgoing(frame: Frame): OutgoingRecord {
    const send = (value: Frame): OutgoingRecord => this.#options.cell.outgoing(topics.frames, frame.cameraId, value);
    return {
      ...send(frame),
      get ifTooLarge() {
        return send({ ...frame, sha256: null, jpeg: null });
      },
    };
  }

  #play(camera: Camera, from: PlayFrom, listener: PlayListener): Playing {
    const { folders, motionGate, fileSpeed, webcams } = this.#options;
    if (camera.source === 'live' && camera.url === WEBCAM_URL) return webcams.play(camera, listener);
    try {
      const login = this.#options.loginOf(camera);
      const address = sourceUrl(camera, folders);
      const url = login === undefined ? address : withLogin(address, login);
      if (this.#readable(camera) === 'lost')
        throw new SourceAddressError('its file holds another recording now, or none: put the right file back');
      const { cameraId, source, maxFps } = camera;
      const speed = source === 'file' ? fileSpeed : 1;
      const { silentMs } = from;
      const after = { afterFrame: from.frame, afterMediaTimeMs: from.mediaTimeMs };
      return this.#pool.play({ cameraId, source, url, maxFps, speed, motionGate, silentMs, ...after }, listener);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      setImmediate(() => listener.onFailed(message, false));
      return { answers: true, watchVideo: () => {}, stop: () => {} };
    }
  }

  /** The camera must not run any more. Writes its last record, even when another process ran it and crashed first. */
  #stop(cameraId: string, session: CameraSession | undefined): void {
    if (session !== undefined) {
      session.end();
      this.#takeover.note(cameraId, session.position);
      this.#sessions.delete(cameraId);
      this.#ended.add(cameraId);
      this.#options.logger.info({ cameraId }, 'camera stopped');
      return;
    }
    const status = this.#options.statuses.get(cameraId);
    if (status === undefined || isOver(status) || this.#ended.has(cameraId)) return;
    const camera = this.#lastKnown(cameraId);
    if (camera?.site !== this.#options.site) return;
    this.#ended.add(cameraId);
    this.#session(camera).end();
  }

  #lastKnown(cameraId: string): Camera | undefined {
    const { fold } = this.#options.control;
    return fold.lastKnown('camera', cameraId)?.value;
  }

  /** Queues a status of a file that is no camera; null removes it. */
  publishStatus(cameraId: string, status: CameraStatus | null): void {
    this.#heldStatuses.put(cameraId, status, this.#congested);
  }

  #regulate(): void {
    const was = this.#congested;
    if (this.#publisher.queuedBytes > PAUSE_ABOVE_BYTES) this.#congested = true;
    else if (this.#publisher.queuedBytes < RESUME_BELOW_BYTES) this.#congested = false;
    this.#pool.paused = this.#congested;
    this.#options.webcams.paused = this.#congested;
    if (was && !this.#congested) this.#heldStatuses.release();
  }

  get metrics(): Registry {
    return this.#metrics.registry;
  }

  /** Its reason names and counts no camera, since all who may sign in read it; the details do. */
  report(): HealthReport {
    const cameras = [...this.#sessions.values()].map(session => ({
      cameraId: session.camera.cameraId,
      state: session.state,
      fps: session.fps,
      ...(session.aheadMs > 0 && { aheadOfClockMs: session.aheadMs }),
      ...(session.message !== null && { message: session.message }),
    }));
    const { trouble, queuedBytes, acknowledged } = this.#publisher;
    const troubled = cameras.filter(({ state }) => state === 'down' || state === 'broken');
    const aheadMs = Math.max(0, ...[...this.#sessions.values()].map(session => session.aheadMs));
    const reason =
      trouble ??
      (troubled.length > 0 ? 'some cameras are without pictures: their tiles say why' : undefined) ??
      (aheadMs > AHEAD_SAID_MS ? clockSetBack(aheadMs) : undefined);
    return {
      status: reason === undefined ? 'healthy' : 'degraded',
      details: {
        ...(reason !== undefined && { reason }),
        partitions: [...this.#ready],
        recordsAcknowledged: acknowledged,
        queuedBytes,
        ...this.#pool.figures(),
        decodersRunAs: this.#pool.rights,
        cameras,
      },
    };
  }

  async stop(): Promise<void> {
    clearInterval(this.#ticking);
    for (const session of this.#sessions.values()) session.release();
    this.#pool.close();
    await this.#publisher.close(this.#publisher.trouble === undefined ? FLUSH_WITHIN_MS : NO_HOPE_MS);
    await Promise.race([this.#member?.leave().catch(() => {}), sleep(LEAVE_WITHIN_MS, undefined, { ref: false })]);
  }
}

const isOver = (status: CameraStatus): boolean => status.state === 'ended';

const sameSource = (a: Camera, b: Camera): boolean =>
  (['source', 'url', 'loginId', 'maxFps', 'storeId', 'fileSha256', 'fileEpoch', 'fileStartedAtMs'] as const).every(
    field => a[field] === b[field],
  );

const clockSetBack = (aheadMs: number): string =>
  `the clock of this machine was set back: times of its cameras are ${Math.round(aheadMs / 1_000)} s in front of it; set the clock right`;
