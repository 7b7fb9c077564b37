import type { LogClient, MemberOptions } from '../../log/index.ts';
import type { Cell } from '../../process/index.ts';
import { readMark } from '../block.ts';
import type { BlockWriter } from '../block-writer.ts';

/**
 * Points at which a sink crashes, in the order of a block's life. `during-insert`: the insert was sent and the sink
 * does not wait for its answer. `zombie`: the sink is suspended before the insert and goes on after another sink has
 * finished the block.
 */
export const CRASH_POINTS = [
  'before-plan',
  'after-plan',
  'during-insert',
  'zombie',
  'after-insert',
  'after-commit',
] as const;
/**
 * Points around the transaction that ends a block with dead letters. `late-burial`: the sink is suspended before the
 * commit, then goes on.
 */
export const BURIAL_POINTS = ['before-burial', 'late-burial', 'after-burial'] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number] | (typeof BURIAL_POINTS)[number];

/** A log and tables that crash with the sink at a point of its n-th block: after that no call returns. */
export interface Crash {
  readonly cell: Cell;
  readonly writer: BlockWriter;
  readonly happened: Promise<void>;
  /** Resumes a suspended call; resolves when it is done. */
  wake(): Promise<void>;
}

const never = <T>(): Promise<T> => new Promise(() => {});

export function crashAt(point: CrashPoint, nth: number, cell: Cell, writer: BlockWriter): Crash {
  const happened = Promise.withResolvers<void>();
  const woken = Promise.withResolvers<void>();
  let dead = false;
  let left = nth;
  let late: Promise<unknown> = Promise.resolve();
  const standStill = (work: () => Promise<void>): Promise<never> => {
    late = woken.promise.then(work).catch(() => {});
    return die();
  };
  const isDue = (here: CrashPoint): boolean => here === point && left-- === 0;
  const die = <T>(): Promise<T> => {
    dead = true;
    happened.resolve();
    return never();
  };
  /** Does `work`, unless the crash comes before it or was earlier; crashes after it at the point `after`. */
  async function step(before: CrashPoint, work: () => Promise<void>, after: CrashPoint): Promise<void> {
    if (dead) return never();
    if (isDue(before)) return die();
    await work();
    if (dead) return never();
    return isDue(after) ? die() : undefined;
  }

  const join = async (options: MemberOptions) => {
    const member = await cell.log.join(options);
    return {
      committed: member.committed.bind(member),
      nextHeartbeat: member.nextHeartbeat.bind(member),
      leave: member.leave.bind(member),
      commit: (offsets: Parameters<typeof member.commit>[0]) => {
        const isPlan = offsets.some(({ metadata }) => readMark(metadata ?? '').plan !== undefined);
        const work = () => member.commit(offsets);
        return isPlan ? step('before-plan', work, 'after-plan') : step('after-insert', work, 'after-commit');
      },
    };
  };
  const transactionalProducer: LogClient['transactionalProducer'] = async (id, options) => {
    const producer = await cell.log.transactionalProducer(id, options);
    return {
      fence: producer.fence.bind(producer),
      begin: producer.begin.bind(producer),
      send: producer.send.bind(producer),
      sendOffsets: producer.sendOffsets.bind(producer),
      commit: () =>
        isDue('late-burial')
          ? standStill(() => producer.commit())
          : step('before-burial', () => producer.commit(), 'after-burial'),
      abort: producer.abort.bind(producer),
      close: producer.close.bind(producer),
    };
  };
  const log: LogClient = {
    admin: cell.log.admin,
    producer: options => cell.log.producer(options),
    transactionalProducer,
    reader: options => cell.log.reader(options),
    close: () => cell.log.close(),
    join,
  };
  return {
    cell: { ...cell, log },
    happened: happened.promise,
    async wake() {
      woken.resolve();
      await late;
    },
    writer: {
      find: (block, signal) => (dead ? never() : writer.find(block, signal)),
      async insert(block) {
        if (dead) return never();
        if (isDue('zombie')) return standStill(() => writer.insert(block, new AbortController().signal));
        const inserting = writer.insert(block, new AbortController().signal);
        if (!isDue('during-insert')) return inserting;
        inserting.catch(() => {}); // nobody waits for it
        return die();
      },
    },
  };
}
