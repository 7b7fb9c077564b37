import type { LogRecord } from '../log/log-client.ts';
import type { GlobalProcessor } from './processor.ts';
import type { GlobalStoreNode } from './topology-node.ts';

/** One global store of a process: its processor gets the records of the whole topic. */
export class GlobalState {
  readonly node: GlobalStoreNode;
  readonly processor: GlobalProcessor<unknown, unknown>;
  /** Records skipped because they have no key, do not decode, or are refused by the topic's check: the same in every process. */
  undecodable = 0;

  constructor(node: GlobalStoreNode) {
    this.node = node;
    this.processor = node.supplier();
  }

  take(partition: number, raw: LogRecord): void {
    const { topic } = this.node;
    let key: unknown;
    let value: unknown;
    try {
      if (raw.key === null) throw new TypeError('the key is null');
      key = topic.key.deserialize(raw.key, raw.headers);
      value = raw.value === null ? null : topic.value.deserialize(raw.value, raw.headers);
      const refusal = value === null ? undefined : topic.check?.(value, { key, writtenAtMs: raw.timestampMs });
      if (refusal !== undefined) throw new Error(refusal);
    } catch {
      this.undecodable += 1;
      return;
    }
    const { timestampMs, headers, offset } = raw;
    this.processor.process(
      { key, value, timestampMs, headers },
      { topic: topic.name, partition, offset, writtenAtMs: timestampMs },
    );
  }
}
