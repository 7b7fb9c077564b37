import { type KeyValueStore, keyValueStore, type ProcessorContext } from '@sightline/processors/runtime';
import { int64, utf8 } from './serdes.ts';
import type { ClosedTimeStore } from './window-time.ts';

/** Whose record a task is at. */
interface Turn {
  stream: string;
}

const OF_STORE = new WeakMap<object, Turn>();

export type CogroupedTimes = ReturnType<typeof cogroupedTimes>;

/** Keeps up to where windows are closed for each of several streams: by its own records alone, as Kafka Streams does. */
export function cogroupedTimes(name: string) {
  return keyValueStore(`${name}-time`, utf8, int64);
}

/** The one that all of a task share. */
export function turnOf(context: Pick<ProcessorContext, 'stateStore'>, times: CogroupedTimes): Turn {
  return turnAt(context.stateStore(times));
}

/** The time of the stream whose turn it is. */
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
