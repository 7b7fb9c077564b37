import { type LogError, TopicRecreatedError } from '../errors.ts';
import type { TopicPartition } from '../log-client.ts';
import { topicIds } from './admin.ts';
import type { Cluster } from './cluster.ts';

/** A position, and the topic that it belongs to. */
export interface BoundPosition extends TopicPartition {
  readonly offset: bigint;
  topicId: string | undefined;
  /** True when the caller gave the id, or the broker has answered with it. */
  isBound: boolean;
  /** The broker did not know the id at the last fetch. */
  isDoubted: boolean;
  failure: LogError | undefined;
}

/** The ids of the topics that a reader reads, as their leaders gave them. */
export class TopicIds {
  readonly #cluster: Cluster;
  readonly #ids = new Map<string, string>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Leaders are asked again. */
  forget(): void {
    this.#ids.clear();
  }

  /** Gives each position its topic's id. A position of an earlier topic fails. */
  async bind(positions: readonly BoundPosition[]): Promise<void> {
    const unsure = positions.filter(({ topicId, isDoubted }) => topicId === undefined || isDoubted);
    await this.#learn(unsure.filter(({ topic }) => !this.#ids.has(topic)));
    for (const position of unsure) {
      const id = this.#ids.get(position.topic);
      if (id === undefined) continue; // deleted, or without a leader at present
      if (position.topicId === undefined) position.topicId = id;
      else if (position.topicId !== id) position.failure = new TopicRecreatedError(position, position.offset);
      position.isDoubted = false;
    }
  }

  /** Call it when the broker does not know the id of a position. */
  doubt(position: BoundPosition): void {
    if (position.isBound) position.isDoubted = true;
    else position.topicId = undefined;
  }

  async #learn(positions: readonly BoundPosition[]): Promise<void> {
    const topics = new Map(positions.map(position => [position.topic, position]));
    const byLeader = Map.groupBy(topics.values(), position => this.#leaderOf(position));
    for (const [leader, led] of byLeader) {
      if (leader < 0) continue;
      const found = await topicIds(
        this.#cluster,
        leader,
        led.map(({ topic }) => topic),
      );
      for (const [topic, id] of found) this.#ids.set(topic, id);
    }
  }

  #leaderOf({ topic, partition }: TopicPartition): number {
    return this.#cluster.findTopicPartitionMetadata(topic).find(p => p.partitionId === partition)?.leader ?? -1;
  }
}
