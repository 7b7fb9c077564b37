import type { LogClient } from '../../../log/log-client.ts';
import type { MemoryLog } from '../../../log/memory/memory-log.ts';
import { StreamsApp } from '../../streams-app.ts';
import type { StreamsOptions } from '../../streams-options.ts';
import type { Network } from './network.ts';
import type { Random } from './random.ts';
import { SimulatedDisk, type StoredState, type WriteFault } from './simulated-disk.ts';
import { SimulatedProcess } from './simulated-process.ts';
import type { VirtualTime } from './virtual-time.ts';
import { TIMES, type Weather } from './weather.ts';

export interface World {
  readonly time: VirtualTime;
  readonly log: MemoryLog;
  readonly network: Network;
  readonly weather: Weather;
  breakage(log: LogClient, memory: MemoryLog): LogClient;
}

export interface MachineListener {
  tell(who: string, what: string): void;
  onFatal(who: string, error: unknown): void;
}

interface Running {
  readonly process: SimulatedProcess;
  readonly app: StreamsApp;
  isClosing: boolean;
  readonly gone: PromiseWithResolvers<void>;
}

/** A machine that runs one process at a time. Some time after a process died the next one starts. */
export class Machine {
  readonly name: string;
  readonly #random: Random;
  readonly #world: World;
  readonly #application: Pick<StreamsOptions, 'applicationId' | 'topology'> & Partial<StreamsOptions>;
  readonly #listener: MachineListener;
  readonly #disk: SimulatedDisk;
  #starts = 0;
  #running: Running | undefined;
  #restarts = true;
  #keepsRunning = false;

  constructor(
    name: string,
    random: Random,
    world: World,
    application: Pick<StreamsOptions, 'applicationId' | 'topology'> & Partial<StreamsOptions>,
    listener: MachineListener,
  ) {
    this.name = name;
    this.#random = random;
    this.#world = world;
    this.#application = application;
    this.#listener = listener;
    this.#disk = new SimulatedDisk(world.weather.hasDisk, () => this.#strikeWrite());
  }

  /** The machine's stored state; with a disk it outlives the process. */
  get states(): readonly StoredState[] {
    return this.#disk.states;
  }

  get isRunning(): boolean {
    return this.#running !== undefined && !this.#running.isClosing;
  }

  start(): void {
    if (this.#running !== undefined) return;
    const { time, log, network, weather, breakage } = this.#world;
    this.#restarts = true;
    this.#disk.use();
    const name = `${this.name}.${++this.#starts}`;
    const process = new SimulatedProcess(name, time, this.#random.fork(), weather.workMs, () => {
      client.kill();
      this.#died(process);
    });
    const client = log.client({ clock: process, transport: network.transportOf(process) });
    const random = this.#random.fork();
    const give = (error: unknown) => this.#giveUp(process, error);
    const app = new StreamsApp({
      ...this.#application,
      log: breakage(inSmallFetches(client, weather.fetchBytes), log),
      clock: process,
      random: () => random.next(),
      commitIntervalMs: weather.commitIntervalMs,
      maxPendingBytes: weather.maxPendingBytes,
      bufferedRecordsPerPartition: weather.bufferedRecords,
      sessionTimeoutMs: TIMES.sessionMs,
      heartbeatIntervalMs: TIMES.heartbeatMs,
      rebalanceTimeoutMs: TIMES.rebalanceMs,
      standbyReplicas: weather.standbyReplicas,
      cacheMaxBytes: weather.cacheMaxBytes,
      repartitionPurgeIntervalMs: TIMES.purgeMs,
      state: this.#disk,
      ...(weather.isStatic ? { instanceId: this.name } : {}),
      onError: (error, lane) => this.#listener.tell(name, `lane ${lane}: ${error}`),
      onFatal: error => {
        this.#listener.onFatal(name, error);
        give(error);
      },
    });
    this.#running = { process, app, isClosing: false, gone: Promise.withResolvers() };
    this.#listener.tell(name, 'starts');
    process.deliver(() => void app.start().catch(give), 0);
  }

  crash(): void {
    this.#running?.process.crash();
  }

  /** Kills the process. */
  loseDisk(): void {
    this.crash();
    this.#disk.replace();
  }

  stall(ms: number): void {
    this.#running?.process.stall(ms);
  }

  /** Starts a process if none runs. From now on another one follows each that dies. */
  keepRunning(): void {
    this.#keepsRunning = true;
    if (this.#running === undefined) this.#startLater(0);
  }

  /** Ends the process in order; resolves when it is gone. */
  async close(): Promise<void> {
    const running = this.#running;
    this.#restarts = this.#keepsRunning = false;
    if (running === undefined || running.isClosing) return;
    running.isClosing = true;
    this.#listener.tell(running.process.name, 'closes');
    const closing = running.app.close().catch(error => this.#listener.tell(running.process.name, `closing: ${error}`));
    void closing.then(() => running.process.crash());
    await running.gone.promise;
  }

  /** Lanes of its process, running or not. */
  get lanes(): readonly { readonly lane: string; readonly state: string }[] {
    return this.#running?.app.health().lanes ?? [];
  }

  /**
   * Lanes with records that are missing in the accounts. A lane counts from when this process took it. So `recordsOf`,
   * which gives all records of a source, is used only where no lane was taken twice.
   */
  accountingFaults(recordsOf?: (topic: string, partition: number) => number): string[] {
    const lanes = this.#running?.app.health().lanes ?? [];
    return lanes.flatMap(({ lane, partitions }) =>
      partitions.flatMap(({ topic, partition, account }) => {
        const count = recordsOf?.(topic, partition);
        if (count !== undefined && count !== (account?.in ?? 0)) return [`${lane}: ${account?.in} of ${count} counted`];
        if (account === undefined) return [];
        const { processed, late, deadLettered, filtered, duplicate } = account;
        const sum = processed + late + deadLettered + filtered + duplicate;
        return sum === account.in ? [] : [`${lane}: ${account.in} records in, ${sum} accounted for`];
      }),
    );
  }

  /** The process cannot go on by itself, so it ends. */
  #giveUp(process: SimulatedProcess, error: unknown): void {
    this.#listener.tell(process.name, `ends: ${error}`);
    process.crash();
  }

  #strikeWrite(): WriteFault {
    const fault = this.#world.network.strikeWrite(this.#running?.process.name ?? this.name);
    if (fault !== undefined) this.crash();
    return fault;
  }

  #died(process: SimulatedProcess): void {
    if (this.#running?.process !== process) return;
    this.#running.gone.resolve();
    this.#running = undefined;
    this.#disk.left();
    this.#listener.tell(process.name, 'is dead');
    if (this.#restarts || this.#keepsRunning) this.#startLater(this.#random.between(1, 1.5 * TIMES.sessionMs));
  }

  #startLater(ms: number): void {
    this.#world.time.after(ms, () => {
      if (this.#restarts || this.#keepsRunning) this.start();
    });
  }
}

function inSmallFetches(client: LogClient, maxBytesPerPartition: number): LogClient {
  return {
    admin: client.admin,
    producer: options => client.producer(options),
    transactionalProducer: (id, options) => client.transactionalProducer(id, options),
    reader: options => client.reader({ ...options, maxBytesPerPartition }),
    join: options => client.join(options),
    close: () => client.close(),
  };
}
