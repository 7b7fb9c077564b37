import type { Windowed } from '@sightline/processors/runtime';
import { minutes, seconds } from '@sightline/schemas/duration';
import type { WindowMaterialized } from '../src/dsl/parts.ts';
import { int64, utf8 } from '../src/dsl/serdes.ts';
import type { KGroupedStream, KStream, WindowedAggregate } from '../src/dsl/streams.ts';
import type { StreamsBuilder } from '../src/dsl/streams-builder.ts';
import { hopping, type SlidingWindows, session, sliding, type TimeWindows, tumbling } from '../src/dsl/windows.ts';
import type { Programs } from './program-type.ts';
import { numbers, outputSessions, outputWindows } from './topics.ts';

const tumblingNoGrace = tumbling(seconds(10), { grace: 0 });
const tumblingGrace = tumbling(seconds(10), { grace: seconds(5) });
const hoppingNoGrace = hopping(seconds(10), { advance: seconds(4), grace: 0 });
const hoppingGrace = hopping(seconds(10), { advance: seconds(4), grace: seconds(5) });
const slidingNoGrace = sliding(seconds(5), { grace: 0 });
const slidingGrace = sliding(seconds(5), { grace: seconds(4) });
const sessionNoGrace = session(seconds(5), { grace: 0 });
const sessionGrace = session(seconds(5), { grace: seconds(6) });

const fine = hopping(seconds(10), { advance: seconds(1), grace: seconds(20) });
const nearlyTumbling = hopping(seconds(10), { advance: 9_999, grace: 0 });
const shortWindows = tumbling(500, { grace: seconds(7) });
const shortSliding = sliding(1, { grace: seconds(10) });
const shortSessions = session(500, { grace: seconds(10) });

/** Longer than Kafka Streams' default: there a jump of time would delete windows before they are emitted. */
const long = { retentionMs: minutes(10) };

/** Emit on update, or once when the window closes. */
type Emit = 'updates' | 'closed';
type Program = (builder: StreamsBuilder) => void;

/** Tumbling and hopping, sliding, sessions: WindowPrograms.java, SlidingPrograms.java, SessionPrograms.java. */
export const windowPrograms: Programs = {
  'tumbling-count': count(tumblingNoGrace, 'updates'),
  'tumbling-count-grace': count(tumblingGrace, 'updates'),
  'tumbling-count-final': count(tumblingNoGrace, 'closed'),
  'tumbling-count-grace-final': count(tumblingGrace, 'closed'),
  'tumbling-reduce-grace': sum(tumblingGrace, 'updates'),
  'tumbling-reduce-grace-final': sum(tumblingGrace, 'closed'),
  'tumbling-aggregate': values(tumblingNoGrace, 'updates'),
  'tumbling-aggregate-grace-final': values(tumblingGrace, 'closed'),

  'hopping-count': count(hoppingNoGrace, 'updates'),
  'hopping-count-grace-final': count(hoppingGrace, 'closed'),
  'hopping-reduce-grace': sum(hoppingGrace, 'updates'),
  'hopping-reduce-final': sum(hoppingNoGrace, 'closed'),
  'hopping-aggregate-grace': values(hoppingGrace, 'updates'),
  'hopping-aggregate-final': values(hoppingNoGrace, 'closed'),
  'hopping-count-fine-grace': count(fine, 'updates'),
  'hopping-reduce-fine-grace-final': sum(fine, 'closed'),
  'hopping-aggregate-nearly-tumbling-final': values(nearlyTumbling, 'closed'),
  'tumbling-aggregate-short-grace-final': values(shortWindows, 'closed'),

  'sliding-count': count(slidingNoGrace, 'updates'),
  'sliding-count-grace': count(slidingGrace, 'updates'),
  'sliding-count-grace-final': count(slidingGrace, 'closed'),
  'sliding-reduce-grace': sum(slidingGrace, 'updates'),
  'sliding-reduce-final': sum(slidingNoGrace, 'closed'),
  'sliding-aggregate-grace': values(slidingGrace, 'updates'),
  'sliding-aggregate-final': values(slidingNoGrace, 'closed'),
  'sliding-aggregate-short-grace': values(shortSliding, 'updates'),
  'sliding-aggregate-short-grace-final': values(shortSliding, 'closed'),

  'session-count': sessions(sessionNoGrace, 'updates'),
  'session-count-grace': sessions(sessionGrace, 'updates'),
  'session-count-grace-final': sessions(sessionGrace, 'closed'),
  'session-reduce-grace': sessionSums(sessionGrace, 'updates'),
  'session-reduce-final': sessionSums(sessionNoGrace, 'closed'),
  'session-aggregate-grace': sessionValues(sessionGrace, 'updates'),
  'session-aggregate-final': sessionValues(sessionNoGrace, 'closed'),
  'session-aggregate-short-grace': sessionValues(shortSessions, 'updates'),
  'session-aggregate-short-grace-final': sessionValues(shortSessions, 'closed'),
};

function count(windows: TimeWindows | SlidingWindows, emit: Emit): Program {
  return builder => {
    const counts = byKey(builder).windowedBy('windows', windows).count(kept(emit));
    emitted(counts, emit).to('output', outputWindows(sizeOf(windows), int64));
  };
}

function sum(windows: TimeWindows | SlidingWindows, emit: Emit): Program {
  return builder => {
    const sums = byKey(builder)
      .windowedBy('windows', windows)
      .reduce((one, other) => one + other, kept(emit));
    emitted(sums, emit).to('output', outputWindows(sizeOf(windows), int64));
  };
}

function values(windows: TimeWindows | SlidingWindows, emit: Emit): Program {
  return builder => {
    const joined = byKey(builder)
      .windowedBy('windows', windows)
      .aggregate(
        () => '',
        (values, value) => values + value,
        { ...kept(emit), value: utf8 },
      );
    emitted(joined, emit).to('output', outputWindows(sizeOf(windows), utf8));
  };
}

function sessions(windows: typeof sessionGrace, emit: Emit): Program {
  return builder => {
    const counts = byKey(builder).windowedBy('sessions', windows).count(long);
    emitted(counts, emit).to('output', outputSessions(int64));
  };
}

function sessionSums(windows: typeof sessionGrace, emit: Emit): Program {
  return builder => {
    const sums = byKey(builder)
      .windowedBy('sessions', windows)
      .reduce((one, other) => one + other, long);
    emitted(sums, emit).to('output', outputSessions(int64));
  };
}

function sessionValues(windows: typeof sessionGrace, emit: Emit): Program {
  return builder => {
    const joined = byKey(builder)
      .windowedBy('sessions', windows)
      .aggregate(
        () => '',
        (values, value) => values + value,
        (one, other) => `${one}|${other}`,
        { ...long, value: utf8 },
      );
    emitted(joined, emit).to('output', outputSessions(utf8));
  };
}

function byKey(builder: StreamsBuilder): KGroupedStream<string, number> {
  return builder.stream('numbers', numbers).groupByKey();
}

function emitted<A>(aggregate: WindowedAggregate<string, number, A>, emit: Emit): KStream<Windowed<string>, A | null> {
  return emit === 'updates'
    ? aggregate.updates.toStream('updates')
    : (aggregate.closed as KStream<Windowed<string>, A | null>);
}

function kept(emit: Emit): WindowMaterialized {
  return emit === 'closed' ? long : {};
}

function sizeOf(windows: TimeWindows | SlidingWindows): number {
  return windows.kind === 'time' ? windows.sizeMs : windows.timeDifferenceMs;
}
