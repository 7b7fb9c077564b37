import { LogError } from '../log/errors.ts';
import type { GroupMember, LogClient, TransactionalProducer } from '../log/log-client.ts';

/**
 * Commits without a transaction (processing.guarantee=at_least_once): outputs first, then offsets by the group's own
 * commit, which only the member that owns the partition may do. After a crash what was written since is written again.
 * There is no epoch: a member that lost the partition and has it again may commit it, so whether this lane still may is
 * asked (`check` throws) at the last moment, lest the group's offset goes back behind what another committed meanwhile.
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
      if (isClosed) throw new LogError('PRODUCER_DEAD', 'its lane was opened again');
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
