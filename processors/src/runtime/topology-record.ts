import type { LogClient } from '../log/log-client.ts';
import { TopologyError } from './errors.ts';
import { compareShapes, type ShapeChange, type TopologyShape } from './topology-shape.ts';

/**
 * `<application>-topology`: one partition, compacted, one key. It holds the shape that the application last ran with.
 */
export function topologyTopic(applicationId: string): string {
  return `${applicationId}-topology`;
}
const KEY = Buffer.from('shape');

/**
 * Compares a topology with the one its application last ran with, and records it. Throws TOPOLOGY_INCOMPATIBLE when the
 * change would break state, unless it was accepted. Returns the changes; [] at the first start.
 */
export async function admitTopology(
  log: LogClient,
  applicationId: string,
  shape: TopologyShape,
  options: { readonly accept: boolean; readonly replicationFactor?: number | undefined },
): Promise<readonly ShapeChange[]> {
  const topic = topologyTopic(applicationId);
  const { replicationFactor } = options;
  const replicas = replicationFactor === undefined ? {} : { replicationFactor };
  await log.admin.createTopics([{ topic, partitions: 1, config: { 'cleanup.policy': 'compact' }, ...replicas }]);
  const before = await readShape(log, applicationId);
  const changes = before === undefined ? [] : compareShapes(before, shape);
  const breaking = changes.filter(({ isBreaking }) => isBreaking);
  if (breaking.length > 0 && !options.accept) {
    const list = changes.map(({ what, remedy }) => `\n- ${what}${remedy === undefined ? '' : `: ${remedy}`}`).join('');
    const message = `the topology of ${applicationId} does not fit its state:${list}\n${howToReset(applicationId)}`;
    throw new TopologyError('TOPOLOGY_INCOMPATIBLE', message);
  }
  if (before === undefined || JSON.stringify(before) !== JSON.stringify(shape)) await writeShape(log, topic, shape);
  return changes;
}

/** The words for an operator whose application must begin without its state. */
export function howToReset(applicationId: string): string {
  return `to reset it: stop all its processes, delete its group ${applicationId} and the topics ${applicationId}-*, and start it; its state is then gone, and it reads its input from the start`;
}

/** The shape that an application last ran with; undefined when it never ran. */
export async function readShape(log: LogClient, applicationId: string): Promise<TopologyShape | undefined> {
  const at = { topic: topologyTopic(applicationId), partition: 0 };
  if (!(await log.admin.partitionCounts([at.topic])).has(at.topic)) return undefined;
  const [start] = await log.admin.listOffsets([at], 'earliest');
  const [end] = await log.admin.listOffsets([at], 'latest');
  if (start === undefined || end === undefined || start.offset >= end.offset) return undefined;
  const reader = await log.reader();
  let found: TopologyShape | undefined;
  try {
    reader.seek(at, start.offset);
    for (let position = start.offset; position < end.offset; ) {
      for (const { records, nextOffset } of await reader.fetch()) {
        for (const { value } of records) if (value) found = JSON.parse(value.toString()) as TopologyShape;
        position = nextOffset;
      }
    }
  } finally {
    await reader.close();
  }
  return found;
}

async function writeShape(log: LogClient, topic: string, shape: TopologyShape): Promise<void> {
  const producer = await log.producer();
  try {
    await producer.send([{ topic, partition: 0, key: KEY, value: Buffer.from(JSON.stringify(shape)) }]);
  } finally {
    await producer.close();
  }
}
