import { type KeyValueStore, keyValueStore, type ProcessorContext } from '@sightline/processors/runtime';
import { int64, utf8 } from './serdes.ts';
import type { ClosedTimeStore } from './window-time.ts';

/** The stream whose record the task is processing. */
interface Turn {
  stream: string;
}

const OF_STORE = new WeakMap<object, Turn>();

export type CogroupedTimes = ReturnType<typeof cogroupedTimes>;

/**
 * Keeps the time up to which windows are closed, per stream. Each stream's own records move it, as in Kafka Streams.
 */
export function cogroupedTimes(name: string) {
  return keyValueStore(`${name}-time`, utf8, int64);
}

/** The one `Turn` of a task, shared by its nodes. */
export function turnOf(context: Pick<ProcessorContext, 'stateStore'>, times: CogroupedTimes): Turn {
  return turnAt(context.stateStore(times));
}

/** The time of the stream whose record is processed. */
export function closedTimeByTurn(times: CogroupedTimes, noneMs: number): ClosedTimeStore<unknown> {
  return {
    builder: times,
    open(context) {
      const store = context.stateStore(times);
      const turn = turnAt(store);
      return {
        upTo: () => store.get(turn.stream) ?? noneMs,
        close: (_key, closedMs) => store.put(turn.stream, closedMs),
      };
    },
  };
}

function turnAt(store: KeyValueStore<string, number>): Turn {
  const turn = OF_STORE.get(store) ?? { stream: '' };
  OF_STORE.set(store, turn);
  return turn;
}
