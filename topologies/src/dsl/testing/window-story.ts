import type { Windowed } from '@sightline/processors/runtime';
import { sessionWindowed, timeWindowed } from '@sightline/processors/runtime';
import { type Serde, topic } from '@sightline/schemas/topic';
import type { DriverOptions } from '../../testing/driver-options.ts';
import { TopologyTestDriver } from '../../testing/topology-test-driver.ts';
import { utf8 } from '../serdes.ts';
import type { StreamsBuilder } from '../streams-builder.ts';
import type { SessionWindows, SlidingWindows, TimeWindows } from '../windows.ts';

const bytes: Serde<Buffer> = { name: 'bytes', serialize: value => value, deserialize: value => value };
const keep = { cleanup: 'delete', retention: { timeMs: -1 } } as const;
export const words = topic('words', { key: utf8, value: utf8, ...keep });

/** Topic for words that cannot be joined: `boom` cannot. */
export const dead = topic('dead', { key: bytes, value: bytes, ...keep });

/** A windowed aggregation of words, joined in order, with all its outputs. */
export class WindowStory {
  readonly driver: TopologyTestDriver;
  readonly #isSession: boolean;
  readonly #windowed: ReturnType<typeof windowedTopic>;

  constructor(windows: TimeWindows | SlidingWindows | SessionWindows, options: DriverOptions = {}) {
    this.#isSession = windows.kind === 'session';
    this.#windowed = windowedTopic('closed', windows);
    this.driver = new TopologyTestDriver(builder => this.#graph(builder, windows), options);
  }

  /** Each word is `key:value@ms`. */
  pipe(...told: readonly string[]): this {
    for (const word of told) {
      const [, key = '', value = '', ms] = /^(\w+):(\w+)@(\d+)$/.exec(word) ?? [];
      this.driver.pipe(words, key, value, { timestampMs: Number(ms) });
    }
    return this;
  }

  /** Windows emitted as closed since the last call. */
  closed(): string[] {
    return this.driver.readRecords(this.#windowed).map(record => shown(record.key, record.value, record.timestampMs));
  }

  /** Updates since the last call; `-` is a tombstone. */
  updates(): string[] {
    const updates = { ...this.#windowed, name: 'updates' };
    return this.driver.readRecords(updates).map(record => shown(record.key, record.value, record.timestampMs));
  }

  /** Late records since the last call. */
  late(): string[] {
    const late = { ...words, name: 'late' };
    return this.driver.readRecords(late).map(({ key, value, timestampMs }) => `${key}:${value}@${timestampMs}`);
  }

  state(): string[] {
    return this.driver.store<Windowed<string>, unknown>('joined').map(([window, kept]) => {
      if (this.#isSession) return shown(window, kept as string, window.endMs);
      const { value, timestampMs } = kept as { readonly value: string; readonly timestampMs: number };
      return shown(window, value, timestampMs);
    });
  }

  #graph(builder: StreamsBuilder, windows: TimeWindows | SlidingWindows | SessionWindows): void {
    const grouped = builder.stream('words', words).groupByKey();
    const add = (joined: string, word: string) => {
      if (word === 'boom') throw new Error('boom was said');
      return joined + word;
    };
    const { updates, closed, late } =
      windows.kind === 'session'
        ? grouped.windowedBy('joined', windows).aggregate(() => '', add, (one, other) => one + other, { value: utf8 }) // biome-ignore format: alike
        : grouped.windowedBy('joined', windows).aggregate(() => '', add, { value: utf8 });
    updates.toStream('changes').to('updates', { ...this.#windowed, name: 'updates' });
    closed.to('closed', this.#windowed);
    late.to('late', { ...words, name: 'late' });
  }
}

export function windowedTopic(name: string, windows: TimeWindows | SlidingWindows | SessionWindows) {
  const { kind } = windows;
  const sizeMs = kind === 'time' ? windows.sizeMs : kind === 'sliding' ? windows.timeDifferenceMs : 0;
  const key = kind === 'session' ? sessionWindowed(utf8) : timeWindowed(utf8, sizeMs);
  return topic(name, { key, value: utf8, ...keep });
}

function shown({ key, startMs, endMs }: Windowed<string>, value: string | null, timestampMs: number): string {
  return `${key}[${startMs}-${endMs}]=${value ?? '-'}@${timestampMs}`;
}
