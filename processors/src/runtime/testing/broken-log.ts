import { randomUUID } from 'node:crypto';
import type {
  GroupMember,
  LogClient,
  LogReader,
  OffsetCommit,
  TopicPartition,
  TransactionalProducer,
} from '../../log/log-client.ts';

/** Engines that are not exactly once, each for one reason. A proof of exactly once must detect every one of them. */
export const BREAKS = [
  'no transaction',
  'offsets outside the transaction',
  'read uncommitted',
  'no fence on takeover',
  'offsets read before fencing',
  'autocommit',
] as const;
export type Break = (typeof BREAKS)[number];

type Parts = Partial<Pick<LogClient, 'reader' | 'join' | 'transactionalProducer'>>;

/** The client as a broken engine would use it; the engine above it is the real one. */
export function brokenLog(log: LogClient, how: Break): LogClient {
  const member = new JoinedMember(log);
  const parts: Readonly<Record<Break, () => Parts>> = {
    'no transaction': () => ({
      join: member.join,
      transactionalProducer: () => withoutTransaction(log, member),
    }),
    'offsets outside the transaction': () => ({
      join: member.join,
      transactionalProducer: async (id, options) =>
        offsetsOutside(await log.transactionalProducer(id, options), member),
    }),
    'read uncommitted': () => ({ reader: options => log.reader({ ...options, isolation: 'read_uncommitted' }) }),
    'no fence on takeover': () => ({
      transactionalProducer: (id, options) => log.transactionalProducer(`${id}-${randomUUID()}`, options),
    }),
    'offsets read before fencing': () => ({
      join: member.join,
      transactionalProducer: async (id, options) =>
        readBeforeFencing(await log.transactionalProducer(id, options), member, partitionOf(id)),
    }),
    autocommit: () => ({
      join: member.join,
      reader: async options => autocommitting(await log.reader(options), member),
      transactionalProducer: async (id, options) => ({
        ...delegate(await log.transactionalProducer(id, options)),
        sendOffsets: async () => {},
      }),
    }),
  };
  return {
    admin: log.admin,
    producer: options => log.producer(options),
    transactionalProducer: (id, options) => log.transactionalProducer(id, options),
    reader: options => log.reader(options),
    join: options => log.join(options),
    close: () => log.close(),
    ...parts[how](),
  };
}

/** The present membership of this process, for calls that only members may make. */
class JoinedMember {
  readonly #log: LogClient;
  readonly #joined = Promise.withResolvers<GroupMember>();
  #topics: readonly string[] = [];
  #owned: readonly TopicPartition[] = [];
  /** Committed offsets from before a fence, which the engine gets after it. */
  readonly #early = new Map<string, Awaited<ReturnType<GroupMember['committed']>>[number]>();

  constructor(log: LogClient) {
    this.#log = log;
  }

  readonly join: LogClient['join'] = async options => {
    this.#topics = options.topics;
    const own = await this.#log.join({
      ...options,
      onAssigned: assignment => {
        this.#owned = assignment.partitions;
        options.onAssigned(assignment);
      },
    });
    this.#joined.resolve(own);
    return {
      commit: offsets => own.commit(offsets),
      nextHeartbeat: () => own.nextHeartbeat(),
      leave: () => own.leave(),
      committed: async partitions => {
        const late = await own.committed(partitions);
        return late.map(found => this.#takeEarly(found) ?? found);
      },
    };
  };

  async commit(offsets: readonly OffsetCommit[]): Promise<void> {
    await (await this.#joined.promise).commit(offsets);
  }

  /** Reads one lane's offsets only: lanes open side by side, and the reading of one comes after the fence of another. */
  async readEarly(partition: number): Promise<void> {
    const own = this.#owned.filter(each => each.partition === partition);
    const found = await (await this.#joined.promise).committed(own);
    for (const each of found) this.#early.set(`${each.topic}/${each.partition}`, each);
  }

  isInput({ topic }: TopicPartition): boolean {
    return this.#topics.includes(topic);
  }

  #takeEarly({ topic, partition }: TopicPartition) {
    const name = `${topic}/${partition}`;
    const early = this.#early.get(name);
    this.#early.delete(name);
    return early;
  }
}

function delegate(own: TransactionalProducer): TransactionalProducer {
  return {
    fence: () => own.fence(),
    begin: () => own.begin(),
    send: records => own.send(records),
    sendOffsets: (groupId, offsets) => own.sendOffsets(groupId, offsets),
    commit: () => own.commit(),
    abort: () => own.abort(),
    close: () => own.close(),
  };
}

async function withoutTransaction(log: LogClient, member: JoinedMember): Promise<TransactionalProducer> {
  const own = await log.producer();
  return {
    fence: async () => {},
    begin: async () => {},
    send: async records => (await own.send(records)).map(at => ({ ...at, offset: at.offset + 1n })),
    sendOffsets: (_, offsets) => member.commit(offsets),
    commit: async () => {},
    abort: async () => {},
    close: () => own.close(),
  };
}

function offsetsOutside(own: TransactionalProducer, member: JoinedMember): TransactionalProducer {
  let waiting: readonly OffsetCommit[] = [];
  return {
    ...delegate(own),
    sendOffsets: async (_, offsets) => {
      waiting = offsets;
    },
    commit: async () => {
      await own.commit();
      await member.commit(waiting);
    },
  };
}

/** The partition at the end of a lane's transactional id. */
const partitionOf = (transactionalId: string): number =>
  Number(transactionalId.slice(transactionalId.lastIndexOf('-') + 1));

function readBeforeFencing(own: TransactionalProducer, member: JoinedMember, partition: number): TransactionalProducer {
  return {
    ...delegate(own),
    fence: async () => {
      await member.readEarly(partition);
      await own.fence();
    },
  };
}

/** Commits offsets of records handed out but not processed, as consumers with auto-commit do. */
function autocommitting(own: LogReader, member: JoinedMember): LogReader {
  return {
    seek: (partition, offset, topicId) => own.seek(partition, offset, topicId),
    remove: partitions => own.remove(partitions),
    pause: partitions => own.pause(partitions),
    resume: partitions => own.resume(partitions),
    position: partition => own.position(partition),
    close: () => own.close(),
    fetch: async () => {
      const batches = await own.fetch();
      const inputs = batches.filter(batch => member.isInput(batch));
      const offsets = inputs.map(({ topic, partition, nextOffset }) => ({ topic, partition, offset: nextOffset }));
      if (offsets.length > 0) await member.commit(offsets).catch(() => {}); // next time
      return batches;
    },
  };
}
