/** Kafka's error codes with a special meaning here; the others end a producer. */
const NAMES = new Map([
  [3, 'UNKNOWN_TOPIC_OR_PARTITION'],
  [5, 'LEADER_NOT_AVAILABLE'],
  [6, 'NOT_LEADER_FOR_PARTITION'],
  [7, 'REQUEST_TIMED_OUT'],
  [10, 'MESSAGE_TOO_LARGE'],
  [13, 'NETWORK_EXCEPTION'],
  [14, 'COORDINATOR_LOAD_IN_PROGRESS'],
  [15, 'COORDINATOR_NOT_AVAILABLE'],
  [16, 'NOT_COORDINATOR'],
  [18, 'RECORD_LIST_TOO_LARGE'],
  [19, 'NOT_ENOUGH_REPLICAS'],
  [20, 'NOT_ENOUGH_REPLICAS_AFTER_APPEND'],
  [29, 'TOPIC_AUTHORIZATION_FAILED'],
  [45, 'OUT_OF_ORDER_SEQUENCE_NUMBER'],
  [46, 'DUPLICATE_SEQUENCE_NUMBER'],
  [47, 'INVALID_PRODUCER_EPOCH'],
  [48, 'INVALID_TXN_STATE'],
  [49, 'INVALID_PRODUCER_ID_MAPPING'],
  [50, 'INVALID_TRANSACTION_TIMEOUT'],
  [51, 'CONCURRENT_TRANSACTIONS'],
  [53, 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED'],
  [55, 'OPERATION_NOT_ATTEMPTED'],
  [56, 'KAFKA_STORAGE_ERROR'],
  [59, 'UNKNOWN_PRODUCER_ID'],
  [90, 'PRODUCER_FENCED'],
]);

export const DUPLICATE_SEQUENCE_NUMBER = 46;
/** The log did not store the batch and may store it later. */
const PRODUCE_AGAIN = new Set([3, 5, 6, 7, 13, 19, 20, 56]);
/** The coordinator did not start the request: it is loading, moved, or busy with the previous transaction. */
const ASK_AGAIN = new Set([14, 15, 16, 51]);

/** The broker stored nothing of the batch: its topic, or the broker, takes smaller ones only. */
const TOO_LARGE = new Set([10, 18]);

export const isTooLarge = (code: number): boolean => TOO_LARGE.has(code);
export const isProduceRetriable = (code: number): boolean => PRODUCE_AGAIN.has(code);
export const isCoordinatorRetriable = (code: number): boolean => ASK_AGAIN.has(code);

/** A refusal by the broker; `type` is Kafka's name, as on kafkajs's own errors. */
export class BrokerRefusal extends Error {
  readonly type: string;
  readonly errorCode: number;

  constructor(request: string, errorCode: number) {
    const type = NAMES.get(errorCode) ?? `error ${errorCode}`;
    super(`${request}: ${type}`);
    this.type = type;
    this.errorCode = errorCode;
  }
}
