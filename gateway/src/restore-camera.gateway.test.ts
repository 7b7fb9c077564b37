import { type CameraStatus, topics } from '@sightline/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningGateway, runGateway, until } from './testing/running-gateway.ts';

let gateway: RunningGateway;

beforeAll(async () => {
  gateway = await runGateway();
});

afterAll(() => gateway.close());

interface Notices {
  readonly fileNotices: readonly {
    readonly fileName: string;
    readonly message: string;
    readonly unreadable: boolean;
    readonly removedCameraId: string | null;
  }[];
}

const notices = async (login: string): Promise<Notices['fileNotices']> =>
  (await gateway.ask<Notices>('{ fileNotices { fileName message unreadable removedCameraId } }', {}, login))
    .fileNotices;

const notice = (fileName: string, sameAs: string | null): CameraStatus => ({
  ...{ cameraId: `videos:main/${fileName}`, storeId: 'store-2', state: sameAs === null ? 'broken' : 'ended' },
  ...{ epoch: 0, atMs: 1, lastCapturedAtMs: 0, lastSequence: -1, fps: 0, framesPublished: 0, drops: {}, attempts: 0 },
  ...{ connections: 0, stream: null, message: `${fileName} is no camera`, fileName, sameAs, fileSha256: null },
});

async function restore(cameraId: string, login: string): Promise<object> {
  const query = `mutation ($cameraId: ID!) { result: restoreCamera(cameraId: $cameraId) {
    __typename ... on Camera { cameraId rules { violationType zoneId } zones { zoneId } } ... on Invalid { field message } } }`;
  return (await gateway.ask<{ result: object }>(query, { cameraId }, login)).result;
}

test('files that are no camera are listed for those who see their store; a removed camera comes back when asked', async () => {
  const producer = await gateway.cell.log.producer();
  const told = [notice('copy.mp4', 'cam-1'), notice('gone.mp4', 'cam-2'), notice('bad.mp4', null)];
  await producer.send(told.map(status => gateway.cell.outgoing(topics.cameraStatus, status.cameraId, status)));
  await producer.close();
  await until(async () => (await notices('admin')).length === 3);
  expect((await notices('admin')).map(({ removedCameraId }) => removedCameraId)).toEqual([null, null, null]);
  expect(await notices('berlin')).toEqual([]);

  const { camera } = await gateway.ask<{ camera: { version: number } }>('{ camera(id: "cam-2") { version } }');
  const input = { cameraId: 'cam-2', expectedVersion: camera.version };
  const remove = 'mutation ($input: RemoveCameraInput!) { removeCamera(input: $input) { __typename } }';
  await gateway.ask(remove, { input });
  const seen = await notices('admin');
  expect(seen.toSorted((a, b) => a.fileName.localeCompare(b.fileName))).toEqual([
    { fileName: 'bad.mp4', message: 'bad.mp4 is no camera', unreadable: true, removedCameraId: null },
    { fileName: 'copy.mp4', message: 'copy.mp4 is no camera', unreadable: false, removedCameraId: null },
    { fileName: 'gone.mp4', message: 'gone.mp4 is no camera', unreadable: false, removedCameraId: 'cam-2' },
  ]);

  const unknown = { __typename: 'Invalid', field: 'cameraId', message: 'there is no removed camera cam-2' };
  expect(await restore('cam-2', 'berlin')).toEqual(unknown); // it is of another store
  expect(await restore('cam-2', 'admin')).toEqual({
    ...{ __typename: 'Camera', cameraId: 'cam-2', zones: [] },
    rules: [{ violationType: 'hand_no_scooper', zoneId: null }],
  });
  expect(await restore('cam-2', 'admin')).toEqual(unknown);
  expect((await notices('admin')).every(({ removedCameraId }) => removedCameraId === null)).toBe(true);
});
