import { sessionWindowed, type Topology, timeWindowed } from '@sightline/processors/runtime';
import type { Random } from '@sightline/processors/runtime/simulator';
import { topic } from '@sightline/schemas/topic';
import { hopping, int64, StreamsBuilder, session, sliding, tumbling, utf8 } from '../../dsl/index.ts';
import { againstDriver, type DrivenRecord } from './against-driver.ts';

const kept = { cleanup: 'delete', retention: { timeMs: -1 } } as const;
const texts = { key: utf8, value: utf8, ...kept };

export const allWindowsInput = topic('visits-in', texts);
const hoppings = topic('visits-hopping', { key: timeWindowed(utf8, 100), value: int64, ...kept });
const slidings = topic('visits-sliding', { key: timeWindowed(utf8, 60), value: int64, ...kept });
const sessions = topic('visits-sessions', { key: sessionWindowed(utf8), value: int64, ...kept });
const perKey = topic('visits-per-key', { key: timeWindowed(utf8, 100), value: int64, ...kept });
const late = topic('visits-late', texts);
export const allWindowsOutputs = [hoppings, slidings, sessions, perKey, late] as const;

/** Every kind of window over one stream; each window is emitted once, when it closes. */
export function allWindowsTopology(): Topology {
  const builder = new StreamsBuilder();
  const visits = builder.stream('in', allWindowsInput).groupByKey();
  const hops = visits.windowedBy('hops', hopping(100, { advance: 30, grace: 20 })).count();
  hops.closed.to('hops-out', hoppings);
  hops.late.to('late', late);
  visits
    .windowedBy('slides', sliding(60, { grace: 40 }))
    .count()
    .closed.to('slides-out', slidings);
  visits
    .windowedBy('sittings', session(50, { grace: 30 }))
    .count()
    .closed.to('sittings-out', sessions);
  visits
    .windowedBy('own-time', tumbling(100, { grace: 10, time: 'key' }))
    .count()
    .closed.to('own-time-out', perKey);
  return builder.build();
}

export function visit(random: Random, index: number): DrivenRecord {
  const timestampMs = Math.max(0, 1000 + index * 20 - (random.chance(0.3) ? random.int(0, 300) : 0));
  return { key: Buffer.from(random.pick(['a', 'b', 'c', 'd'])), value: Buffer.from(`${index}`), timestampMs };
}

export const allWindows = againstDriver(
  'all-windows',
  allWindowsTopology,
  { input: allWindowsInput, outputs: allWindowsOutputs },
  visit,
);
