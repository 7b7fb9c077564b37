import type { Camera, Store } from '@sightline/schemas';
import { handNoScooper } from '@sightline/schemas/rules';
import type { Change } from '../../control/index.ts';
import { videosUrl } from '../video-file.ts';
import type { Decision, Recording } from './decide.ts';

export const VIDEOS_STORE = 'videos';

const store: Store = {
  storeId: VIDEOS_STORE,
  name: 'Videos',
  city: '',
  region: '',
  timeZone: 'UTC',
  openingHours: [],
  subscriptionActive: true,
  plan: null,
  demo: false,
};

export interface Start {
  readonly epoch: number;
  /** Camera time of the first frame, in ms since 1970. */
  readonly startedAtMs: number;
  readonly site: string;
  readonly maxFps: number;
}

/** The one change set that takes a recording up; empty when nothing must change. */
export function changesFor(
  decision: Decision,
  recording: Recording,
  start: Start,
  storeExists: boolean,
): readonly Change[] {
  const { fileName, sha256, sizeBytes } = recording;
  const content = { fileSha256: sha256, fileBytes: sizeBytes };
  const file = {
    url: videosUrl(fileName),
    ...content,
    fileEpoch: start.epoch,
    fileStartedAtMs: start.startedAtMs,
  };
  if (decision.kind === 'renew') return [cameraChange({ ...decision.camera, ...file })];
  if (decision.kind === 'grow') return [cameraChange({ ...decision.camera, ...content })];
  if (decision.kind === 'move') return [cameraChange({ ...decision.camera, url: file.url })];
  if (decision.kind !== 'create') return [];
  const { cameraId, name } = decision;
  const common = { storeId: VIDEOS_STORE, site: start.site, source: 'file' as const, maxFps: start.maxFps };
  const rule = handNoScooper(cameraId, null); // the whole picture, until a person draws a zone
  return [
    ...(storeExists ? [] : [{ kind: 'store' as const, id: VIDEOS_STORE, value: store }]),
    cameraChange({
      cameraId,
      name,
      ...common,
      active: true,
      ...file,
      loginId: null,
      onvifUrl: null,
      plan: null,
      demo: false,
    }),
    { kind: 'rule', id: rule.ruleId, value: rule },
  ];
}

const cameraChange = (camera: Camera): Change => ({ kind: 'camera', id: camera.cameraId, value: camera });
