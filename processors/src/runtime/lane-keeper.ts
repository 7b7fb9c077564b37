import { LogError } from '../log/errors.ts';
import type { Assignment, FetchedBatch } from '../log/log-client.ts';
import type { EngineShelf } from './engine-shelf.ts';
import { Lane, type LaneHost, type LaneSettings, type LaneSnapshot } from './lane.ts';
import { taskCount } from './partition-counts.ts';
import type { StandbyTasks } from './standby-tasks.ts';
import type { TaskOptions } from './stream-task.ts';
import type { TopicCounts } from './topics.ts';
import type { Subtopology } from './topology-node.ts';

/** The parts that all lanes of a process share. */
export interface LaneKeeperOptions {
  readonly host: LaneHost;
  readonly settings: LaneSettings;
  readonly subtopologies: readonly Subtopology[];
  readonly counts: TopicCounts;
  readonly shelf: EngineShelf;
  readonly standbys: StandbyTasks;
  readonly task: Omit<TaskOptions, 'subtopology' | 'partition' | 'directory' | 'makeEngine'>;
}

interface Place {
  readonly subtopology: Subtopology;
  readonly partition: number;
}

/** The lanes and standbys of this process, by the group's assignment. */
export class LaneKeeper {
  readonly #options: LaneKeeperOptions;
  readonly #lanes = new Map<string, Lane>();
  /** Lost lanes that have not ended yet; they still use their engines. */
  readonly #ending = new Map<string, Promise<void>>();
  #standbys: ReadonlySet<string> = new Set();
  #generation = -1;
  #closed = false;

  constructor(options: LaneKeeperOptions) {
    this.#options = options;
  }

  /** Synchronous, between two heartbeats: kept lanes go on, lost lanes stop, new lanes start. */
  assign({ generation, partitions, standbys }: Assignment): void {
    const owned = new Set(partitions.map(({ topic, partition }) => `${topic}/${partition}`));
    const places = new Map(this.#places().map(place => [nameOf(place), place]));
    const copies = new Set(standbys);
    const wanted = [...places].filter(([, place]) => this.#isOwned(place, owned));
    const names = new Set(wanted.map(([name]) => name));
    const kept = [...places].filter(([name, { partition }]) => !names.has(name) && copies.has(partition));
    this.#standbys = new Set(kept.map(([name]) => name));
    for (const [name, place] of places) if (!names.has(name)) this.#lose(name, place);
    this.#enter(generation);
    for (const [name, place] of wanted) this.#gain(name, place);
    for (const [name, place] of kept) if (!this.#ending.has(name)) this.#copy(name, place);
  }

  lane(name: string): Lane | undefined {
    return this.#lanes.get(name);
  }

  deliver(batch: FetchedBatch): void {
    for (const lane of this.#lanes.values()) lane.deliver(batch);
  }

  /** Passes an error to the partition's lane; ignored when this process has no such lane. */
  fail(at: { readonly topic: string; readonly partition: number }, error: unknown): void {
    for (const lane of this.#lanes.values()) if (lane.reads(at)) lane.fail(error);
  }

  snapshots(): LaneSnapshot[] {
    return [...this.#lanes.values()].map(lane => lane.snapshot());
  }

  async close(how: 'commit' | 'now'): Promise<void> {
    this.#closed = true;
    await Promise.allSettled([...[...this.#lanes.values()].map(lane => lane.close(how)), ...this.#ending.values()]);
  }

  /**
   * Others may have had this member's lanes in a generation that it missed. Without fencing such a lane must not go on
   * from its old position: its commits would move the group's offsets back.
   */
  #enter(generation: number): void {
    const isUnbroken = generation === this.#generation || generation === this.#generation + 1;
    this.#generation = generation;
    if (isUnbroken || this.#options.host.guarantee === 'exactly-once') return;
    const missed = new LogError('MEMBER_FENCED', `others may have had this lane before generation ${generation}`);
    for (const lane of this.#lanes.values()) lane.fail(missed);
  }

  #places(): Place[] {
    const { subtopologies, counts } = this.#options;
    return subtopologies.flatMap(subtopology =>
      Array.from({ length: taskCount(subtopology, topic => counts.partitionsOf(topic)) }, (_, partition) => ({
        subtopology,
        partition,
      })),
    );
  }

  #isOwned({ subtopology, partition }: Place, owned: ReadonlySet<string>): boolean {
    const { counts } = this.#options;
    const read = subtopology.sources.filter(({ topic }) => counts.partitionsOf(topic) > partition);
    return read.every(({ topic }) => owned.has(`${counts.nameOf(topic)}/${partition}`));
  }

  #gain(name: string, place: Place): void {
    if (this.#lanes.has(name)) return;
    this.#options.standbys.remove(name);
    const lane = this.#makeLane(place);
    this.#lanes.set(name, lane);
    const ending = this.#ending.get(name);
    if (ending === undefined) lane.start();
    else void ending.then(() => lane.start());
  }

  /** Releases the state, unless this process should keep a copy of it. */
  #lose(name: string, place: Place): void {
    const lane = this.#lanes.get(name);
    if (lane === undefined) {
      if (!this.#standbys.has(name) && this.#options.standbys.remove(name)) this.#options.shelf.release(name);
      return;
    }
    this.#lanes.delete(name);
    const ending = Promise.all([lane.close('now'), this.#ending.get(name)]).then(() => {
      if (this.#ending.get(name) !== ending) return;
      this.#ending.delete(name);
      if (this.#lanes.has(name)) return;
      if (this.#standbys.has(name) && !this.#closed) this.#copy(name, place);
      else this.#options.shelf.release(name);
    });
    this.#ending.set(name, ending);
  }

  #copy(name: string, { subtopology, partition }: Place): void {
    if (this.#lanes.has(name)) return;
    const { standbys, host } = this.#options;
    standbys.add(subtopology, partition).catch((error: unknown) => host.onError(name, error));
  }

  #makeLane({ subtopology, partition }: Place): Lane {
    const { host, settings, counts, shelf, task } = this.#options;
    const taskId = nameOf({ subtopology, partition });
    return new Lane(host, settings, {
      ...task,
      subtopology,
      partition,
      directory: counts,
      makeEngine: builder => shelf.take(taskId, builder),
    });
  }
}

function nameOf({ subtopology, partition }: Place): string {
  return `${subtopology.id}_${partition}`;
}
