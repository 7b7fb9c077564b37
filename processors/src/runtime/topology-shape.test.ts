import { type Serde, topic } from '@sightline/schemas/topic';
import { expect, test } from 'vitest';
import { MemoryLog } from '../log/memory/memory-log.ts';
import { keyValueStore } from './store/key-value-store.ts';
import { countingInput, countingOutput, countingTopology } from './testing/counting.ts';
import { Topology } from './topology.ts';
import { admitTopology } from './topology-record.ts';
import { compareShapes, shapeOf } from './topology-shape.ts';

const text: Serde<string> = { name: 'utf8', serialize: v => Buffer.from(v), deserialize: b => b.toString() };
const json: Serde<string> = { ...text, name: 'json' };
const passing = () => ({ process() {} });

function counting(storeName: string, value: Serde<string> = text, logged = true): Topology {
  return new Topology()
    .addStateStore(keyValueStore(storeName, text, value, { logged }))
    .addSource('in', countingInput)
    .addProcessor('count', passing, ['in'], [storeName])
    .addSink('out', countingOutput, ['count']);
}
const shape = (topology: Topology, partitions = 4) => shapeOf(topology, () => partitions);
const broken = (before: Topology, after: Topology, partitions?: number) =>
  compareShapes(shape(before), shape(after, partitions))
    .filter(c => c.isBreaking)
    .map(c => c.what);

test('a renamed state store, another serde, a lost changelog, another partition count each break a deploy', () => {
  expect(broken(counting('counts'), counting('tallies'))).toEqual(['state store counts is gone (renamed to tallies?)']);
  expect(broken(counting('counts'), counting('counts', json))).toEqual(['state store counts: value was utf8, is json']);
  expect(broken(counting('counts'), counting('counts', text, false))).toEqual([
    'state store counts has no changelog any more',
  ]);
  expect(broken(counting('counts'), counting('counts'), 8)).toEqual(['state store counts: partitions was 4, is 8']);
});

test('a removed repartition topic, and a source that changes its subtopology, break a deploy', () => {
  const side = topic('side', { key: text, value: text, cleanup: 'delete', retention: { timeMs: -1 } });
  const between = topic('by-store-repartition', {
    key: text,
    value: text,
    cleanup: 'delete',
    retention: { timeMs: -1 },
  });
  const after = new Topology().addSource('first', side).addProcessor('p', passing, ['first']);
  const before = new Topology().addRepartitionTopic(between).addSource('x', between).addProcessor('p', passing, ['x']);
  expect(broken(before, after)[0]).toMatch(/^repartition topic by-store-repartition is gone/);
  const moved = counting('counts');
  const shifted = new Topology().addSource('first', side).addProcessor('p', passing, ['first']);
  shifted.addStateStore(keyValueStore('counts', text, text)).addSource('in', countingInput);
  shifted.addProcessor('count', passing, ['in'], ['counts']).addSink('out', countingOutput, ['count']);
  expect(broken(moved, shifted)).toEqual(['counting-in was read by subtopology 0, is by 1']);
});

test('additions break nothing', () => {
  const wider = counting('counts').addStateStore(keyValueStore('more', text, text));
  wider.addProcessor('again', passing, ['in'], ['more']);
  expect(broken(counting('counts'), wider)).toEqual([]);
});

test('an application remembers the topology it ran with and refuses one that does not fit, until it is accepted', async () => {
  const log = new MemoryLog().client();
  const admit = (topology: Topology, accept = false) => admitTopology(log, 'app', shape(topology), { accept });
  expect(await admit(counting('counts'))).toEqual([]);
  await expect(admit(counting('tallies'))).rejects.toMatchObject({
    code: 'TOPOLOGY_INCOMPATIBLE',
    message:
      /state store counts is gone .*: keep its name, or give up its state[\s\S]*delete its group app and the topics app-\*/,
  });
  expect(await admit(counting('tallies'), true)).toHaveLength(2);
  expect(await admit(counting('tallies'))).toEqual([]);
  expect(await admitTopology(log, 'other', shape(countingTopology()), { accept: false })).toEqual([]);
});
