import type { TopicPartition } from '../../../log/log-client.ts';
import type { MemoryLog } from '../../../log/memory/memory-log.ts';

/** Checks that a group's offset never goes back, whoever commits and however late. */
export class OffsetWatch {
  readonly #log: MemoryLog;
  readonly #groupId: string;
  readonly #seen = new Map<string, bigint>();

  constructor(log: MemoryLog, groupId: string) {
    this.#log = log;
    this.#groupId = groupId;
  }

  /** The offsets that went back since the last call. */
  look(partitions: readonly TopicPartition[]): string[] {
    return partitions.flatMap(at => {
      const name = `${at.topic}[${at.partition}]`;
      const { offset = 0n } = this.#log.groups.committed(this.#groupId, at);
      const before = this.#seen.get(name) ?? 0n;
      this.#seen.set(name, offset);
      return offset < before ? [`the offset of ${name} went back from ${before} to ${offset}`] : [];
    });
  }
}
