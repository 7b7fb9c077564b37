import type { Topic } from '@sightline/schemas';
import type { Cell } from '../../process/index.ts';

/** All values of a topic, key by key in their order. For tests. */
export async function readTopic<V>(cell: Cell, topic: Topic<string, V>): Promise<readonly V[]> {
  const values: V[] = [];
  const follower = cell.follow(topic, {
    from: 'earliest',
    handle: ({ value }) => values.push(value),
    remove: () => {},
  });
  await follower.caughtUp();
  await follower.close();
  return values;
}
