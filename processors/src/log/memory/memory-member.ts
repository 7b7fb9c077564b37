import type { Clock, Timer } from '../clock.ts';
import { LogError } from '../errors.ts';
import type { Assignment, MemberOptions, OffsetCommit } from '../log-client.ts';
import type { GroupCoordinator, MemoryMember } from './group-coordinator.ts';
import type { Call } from './memory-transport.ts';

/** How a member learns of a rebalance: at once, or with its next heartbeat as from a broker. */
type Hearing = 'at-once' | 'by-heartbeat';

/** One membership as its process sees it, which may be behind the group's state. */
export class MemoryMembership {
  readonly #options: MemberOptions;
  readonly #groups: GroupCoordinator;
  readonly #clock: Clock;
  readonly #call: Call;
  readonly #member: MemoryMember;
  #memberId: string | undefined;
  #assignment: Assignment | undefined;
  #isOver = false;
  #isBeating = false;
  #timer: Timer | undefined;
  #beats: (() => void)[] = [];

  constructor(options: MemberOptions, groups: GroupCoordinator, clock: Clock, call: Call, hearing: Hearing) {
    this.#options = options;
    this.#groups = groups;
    this.#clock = clock;
    this.#call = call;
    this.#member = {
      ...options,
      sessionTimeoutMs: hearing === 'by-heartbeat' ? options.sessionTimeoutMs : undefined,
      isTold: hearing === 'at-once',
      onAssigned: next => {
        if (hearing === 'at-once') this.#learn(next);
      },
    };
  }

  async join(): Promise<void> {
    await this.#enter(() => {
      // known here even when the answer is lost: the group keeps the member until its session ends
      this.#memberId = this.#groups.join(this.#options.groupId, this.#member);
    });
    if (this.#timer === undefined) this.#schedule();
  }

  commit(offsets: readonly OffsetCommit[]): Promise<void> {
    const { groupId } = this.#options;
    const { generation = -1 } = this.#assignment ?? {};
    return this.#call('OffsetCommit', () => {
      this.#groups.commit(groupId, this.#memberId ?? '', generation, offsets);
    });
  }

  nextHeartbeat(): Promise<void> {
    const heard = new Promise<void>(resolve => this.#beats.push(resolve));
    this.#clock.soon(() => void this.#beat());
    return heard;
  }

  /** A static member leaves silently and keeps its place until its session ends (KIP-345). */
  async leave(): Promise<void> {
    this.stop();
    if (this.#options.instanceId === undefined) await this.#call('LeaveGroup', () => this.expire());
  }

  /** Stops the heartbeats. */
  stop(): void {
    this.#isOver = true;
    this.#timer?.cancel();
  }

  /** Leaves the group; unless stopped, it joins again with its next heartbeat. */
  expire(): void {
    if (this.#memberId !== undefined) this.#groups.leave(this.#options.groupId, this.#memberId);
  }

  #schedule(): void {
    this.#timer = this.#clock.setTimer(() => {
      this.#schedule();
      void this.#beat();
    }, this.#options.heartbeatIntervalMs ?? 500);
  }

  async #beat(): Promise<void> {
    if (this.#isOver || this.#isBeating) return;
    this.#isBeating = true;
    try {
      await this.#heartbeat();
      if (this.#isOver) return;
      const beats = this.#beats;
      this.#beats = [];
      for (const resolve of beats) resolve();
      this.#options.onHeartbeat?.();
    } catch {
      // no answer: the next one tries again
    } finally {
      this.#isBeating = false;
    }
  }

  async #heartbeat(): Promise<void> {
    const { groupId, instanceId } = this.#options;
    const memberId = this.#memberId ?? '';
    const { generation = -1 } = this.#assignment ?? {};
    const beat = () => this.#groups.heartbeat(groupId, memberId, generation, instanceId);
    const answer = await this.#call('Heartbeat', beat);
    if (this.#isOver || answer === 'accepted') return;
    if (answer === 'fenced') return this.#fenced();
    await (answer === 'unknown' ? this.join() : this.#enter(() => {}));
  }

  /** Joins a rebalance, if there is one, and applies its result. */
  async #enter(first: () => void): Promise<void> {
    const { groupId } = this.#options;
    await this.#call('JoinGroup', () => {
      first();
      return this.#groups.rejoin(groupId, this.#memberId ?? '');
    });
    this.#learn(await this.#call('SyncGroup', () => this.#groups.assignment(groupId, this.#memberId ?? '')));
  }

  #fenced(): void {
    this.stop();
    const { instanceId, onFatal } = this.#options;
    onFatal?.(new LogError('LOG_REFUSED', `the group refuses this member: another process is ${instanceId}`));
  }

  #learn(next: Assignment | undefined): void {
    if (this.#isOver || next === undefined || next.generation <= (this.#assignment?.generation ?? -1)) return;
    this.#assignment = next;
    this.#options.onAssigned(next);
  }
}
