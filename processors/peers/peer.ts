import { LogError, type LogErrorCode } from '../src/log/errors.ts';
import type { TransactionalProducer } from '../src/log/log-client.ts';

/** Addresses of the broker, and the hooks by which a check can cut connections. */
export interface PeerOptions {
  readonly brokers: readonly string[];
}

export const TIMEOUT_MS = 8000;

/** Kafka's error names for "another owner took over", for producers and groups. */
export const FENCED_PRODUCER = ['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED', 'INVALID_PRODUCER_ID_MAPPING'];
export const FENCED_MEMBER = ['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'REBALANCE_IN_PROGRESS', 'FENCED_INSTANCE_ID'];

/** Translates a client's own error; `isOf` finds Kafka's names in it. */
export function translated(
  error: unknown,
  names: readonly string[],
  [found, other]: readonly [found: LogErrorCode, other: LogErrorCode],
  isOf: (error: unknown, name: string) => boolean,
): LogError {
  if (error instanceof LogError) return error;
  const code = names.some(name => isOf(error, name)) ? found : other;
  return new LogError(code, error instanceof Error ? error.message : String(error), { cause: error });
}

type Calls = Omit<TransactionalProducer, 'close'>;

/** Adds the port's rule that a producer is dead after any error to a client without it. */
export function deadAfterErrors(
  calls: Calls & Pick<TransactionalProducer, 'close'>,
  toLogError: (error: unknown) => LogError,
): TransactionalProducer {
  let isDead = false;
  const guarded =
    <A extends unknown[], T>(call: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      if (isDead) throw new LogError('PRODUCER_DEAD', 'the producer failed before');
      try {
        return await call(...args);
      } catch (error) {
        isDead = true;
        throw toLogError(error);
      }
    };
  return {
    fence: guarded(calls.fence),
    begin: guarded(calls.begin),
    send: guarded(calls.send),
    sendOffsets: guarded(calls.sendOffsets),
    commit: guarded(calls.commit),
    abort: guarded(calls.abort),
    close: calls.close,
  };
}
