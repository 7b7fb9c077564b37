import { LogError } from '../../../log/errors.ts';
import type { Transport } from '../../../log/memory/memory-transport.ts';
import type { Random } from './random.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import type { VirtualTime } from './virtual-time.ts';
import { type ChosenStrike, type Strike, TIMES, type Weather } from './weather.ts';

const FOCUS = 8;
/** Requests that the adapter repeats until an answer comes. */
const REPEATED = new Set(['Fetch']);
/** Requests to the group's coordinator. */
const GROUP = new Set(['JoinGroup', 'SyncGroup', 'Heartbeat', 'LeaveGroup']);
/** Their order on one connection alone keeps a group's offset from going back, as in Kafka: at-least-once only. */
const NEVER_LATE = new Set(['OffsetCommit']);

export interface NetworkOptions {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly weather: Weather;
  /** A strike happened. */
  onStrike(strike: Strike, who: string, request: string): void;
  onRequest(who: string, request: string, what: string): void;
}

interface Sent<T> {
  readonly process: SimulatedProcess;
  readonly request: string;
  work(): T | Promise<T>;
  resolve(answer: T): void;
  reject(error: unknown): void;
  /** The process gave up on the request. */
  readonly isForgotten: boolean;
}

/** The network between processes and broker. Answers overtake each other. After `calm()` nothing is lost any more. */
export class Network {
  readonly #options: NetworkOptions;
  #isCalm = false;
  #brokerBackMs = 0;
  /** Number of awaits so far: requests to send, answers to hear, before and after writes. */
  #points = 0;
  #cutOff: { readonly machine: string; readonly untilMs: number } | undefined;

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  calm(): void {
    this.#isCalm = true;
  }

  /** The number of awaits so far at which a strike was possible. */
  get points(): number {
    return this.#points;
  }

  /** All requests fail for this long, including those in flight. */
  restartBroker(ms: number): void {
    this.#brokerBackMs = this.#options.time.nowMs + ms;
  }

  /** The group hears nothing of a machine for this long. */
  cutOff(machine: string, ms: number): void {
    this.#cutOff = { machine, untilMs: this.#options.time.nowMs + ms };
  }

  transportOf(process: SimulatedProcess): Transport {
    return <T>(request: string, work: () => T | Promise<T>) =>
      new Promise<T>((resolve, reject) => this.#send({ process, request, work, resolve, reject, isForgotten: false }));
  }

  #send<T>(call: Sent<T>): void {
    const strike = this.#strike(call, ['crash', 'stall', 'request lost', 'request late', 'slow']);
    if (strike === 'crash') call.process.crash();
    else if (strike === 'request lost' || (strike === 'request late' && NEVER_LATE.has(call.request))) this.#fail(call);
    else if (strike === 'stall') {
      call.process.stall(this.#stallMs());
      call.process.deliver(() => this.#travel(call, 0), 0);
    } else if (strike === 'request late') {
      this.#fail(call);
      this.#travel({ ...call, isForgotten: true }, this.#options.random.between(0, 3 * TIMES.requestMs));
    } else this.#travel(call, strike === 'slow' ? this.#slowMs() : 0);
  }

  #travel<T>(call: Sent<T>, moreMs: number): void {
    const { process, request, isForgotten } = call;
    this.#options.onRequest(process.name, request, isForgotten ? 'sent, late' : 'sent');
    this.#options.time.after(this.#latencyMs() + moreMs, () => {
      if (this.#isDown || this.#isCutOff(call)) this.#fail(call);
      else
        attempt(call.work).then(
          value => this.#answer(call, () => call.resolve(value)),
          error => this.#answer(call, () => call.reject(error)),
        );
    });
  }

  #answer<T>(call: Sent<T>, tell: () => void): void {
    const { process, request } = call;
    if (call.isForgotten || !process.isAlive) return;
    const strike = this.#strike(call, ['crash', 'stall', 'answer lost', 'slow']);
    if (strike === 'answer lost' || this.#isDown) {
      this.#fail(call);
      return;
    }
    const heard = () => {
      this.#options.onRequest(process.name, request, 'answered');
      tell();
    };
    const arrive = () => {
      if (strike === 'crash') process.crash();
      else if (strike === 'stall') {
        process.stall(this.#stallMs());
        process.deliver(heard, 0);
      } else heard();
    };
    process.deliver(arrive, this.#latencyMs() + (strike === 'slow' ? this.#slowMs() : 0));
  }

  /** The process hears no answer. The adapter then repeats some kinds of requests. */
  #fail<T>(call: Sent<T>): void {
    const { process, request } = call;
    if (call.isForgotten) return;
    const error = new LogError('LOG_UNREACHABLE', `${request} got no answer`, { retriable: true });
    const giveUpMs = this.#options.random.chance(0.5) ? this.#latencyMs() : TIMES.requestMs;
    process.deliver(() => (REPEATED.has(request) ? this.#send(call) : call.reject(error)), giveUpMs);
  }

  /** When the process dies at a write to its disk: before the write or after it; undefined: it does not die. */
  strikeWrite(who: string): 'before' | 'after' | undefined {
    const { random, weather, onStrike } = this.#options;
    if (this.#isCalm) return undefined;
    const chosen = (['before', 'after'] as const).find(() => this.#chosen(['crash']) !== undefined);
    if (chosen === undefined && !random.chance(weather.strikes.crash * 2)) return undefined;
    const when = chosen ?? (random.chance(0.5) ? 'before' : 'after');
    onStrike('crash', who, `a write, ${when} it`);
    return when;
  }

  /** Counts an await and returns the strike chosen for it. */
  #chosen(possible: readonly Strike[]): Strike | undefined {
    const { strikeAt } = this.#options.weather;
    this.#points += 1;
    return strikeAt?.point === this.#points ? named(strikeAt.strike, possible) : undefined;
  }

  #isCutOff<T>({ process, request }: Sent<T>): boolean {
    if (this.#cutOff === undefined || this.#options.time.nowMs > this.#cutOff.untilMs) return false;
    return GROUP.has(request) && process.name.startsWith(`${this.#cutOff.machine}.`);
  }

  get #isDown(): boolean {
    return this.#options.time.nowMs < this.#brokerBackMs;
  }

  #latencyMs(): number {
    const { random, weather } = this.#options;
    return -Math.log(1 - random.next()) * weather.latencyMs;
  }

  #slowMs(): number {
    return this.#options.random.between(20, TIMES.requestMs);
  }

  #stallMs(): number {
    const { random } = this.#options;
    return random.chance(0.7) ? random.between(1.1, 3) * TIMES.sessionMs : random.between(0.1, 1) * TIMES.sessionMs;
  }

  #strike<T>({ process, request }: Sent<T>, among: readonly Strike[]): Strike | undefined {
    const { random, weather, onStrike } = this.#options;
    if (this.#isCalm) return undefined;
    const chosen = this.#chosen(among);
    if (chosen !== undefined) {
      onStrike(chosen, process.name, request);
      return chosen;
    }
    const factor = request === weather.focus ? FOCUS : 1;
    let drawn = random.next();
    for (const strike of among) {
      drawn -= weather.strikes[strike] * factor;
      if (drawn >= 0) continue;
      onStrike(strike, process.name, request);
      return strike;
    }
    return undefined;
  }
}

/** The name of a strike at this kind of await; undefined when it cannot happen there. */
function named(strike: ChosenStrike, possible: readonly Strike[]): Strike | undefined {
  if (strike !== 'lost') return possible.includes(strike) ? strike : undefined;
  return possible.find(candidate => candidate === 'request lost' || candidate === 'answer lost');
}

async function attempt<T>(work: () => T | Promise<T>): Promise<T> {
  return work();
}
