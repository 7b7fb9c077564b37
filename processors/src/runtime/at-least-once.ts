import { LogError } from '../log/errors.ts';
import type { GroupMember, LogClient, TransactionalProducer } from '../log/log-client.ts';

/**
 * Commits without a transaction (processing.guarantee=at_least_once): first outputs, then offsets by the group's own
 * commit, which only the owner of the partition may do. After a crash everything since the last commit is written
 * again. There is no epoch: a member that lost the partition and got it back could still commit an old offset. So
 * `check` is called at the last moment and throws when this lane may no longer commit.
 */
export async function atLeastOnceProducer(
  log: LogClient,
  member: GroupMember,
  check: () => void,
): Promise<TransactionalProducer> {
  const producer = await log.producer();
  let isClosed = false;
  return {
    fence: async () => {},
    begin: async () => {},
    send: async records => (await producer.send(records)).map(({ offset, ...at }) => ({ ...at, offset: offset + 1n })),
    async sendOffsets(_, offsets) {
      check();
      if (isClosed) throw new LogError('PRODUCER_DEAD', 'its lane was opened again since');
      await member.commit(offsets);
    },
    commit: async () => {},
    abort: async () => {},
    async close() {
      isClosed = true;
      await producer.close();
    },
  };
}
