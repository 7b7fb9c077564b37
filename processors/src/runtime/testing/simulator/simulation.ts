import { LogError } from '../../../log/errors.ts';
import type { LogClient, TopicPartition } from '../../../log/log-client.ts';
import { MemoryLog } from '../../../log/memory/memory-log.ts';
import type { Topology } from '../../topology.ts';
import { disturb } from './disturbances.ts';
import { type Fed, feeding } from './feeder.ts';
import { Machine } from './machine.ts';
import { Network } from './network.ts';
import { OffsetWatch } from './offset-watch.ts';
import { Random } from './random.ts';
import type { FinalLog, Scenario } from './scenario.ts';
import { stateFaults } from './state-judge.ts';
import { Trace } from './trace.ts';
import { VirtualTime } from './virtual-time.ts';
import { TIMES, type Weather, weatherOf } from './weather.ts';

const EPOCH_MS = 1_767_225_600_000;
export const APPLICATION = 'app';
/** Virtual time after the last fault in which everything must be done. */
const SETTLING_MS = 60_000;
const LOOK_MS = 10;

export interface RunOptions {
  /** The client as a broken engine would use it. */
  readonly breakage?: (log: LogClient, memory: MemoryLog) => LogClient;
  readonly trace?: 'lines' | 'hash';
  /** Weather to use instead of the seed's. */
  readonly weather?: Partial<Weather>;
}

export interface RunResult {
  readonly seed: number;
  readonly wrong: readonly string[];
  /** True when it did not come to rest in time. */
  readonly stuck: boolean;
  /** Number of strikes by kind. */
  readonly faults: Readonly<Record<string, number>>;
  readonly events: number;
  /** Number of awaits at which a strike was possible. */
  readonly points: number;
  readonly virtualMs: number;
  readonly trace: Trace | undefined;
}

/** One run of a scenario with the faults of one seed. */
export function simulate(scenario: Scenario, seed: number, options: RunOptions = {}): Promise<RunResult> {
  return new Simulation(scenario, seed, options).run();
}

class Simulation {
  readonly #scenario: Scenario;
  readonly #seed: number;
  readonly #time = new VirtualTime();
  readonly #random: Random;
  readonly #weather: Weather;
  readonly #log: MemoryLog;
  readonly #network: Network;
  readonly #machines: Machine[];
  readonly #topology: Topology;
  readonly #trace: Trace | undefined;
  readonly #faults: Record<string, number> = {};
  readonly #wrong: string[] = [];
  readonly #offsets: OffsetWatch;
  readonly #fed: Fed;

  constructor(scenario: Scenario, seed: number, { breakage = client => client, trace, weather }: RunOptions) {
    this.#scenario = scenario;
    this.#seed = seed;
    this.#random = Random.of(seed, 'what happens');
    this.#weather = { ...weatherOf(seed), ...weather };
    this.#trace = trace === undefined ? undefined : new Trace(trace === 'lines');
    this.#topology = scenario.topology();
    this.#log = this.#makeLog();
    this.#offsets = new OffsetWatch(this.#log, APPLICATION);
    const { machines, partitions, records } = this.#weather;
    this.#network = new Network({
      time: this.#time,
      random: this.#random.fork(),
      weather: this.#weather,
      onStrike: (strike, who, request) => this.#struck(strike, who, `at ${request}`),
      onRequest: (who, request, what) => this.#tell(who, `${request} ${what}`),
    });
    this.#machines = Array.from({ length: machines }, (_, index) => {
      const world = { time: this.#time, log: this.#log, network: this.#network, weather: this.#weather, breakage };
      const application = { applicationId: APPLICATION, topology: this.#topology, ...scenario.options };
      return new Machine(`m${index + 1}`, this.#random.fork(), world, application, {
        tell: (who, what) => this.#tell(who, what),
        onFatal: (who, error) => this.#onFatal(who, error),
      });
    });
    const random = Random.of(seed, 'input');
    this.#fed = feeding(random, scenario.feed(random, partitions, records), this.#weather.abortedInput);
  }

  async run(): Promise<RunResult> {
    for (const { atMs, act } of this.#fed.writes) this.#time.at(atMs, () => act(this.#log, this.#time));
    for (const machine of this.#machines) this.#time.at(this.#random.between(0, 100), () => machine.start());
    disturb({
      ...{ time: this.#time, random: this.#random, weather: this.#weather, log: this.#log, network: this.#network },
      ...{ machines: this.#machines, applicationId: APPLICATION, topology: this.#topology },
      struck: (fault, who, where) => this.#struck(fault, who, where),
    });
    const { calmMs } = TIMES;
    this.#time.at(calmMs, () => this.#calm());
    const isSettled = await this.#until(
      calmMs + SETTLING_MS,
      () => this.#time.nowMs > calmMs && this.#isQuiet() && this.#isShared() && this.#isSettled(),
    );
    const wrong = isSettled ? await this.#judged() : [];
    return {
      seed: this.#seed,
      wrong: [...this.#wrong, ...wrong],
      stuck: !isSettled,
      faults: this.#counted(),
      events: this.#time.events,
      points: this.#network.points,
      virtualMs: this.#time.nowMs,
      trace: this.#trace,
    };
  }

  /** Called once when all is quiet, and again when all processes ended in order. */
  async #judged(): Promise<string[]> {
    const wrong = this.#judge();
    const closed = Promise.all(this.#machines.map(machine => machine.close()));
    let isClosed = false;
    void closed.then(() => {
      isClosed = true;
    });
    await this.#until(this.#time.nowMs + SETTLING_MS, () => isClosed && this.#isQuiet());
    if (!isClosed) wrong.push('a process does not close');
    for (const again of this.#judge()) if (!wrong.includes(again)) wrong.push(`after closing: ${again}`);
    return wrong;
  }

  #isSettled(): boolean {
    return this.#scenario.isSettled?.(this.#finalLog()) ?? true;
  }

  #finalLog(): FinalLog {
    return {
      applicationId: APPLICATION,
      partitions: this.#weather.partitions,
      nowMs: this.#time.nowMs,
      read: (topic, partition) => this.#log.partition({ topic, partition }).read(0n, true, Number.MAX_SAFE_INTEGER).records, // biome-ignore format: one call
    };
  }

  #judge(): string[] {
    const states = this.#machines.flatMap(machine => machine.states);
    return [
      ...this.#scenario.judge(this.#finalLog()),
      ...stateFaults(this.#log, APPLICATION, states),
      ...this.#machines.flatMap(machine => machine.accountingFaults(this.#recordsOf())),
    ];
  }

  /** Number of a source's records; undefined when a lane may have been taken more than once. */
  #recordsOf(): ((topic: string, partition: number) => number) | undefined {
    const harmless = new Set(['slow', 'compaction', 'input aborted']);
    if (this.#weather.machines > 1 || Object.keys(this.#counted()).some(fault => !harmless.has(fault)))
      return undefined;
    if (this.#topology.repartitionTopics.length > 0) return undefined; // their records are purged once read
    return (topic, partition) =>
      this.#log.partition({ topic, partition }).read(0n, true, Number.MAX_SAFE_INTEGER).records.length;
  }

  /** Checks at fixed intervals only, because each event would make it slow. */
  async #until(endMs: number, isOver: () => boolean): Promise<boolean> {
    let nextMs = 0;
    let over = false;
    this.#time.at(endMs, () => {});
    await this.#time.run(() => {
      if (this.#time.nowMs >= nextMs) {
        nextMs = this.#time.nowMs + LOOK_MS;
        this.#wrong.push(...this.#offsets.look(this.#sourcePartitions()));
        over = isOver();
      }
      return over || this.#time.nowMs >= endMs;
    });
    return over || isOver();
  }

  /** Every source is processed and committed to its end, and no transaction is open. */
  #isQuiet(): boolean {
    const isBehind = this.#sourcePartitions().some(at => {
      const log = this.#log.partition(at);
      if (log.lastStableOffset < log.highWatermark) return true;
      const { offset = 0n } = this.#log.groups.committed(APPLICATION, at);
      return log.read(offset, true, 1).records.length > 0;
    });
    return !isBehind && this.#log.transactions.open === 0;
  }

  #sourcePartitions(): TopicPartition[] {
    const sources = this.#topology.subtopologies().flatMap(subtopology => subtopology.sources);
    const topics = [...new Set(sources.map(({ topic }) => this.#nameOf(topic.name)))];
    return topics.flatMap(topic =>
      Array.from({ length: this.#log.partitionCount(topic) ?? 0 }, (_, partition) => ({ topic, partition })),
    );
  }

  /** Every lane runs in one process, and no other process has it. */
  #isShared(): boolean {
    const lanes = this.#machines.flatMap(machine => machine.lanes);
    const wanted = this.#topology.subtopologies().flatMap(({ id, sources }) => {
      const counts = sources.map(({ topic }) => this.#log.partitionCount(this.#nameOf(topic.name)) ?? 0);
      return Array.from({ length: Math.max(...counts) }, (_, partition) => `${id}_${partition}`);
    });
    return (
      lanes.length === wanted.length &&
      wanted.every(name => lanes.some(({ lane, state }) => lane === name && state === 'running'))
    );
  }

  /** A repartition topic is the application's own. */
  #nameOf(name: string): string {
    const own = this.#topology.repartitionTopics.some(({ topic }) => topic.name === name);
    return own ? `${APPLICATION}-${name}` : name;
  }

  /** From now on nothing strikes, and every machine has a process. */
  #calm(): void {
    this.#tell('', 'calm');
    this.#network.calm();
    for (const machine of this.#machines) machine.keepRunning();
  }

  #makeLog(): MemoryLog {
    const random = this.#random.fork();
    const time = this.#time;
    const { markerDelayMs, partitions } = this.#weather;
    const log = new MemoryLog({
      clock: {
        nowMs: () => EPOCH_MS + Math.floor(time.nowMs),
        monotonicMs: () => time.nowMs,
        setTimer: (callback, ms) => time.after(ms, callback),
        soon: callback => void time.after(0, callback),
      },
      timedSessions: true,
      transactionTimeoutMs: TIMES.transactionMs,
      ...(markerDelayMs === 0 ? {} : { markerDelayMs: () => random.between(0, markerDelayMs) }),
    });
    log.createTopics(this.#scenario.topics.map(({ name }) => ({ topic: name, partitions })));
    return log;
  }

  #counted(): Record<string, number> {
    const { expired, late } = this.#log.groups;
    const { timedOut } = this.#log.transactions;
    if (expired > 0) this.#faults['session expired'] = expired;
    if (late > 0) this.#faults['rebalance missed'] = late;
    if (timedOut > 0) this.#faults['transaction timed out'] = timedOut;
    if (this.#fed.aborted > 0) this.#faults['input aborted'] = this.#fed.aborted;
    return this.#faults;
  }

  #onFatal(who: string, error: unknown): void {
    // a late JoinGroup with its own instance id replaced it: the process must end, and its machine starts another
    if (error instanceof LogError && error.code === 'LOG_REFUSED') this.#struck('instance fenced', who, '');
    else this.#wrong.push(`${who} gave up: ${error}`);
  }

  #struck(fault: string, who: string, where: string): void {
    this.#faults[fault] = (this.#faults[fault] ?? 0) + 1;
    this.#tell(who, `*** ${fault} ${where}`);
  }

  #tell(who: string, what: string): void {
    this.#trace?.add(this.#time.nowMs, who, what);
  }
}
