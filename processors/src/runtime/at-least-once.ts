import type { GroupMember, LogClient, TransactionalProducer } from '../log/log-client.ts';

/**
 * Commits without a transaction (processing.guarantee=at_least_once): outputs first, then offsets by the group's own
 * commit, which only the member that owns the partition may do. After a crash what was written since is written again.
 */
export async function atLeastOnceProducer(log: LogClient, member: GroupMember): Promise<TransactionalProducer> {
  const producer = await log.producer();
  return {
    fence: async () => {},
    begin: async () => {},
    send: async records => (await producer.send(records)).map(({ offset, ...at }) => ({ ...at, offset: offset + 1n })),
    sendOffsets: (_, offsets) => member.commit(offsets),
    commit: async () => {},
    abort: async () => {},
    close: () => producer.close(),
  };
}
