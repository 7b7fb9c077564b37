import type { Camera, Store } from '@sightline/schemas';
import type { Change, ControlLog } from '../../control/index.ts';
import { openControl } from '../../control/index.ts';
import { type Cell, createLogger } from '../../process/index.ts';
import { Ingest, type IngestOptions, now } from '../ingest.ts';
import { LiveVideos } from '../live-videos.ts';
import type { SourceFolders } from '../source-path.ts';
import { StatusLog } from '../status-log.ts';
import type { Readable } from '../video-file.ts';
import { VideosWatcher } from '../videos/watcher.ts';
import { WebcamPictures } from '../webcam-pictures.ts';

const unexpected = (error: unknown): void => {
  throw error;
};

export interface TestIngest {
  readonly control: ControlLog;
  readonly statuses: StatusLog;
  readonly ingest: Ingest;
  stop(): Promise<void>;
}

/** Ingest with its watcher, connected as in `main.ts`, inside the test's process. */
export async function startIngest(
  cell: Cell,
  folders: SourceFolders,
  fileSpeed = 1,
  loginOf: IngestOptions['loginOf'] = () => undefined,
): Promise<TestIngest> {
  const logger = createLogger('ingest', 'fatal');
  const control = await openControl(cell, unexpected);
  const statuses = await StatusLog.open(cell);
  const options = { camerasPerDecoder: 4, motionGate: true, fileSpeed, site: 'main' };
  const stopping = new AbortController();
  const watcher: VideosWatcher = new VideosWatcher({
    folder: folders.videos,
    site: 'main',
    maxFps: 5,
    control,
    statuses,
    logger,
    signal: stopping.signal,
    now,
    publish: (cameraId, status) => ingest.publishStatus(cameraId, status),
  });
  const readable = (fileName: string, sha256: string | null): Readable => watcher.readable(fileName, sha256);
  const webcams = new WebcamPictures(process.env.TEST_REDIS_URL ?? '', cell.prefix, now);
  const videos = new LiveVideos(process.env.TEST_REDIS_URL ?? '', cell.prefix, logger, now);
  const ingest = new Ingest({
    cell,
    control,
    statuses,
    logger,
    folders,
    ...options,
    readable,
    fail: unexpected,
    webcams,
    videos,
    loginOf,
  });
  await ingest.start();
  const watching = watcher.run();
  return {
    control,
    statuses,
    ingest,
    async stop() {
      stopping.abort();
      await watching;
      await ingest.stop();
      webcams.close();
      videos.close();
      await statuses.close();
      await control.close();
    },
  };
}

export const testStore: Store = {
  storeId: 's1',
  name: 'Mitte',
  city: 'Berlin',
  region: '',
  timeZone: 'Europe/Berlin',
  openingHours: [],
  subscriptionActive: true,
  plan: null,
  demo: false,
};

export const testCamera = (cameraId: string, change: Partial<Camera>): Camera => ({
  cameraId,
  storeId: testStore.storeId,
  name: cameraId,
  site: 'main',
  source: 'loop',
  url: '',
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
  ...change,
});

export const setCamera = (camera: Camera): Change => ({ kind: 'camera', id: camera.cameraId, value: camera });
