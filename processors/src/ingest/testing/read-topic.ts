import type { Topic } from '@sightline/schemas';
import { tail } from '../../control/index.ts';
import type { Cell } from '../../process/index.ts';

/** All values of a topic, key by key in their order. For tests. */
export async function readTopic<V>(cell: Cell, topic: Topic<string, V>): Promise<readonly V[]> {
  const values: V[] = [];
  const reading = await tail(
    cell,
    topic,
    async records => {
      for (const record of records) if (record.value !== null) values.push(await cell.decode(topic, record));
    },
    () => {},
  );
  await reading.close();
  return values;
}
