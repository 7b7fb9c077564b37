import { randomUUID } from 'node:crypto';
import type { LogClient } from '../log-client.ts';
import type { Bench } from './check.ts';

/** A bench over any way to open a client; `close` ends every client it opened. */
export function makeBench(open: () => Promise<LogClient>): Bench & { close(): Promise<void> } {
  const clients: LogClient[] = [];
  const name = () => `check-${randomUUID()}`;
  const opened = async () => {
    const client = await open();
    clients.push(client);
    return client;
  };
  return {
    open: opened,
    name,
    async topic(partitions = 1) {
      const topic = name();
      await (clients[0] ?? (await opened())).admin.createTopics([
        { topic, partitions, config: { 'retention.ms': '-1' } },
      ]);
      return topic;
    },
    async close() {
      await Promise.allSettled(clients.map(client => client.close()));
    },
  };
}
