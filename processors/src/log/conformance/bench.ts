import { randomUUID } from 'node:crypto';
import type { LogClient } from '../log-client.ts';
import { type Bench, NotOfferedError } from './check.ts';

export interface BenchOptions extends Partial<Pick<Bench, 'clean' | 'cutNext' | 'moveLeader'>> {
  /** Opens the observer; default: the client under test observes itself. */
  readonly observe?: () => Promise<LogClient>;
}

/** A bench over any way to open a client; `close` closes every client that it opened. */
export function makeBench(
  open: () => Promise<LogClient>,
  { observe = open, clean = () => {}, cutNext, moveLeader }: BenchOptions = {},
): Bench & { close(): Promise<void> } {
  const clients: LogClient[] = [];
  let observer: Promise<LogClient> | undefined;
  const opened = async (how: () => Promise<LogClient>) => {
    const client = await how();
    clients.push(client);
    return client;
  };
  const name = () => `check-${randomUUID()}`;
  const bench: Bench = {
    open: () => opened(open),
    observer() {
      observer ??= opened(observe);
      return observer;
    },
    name,
    async topic(partitions = 1, config = { 'retention.ms': '-1' }) {
      const topic = name();
      await (await bench.observer()).admin.createTopics([{ topic, partitions, config }]);
      return topic;
    },
    clean,
    cutNext: cutNext ?? (() => Promise.reject(new NotOfferedError('there is no connection to cut'))),
    moveLeader: moveLeader ?? (() => Promise.reject(new NotOfferedError('there is one broker'))),
  };
  return { ...bench, close: async () => void (await Promise.allSettled(clients.map(client => client.close()))) };
}
