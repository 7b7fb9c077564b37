import type { LogClient, LogReader, OutgoingRecord, TransactionalProducer } from '../../../log/log-client.ts';
import { BREAKS, type Break, brokenLog } from '../broken-log.ts';

/** Engines with one promise broken each. A simulation that misses one of them proves nothing. */
const MORE = ['outputs outside the transaction', 'state outside the transaction', 'seek omitted'] as const;
export const BREAKAGES: readonly Breakage[] = [...BREAKS, ...MORE];
/** Only a scenario whose time goes on without records can detect these. */
export const IDLE_BREAKAGES = ['idle time not journaled', 'idle time journaled apart'] as const;
export type Breakage = Break | (typeof MORE)[number] | (typeof IDLE_BREAKAGES)[number];

export function broken(log: LogClient, how: Breakage): LogClient {
  switch (how) {
    case 'outputs outside the transaction':
      return outside(log, ({ topic }) => !topic.endsWith('-changelog'));
    case 'state outside the transaction':
      return outside(log, ({ topic }) => topic.endsWith('-changelog'));
    case 'idle time not journaled':
      return withProducer(log, own => ({ ...own, send: records => own.send(records.filter(record => !isJournal(record))) })); // biome-ignore format: one line
    case 'idle time journaled apart':
      return outside(log, isJournal);
    case 'seek omitted':
      return { ...delegate(log), reader: async options => seekingOnce(await log.reader(options)) };
    default:
      return brokenLog(log, how);
  }
}

function delegate(log: LogClient): LogClient {
  return {
    admin: log.admin,
    producer: options => log.producer(options),
    transactionalProducer: (id, options) => log.transactionalProducer(id, options),
    reader: options => log.reader(options),
    join: options => log.join(options),
    close: () => log.close(),
  };
}

function outside(log: LogClient, isOutside: (record: OutgoingRecord) => boolean): LogClient {
  const leaking = (own: TransactionalProducer): TransactionalProducer => ({
    ...own,
    async send(records) {
      const ends = await (await log.producer()).send(records.filter(isOutside));
      const inside = await own.send(records.filter(record => !isOutside(record)));
      return [...inside, ...ends.map(end => ({ ...end, offset: end.offset + 1n }))];
    },
  });
  return withProducer(log, leaking);
}

function withProducer(log: LogClient, make: (own: TransactionalProducer) => TransactionalProducer): LogClient {
  return {
    ...delegate(log),
    transactionalProducer: async (id, options) => make(await log.transactionalProducer(id, options)),
  };
}

function isJournal({ topic }: OutgoingRecord): boolean {
  return topic.endsWith('-idle-time-changelog');
}

/** Goes on at its old position, whatever the committed offset is. */
function seekingOnce(own: LogReader): LogReader {
  const begun = new Set<string>();
  return {
    seek(partition, offset, topicId) {
      const name = `${partition.topic}/${partition.partition}`;
      if (!begun.has(name)) own.seek(partition, offset, topicId);
      begun.add(name);
    },
    remove: partitions => own.pause(partitions),
    pause: partitions => own.pause(partitions),
    resume: partitions => own.resume(partitions),
    position: partition => own.position(partition),
    fetch: () => own.fetch(),
    close: () => own.close(),
  };
}
