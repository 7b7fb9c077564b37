import type { MemoryLog } from '../../../log/memory/memory-log.ts';
import { changelogTopic } from '../../task-commit.ts';
import type { Topology } from '../../topology.ts';
import type { Machine } from './machine.ts';
import type { Network } from './network.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';
import { type Event, TIMES, type Weather } from './weather.ts';

/** The parts that are disturbed, and the listeners. */
export interface Disturbed {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly weather: Weather;
  readonly log: MemoryLog;
  readonly network: Network;
  readonly machines: readonly Machine[];
  readonly applicationId: string;
  readonly topology: Topology;
  struck(fault: string, who: string, where: string): void;
}

/** Causes, at their times, the faults of the weather that belong to no request. */
export function disturb(disturbed: Disturbed): void {
  const { time, weather, machines, network, struck } = disturbed;
  const { events, isCompacting, cutOff, stormAtMs } = weather;
  for (const { atMs, event } of events) time.at(atMs, () => happen(event, disturbed));
  if (isCompacting) keepCompacting(disturbed);
  if (stormAtMs !== undefined) time.at(stormAtMs, () => storm(disturbed));
  const [machine] = machines;
  if (cutOff === undefined || machine === undefined) return;
  time.at(cutOff.atMs, () => {
    network.cutOff(machine.name, cutOff.forMs);
    struck('cut off', machine.name, '');
  });
}

function happen(event: Event, disturbed: Disturbed): void {
  const { random, machines, network, struck } = disturbed;
  const running = machines.filter(machine => machine.isRunning);
  const one = running[random.int(0, Math.max(0, running.length - 1))];
  if (event === 'compaction') compact(disturbed);
  else if (event === 'broker restart') {
    network.restartBroker(random.between(50, 800));
    struck(event, 'broker', '');
  } else if (event === 'join') join(disturbed);
  else if (one !== undefined) {
    struck(event, one.name, '');
    if (event === 'crash') one.crash();
    if (event === 'new disk') one.loseDisk();
    if (event === 'stall') one.stall(random.between(0.5, 3) * TIMES.sessionMs);
    if (event === 'leave') void one.close();
  }
}

function join({ machines, struck }: Disturbed): void {
  const away = machines.find(machine => !machine.isRunning);
  if (away === undefined) return;
  away.start();
  struck('join', away.name, '');
}

/** Causes one rebalance after another, until the calm. */
function storm(disturbed: Disturbed): void {
  const { time, log, applicationId, struck } = disturbed;
  if (time.nowMs > TIMES.calmMs) return;
  log.groups.rebalance(applicationId);
  struck('rebalance', 'broker', '');
  time.after(TIMES.stormMs, () => storm(disturbed));
}

function keepCompacting(disturbed: Disturbed): void {
  disturbed.time.after(TIMES.compactionMs, () => {
    compact(disturbed);
    keepCompacting(disturbed);
  });
}

function compact({ log, topology, applicationId, struck }: Disturbed): void {
  const stores = topology.subtopologies().flatMap(subtopology => subtopology.stores);
  for (const { name } of stores.filter(({ logged }) => logged)) {
    const topic = changelogTopic(applicationId, name);
    for (let partition = 0; partition < (log.partitionCount(topic) ?? 0); partition++) {
      if (log.partition({ topic, partition }).compact() > 0) struck('compaction', 'broker', topic);
    }
  }
}
