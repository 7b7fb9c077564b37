import { LogError } from '../../log/errors.ts';
import type { Assignment, LogClient, TransactionalProducer } from '../../log/log-client.ts';

/** Moments of a lane, in order. `end in flight` comes from the socket: see `watchedSockets`. */
export const MOMENTS = [
  'before fence',
  'before send',
  'after send',
  'before offsets',
  'after offsets',
  'end in flight',
  'end answered',
  'after apply',
] as const;
export type Moment = (typeof MOMENTS)[number];

export interface LogWatch {
  /** Called synchronously, so that a stop or kill in it happens exactly at this moment. */
  at(moment: Moment, transactionalId: string): void;
  /** A call of the producer was refused because another producer has its transactional.id. */
  fenced(transactionalId: string): void;
  assigned(assignment: Assignment): void;
}

/** A client that reports every moment at which a process may die or stall. */
export function watchedLog(log: LogClient, watch: LogWatch): LogClient {
  return {
    admin: log.admin,
    producer: options => log.producer(options),
    reader: options => log.reader(options),
    close: () => log.close(),
    join: options =>
      log.join({
        ...options,
        onAssigned(assignment) {
          watch.assigned(assignment);
          options.onAssigned(assignment);
        },
      }),
    transactionalProducer: async (id, options) => watched(await log.transactionalProducer(id, options), id, watch),
  };
}

function watched(own: TransactionalProducer, id: string, watch: LogWatch): TransactionalProducer {
  const told = async <T>(call: Promise<T>): Promise<T> => {
    try {
      return await call;
    } catch (error) {
      if (error instanceof LogError && error.code === 'PRODUCER_FENCED') watch.fenced(id);
      throw error;
    }
  };
  let hasCommitted = false;
  return {
    fence() {
      watch.at('before fence', id);
      return told(own.fence());
    },
    begin() {
      // the engine begins the next transaction only after it applied the last one to its memory
      if (hasCommitted) watch.at('after apply', id);
      return told(own.begin());
    },
    async send(records) {
      watch.at('before send', id);
      const ends = await told(own.send(records));
      watch.at('after send', id);
      return ends;
    },
    async sendOffsets(groupId, offsets) {
      watch.at('before offsets', id);
      await told(own.sendOffsets(groupId, offsets));
      watch.at('after offsets', id);
    },
    async commit() {
      await told(own.commit());
      hasCommitted = true;
      watch.at('end answered', id);
    },
    abort: () => told(own.abort()),
    close: () => own.close(),
  };
}
