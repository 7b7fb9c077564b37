import { setTimeout as sleep } from 'node:timers/promises';
import type { CountingCell } from './counting-cell.ts';
import { BrokerProxy, REQUESTS, type RequestName, type Strike, type Withheld } from './proxy.ts';
import { type Fault, TIMES, type Trial } from './trial.ts';

/** Longer than the client waits for an answer (8 s). */
const GIVES_UP_WITHIN_MS = 12_000;
const WAITED_AT_LEAST_MS = 7_500;
/** Time enough for the lane to fence and to go on working. */
const LATE_BY_MS = 2_500;
/** A busy machine takes this long to send a request of each kind. */
const STRUCK_WITHIN_MS = 30_000;
const AT_ONCE = 3;

interface Way {
  readonly says: string;
  readonly withheld: Withheld;
  readonly lateByMs?: number;
  /** True when the broker's answer is correct. */
  isRight(errorCode: number | undefined): boolean;
}
const WAYS: readonly Way[] = [
  { says: 'request lost', withheld: 'request', isRight: errorCode => errorCode === undefined },
  { says: 'answer held', withheld: 'answer', isRight: errorCode => errorCode === 0 },
  // the fence has ended the transaction before, so the broker must refuse
  { says: 'request late', withheld: 'request', lateByMs: LATE_BY_MS, isRight: errorCode => (errorCode ?? 0) !== 0 },
];

/**
 * EndTxn held past the client's request timeout. The client cannot know the outcome, and both outcomes must be correct.
 */
export const heldCommits = (runs: number): Fault => ({
  name: 'EndTxn held past the timeout',
  runs,
  make: (cell, trial) =>
    throughProxy(cell, async proxy => {
      let proofs = 0;
      for (let round = 0; proofs < runs && round < runs; round++) {
        const ways = Array.from({ length: Math.min(AT_ONCE, runs - proofs) }, (_, index) => WAYS[(round + index) % 3]);
        const strikes = await Promise.all(ways.map(way => way && hold(proxy, way, trial)));
        proofs += strikes.filter(Boolean).length;
        trial.say(`EndTxn held: ${proofs} of ${runs}`);
        await cell.goesOn(20_000);
      }
      return proofs;
    }),
});

async function hold(proxy: BrokerProxy, { says, withheld, lateByMs, isRight }: Way, { say }: Trial): Promise<boolean> {
  const { gaveUp, heldMs, errorCode } = await proxy.hold('EndTxn', withheld, GIVES_UP_WITHIN_MS, lateByMs);
  const isProved = gaveUp && heldMs >= WAITED_AT_LEAST_MS && isRight(errorCode);
  const error = errorCode === undefined ? '' : `, the broker's answer ${errorCode}`;
  say(`${says}: held ${(heldMs / 1000).toFixed(1)} s${error}${isProved ? '' : ': no proof'}`);
  return isProved;
}

/** Requests sent only when a lane opens; a second cut causes an opening. */
const OPENING: readonly RequestName[] = ['InitProducerId', 'ListOffsets', 'OffsetFetch', 'FindCoordinator'];
/** Requests sent only when the group changes. */
const JOINING: readonly RequestName[] = ['JoinGroup', 'SyncGroup'];

/** A connection closed at each kind of request, before the broker gets it or before its answer arrives. */
export const cuts = (rounds: number): Fault => ({
  name: 'connection cut at each request',
  runs: rounds * 2 * Object.keys(REQUESTS).length,
  make: (cell, trial, runs) =>
    throughProxy(cell, async proxy => {
      const names = Object.keys(REQUESTS) as RequestName[];
      const kinds = names.flatMap(name => (['request', 'answer'] as const).map(withheld => ({ name, withheld })));
      let proofs = 0;
      for (let run = 0; run < runs; run++) {
        const kind = kinds[run % kinds.length];
        if (kind === undefined) break;
        const strike = await cut(cell, proxy, kind.name, kind.withheld);
        if (strike) proofs += 1;
        trial.say(`cut at ${kind.name}, ${kind.withheld} lost: ${strike ? `${proofs} of ${runs}` : 'not struck'}`);
        await cell.goesOn(20_000);
      }
      return proofs;
    }),
});

async function cut(
  cell: CountingCell,
  proxy: BrokerProxy,
  name: RequestName,
  withheld: Withheld,
): Promise<Strike | undefined> {
  const struck = proxy.cut(name, withheld);
  if (OPENING.includes(name)) void proxy.cut('EndTxn', 'request');
  const guest = JOINING.includes(name) ? cell.startAny({ ...TIMES, proxyPort: proxy.port }) : undefined;
  const strike = await Promise.race([struck, sleep(STRUCK_WITHIN_MS).then(() => undefined)]);
  proxy.disarm();
  await guest?.end();
  return strike;
}

/** Two workers that reach the broker only through a proxy. */
async function throughProxy(cell: CountingCell, work: (proxy: BrokerProxy) => Promise<number>): Promise<number> {
  const proxy = await BrokerProxy.open(cell.broker.port);
  cell.atEnd(() => proxy.close());
  for (let number = 0; number < 2; number++) cell.startAny({ ...TIMES, proxyPort: proxy.port });
  await cell.goesOn(20_000);
  return work(proxy);
}
