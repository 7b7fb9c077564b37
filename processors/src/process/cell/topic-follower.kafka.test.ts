import { type ConfigSwitch, topics } from '@sightline/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cell } from './cell.ts';
import { testCell } from './test-cell.ts';

let cell: Cell;
beforeAll(async () => {
  cell = await testCell([topics.configSwitches], undefined, 1);
});
afterAll(() => cell.close());

test('records of keys that are not wanted are not decoded, and the follower goes on behind them', async () => {
  const switched = (cameraId: string): ConfigSwitch => ({ cameraId, controlOffset: 1, partition: 0, nextOffset: 1 });
  const garbage = { ...cell.outgoing(topics.configSwitches, 'other', null), value: Buffer.from('no Avro') };
  const producer = await cell.log.producer();
  await producer.send([
    cell.outgoing(topics.configSwitches, 'other', switched('other')),
    garbage,
    cell.outgoing(topics.configSwitches, 'wanted', switched('wanted')),
  ]);
  const handled: string[] = [];
  const follower = cell.follow(topics.configSwitches, {
    from: 'earliest',
    wants: key => key === 'wanted',
    handle: ({ value }) => handled.push(value.cameraId),
  });
  await follower.caughtUp();
  expect(handled).toEqual(['wanted']);
  expect(cell.health().passedOver).toEqual({});
  await follower.close();
});
