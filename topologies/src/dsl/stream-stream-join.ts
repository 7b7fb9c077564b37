import { type Topology, type WindowStoreBuilder, windowStore } from '@sightline/processors/runtime';
import type { Serde } from '@sightline/schemas/topic';
import { JoinBuffer } from './join-buffer.ts';
import { JoinSide, type SideParts } from './join-side.ts';
import { joinTimeStore } from './join-time.ts';
import type { JoinWindow } from './join-window.ts';
import type { Joiner, JoinKind, StreamParts } from './parts.ts';
import { copartition } from './repartition.ts';
import { needed } from './serdes.ts';
import { passing } from './stateless.ts';
import { waitingStore } from './waiting-records.ts';

/**
 * Both sides store their records in a window store and look up the other side's. On an outer side, a record without a
 * match waits in a store ordered by time, which both sides share. It is forwarded with null once its window and grace
 * are over (KAFKA-10847). Node and store names are Kafka Streams', after `name`.
 */
export function streamStreamJoin<K, VL, VR, VO>(
  kind: JoinKind,
  name: string,
  sides: { readonly left: StreamParts<K, VL>; readonly right: StreamParts<K, VR> },
  joiner: Joiner<K, never, never, VO>,
  window: JoinWindow,
  result: Serde<NonNullable<VO>> | undefined,
): StreamParts<K, VO> {
  const { left, right } = sides;
  const { topology } = left;
  copartition(topology, left.node, right.node);
  const passed = [...(left.passed ?? []), ...(right.passed ?? [])];
  if (kind !== 'inner') for (const repartition of passed) repartition.keepsNullKeys = true;

  const nodes = {
    left: `${name}-${kind === 'outer' ? 'outer-this' : 'this'}-join`,
    right: `${name}-${kind === 'inner' ? 'other' : 'outer-other'}-join`,
  };
  const key = needed(left.serdes.key ?? right.serdes.key, name, 'keys');
  const values = {
    left: needed(left.serdes.value, `${name} (left)`, 'values'),
    right: needed(right.serdes.value, `${name} (right)`, 'values'),
  };
  const buffers = {
    left: bufferStore(`${nodes.left}-store`, key, values.left, window),
    right: bufferStore(`${nodes.right}-store`, key, values.right, window),
  };
  addBuffer(topology, `${name}-this-windowed`, left.node, buffers.left);
  addBuffer(topology, `${name}-other-windowed`, right.node, buffers.right);

  const waiting = kind === 'inner' ? undefined : waitingStores(topology, `${name}-${kind}-shared-join`, key, values);
  const shared = { kind, window, key, values, waiting };
  const both = joiner as Joiner<K | null, unknown, unknown, VO>;
  const sideOf =
    <V, O>(side: SideParts<K, V, O, VO>) =>
    () =>
      new JoinSide(side);
  const stores = waiting === undefined ? [] : [waiting.records.name, waiting.time.name];
  topology.addProcessor(
    nodes.left,
    sideOf({ ...shared, isLeft: true, others: buffers.right, join: (own, other, k) => both(own, other, k) }),
    [`${name}-this-windowed`],
    [buffers.right.name, ...stores],
  );
  topology.addProcessor(
    nodes.right,
    sideOf({ ...shared, isLeft: false, others: buffers.left, join: (own, other, k) => both(other, own, k) }),
    [`${name}-other-windowed`],
    [buffers.left.name, ...stores],
  );
  topology.addProcessor(`${name}-merge`, passing, [nodes.left, nodes.right]);
  return { topology, node: `${name}-merge`, serdes: { key: key as Serde<NonNullable<K>>, value: result }, passed };
}

function bufferStore<K, V>(
  name: string,
  key: Serde<K>,
  value: Serde<V>,
  { beforeMs, afterMs, graceMs }: JoinWindow,
): WindowStoreBuilder<K, V> {
  const sizeMs = beforeMs + afterMs;
  return windowStore(name, key, value, { sizeMs, retentionMs: sizeMs + graceMs, retainDuplicates: true });
}

function addBuffer<K, V>(topology: Topology, node: string, parent: string, store: WindowStoreBuilder<K, V>): void {
  topology.addStateStore(store);
  topology.addProcessor(node, () => new JoinBuffer(store), [parent], [store.name]);
}

function waitingStores(
  topology: Topology,
  name: string,
  key: Serde<unknown>,
  values: { readonly left: Serde<unknown>; readonly right: Serde<unknown> },
) {
  // biome-ignore format: one line
  const records = waitingStore(`${name}-store`, key, values);
  const time = joinTimeStore(`${name}-time`);
  topology.addStateStore(records);
  topology.addStateStore(time);
  return { records, time };
}
