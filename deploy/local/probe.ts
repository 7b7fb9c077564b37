import type { ControlLog } from '@sightline/processors/control';
import type { LogReader } from '@sightline/processors/log';
import type { Cell } from '@sightline/processors/process';
import { type AnyTopic, type Camera, topics } from '@sightline/schemas';
import { createClient } from 'graphql-sse';

/** The probe's violation did not pass every hop in time. The message names the hop that it did not reach. */
export class ProbeTimeoutError extends Error {
  readonly code = 'PROBE_TIMEOUT';
  readonly retriable = true;
}

export const HOPS = ['frame', 'detection', 'track', 'violation', 'subscription', 'row', 'still'] as const;
export type Hop = (typeof HOPS)[number];

export interface ProbeOptions {
  readonly cell: Cell;
  readonly control: ControlLog;
  /** Camera of store `probe`: it loops a recording with breaches. */
  readonly cameraId: string;
  readonly gatewayUrl: string;
  /** Value of the Authorization header. */
  readonly authorization: string;
  /** Counts rows of a violation in ClickHouse. */
  readonly countRows: (violationId: string) => Promise<number>;
  readonly timeoutMs: number;
  readonly onHop?: (hop: Hop, elapsedMs: number) => void;
}

interface ProbeEvent {
  readonly violationEvents: {
    readonly __typename: string;
    readonly violation?: { readonly violationId: string; readonly startedAt: string };
  };
}

const EVENTS = `subscription Probe { violationEvents(filter: { storeId: "probe" }) {
  __typename ... on ViolationEvent { violation { violationId startedAt } } } }`;
const STILL = `query ProbeStill($id: ID!) { violation(id: $id) { still { url sha256 } } }`;

/**
 * Plays the probe's camera until one of its violations has passed every hop: frame, detection, track, violation,
 * GraphQL subscription, ClickHouse row, still. Then stops the camera. Resolves with each hop's time in ms since the
 * start of the camera; rejects with ProbeTimeoutError.
 */
export async function probe(options: ProbeOptions): Promise<ReadonlyMap<Hop, number>> {
  const startedAtMs = Date.now();
  const passed = new Map<Hop, number>();
  const pass = (hop: Hop): void => {
    if (passed.has(hop)) return;
    passed.set(hop, Date.now() - startedAtMs);
    options.onHop?.(hop, Date.now() - startedAtMs);
  };
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), options.timeoutMs);
  const hops = await watchHops(options, pass, ending.signal);
  const client = createClient({
    url: `${options.gatewayUrl}/graphql`,
    headers: { authorization: options.authorization },
    retryAttempts: 50,
  });
  ending.signal.addEventListener('abort', () => client.dispose());
  try {
    const events = client.iterate<ProbeEvent>({ query: EVENTS });
    await setActive(options, true);
    const violationId = await firstViolation(events, startedAtMs);
    pass('subscription');
    await until(async () => (await options.countRows(violationId)) > 0, ending.signal);
    pass('row');
    await until(() => hasStill(options, violationId), ending.signal);
    pass('still');
    return passed;
  } catch (error) {
    if (!ending.signal.aborted) throw error;
    const missing = HOPS.find(hop => !passed.has(hop));
    throw new ProbeTimeoutError(
      `the probe's violation did not reach "${missing}" within ${options.timeoutMs / 1000} s`,
      { cause: error },
    );
  } finally {
    clearTimeout(timer);
    ending.abort();
    await hops.close();
    await setActive(options, false);
  }
}

async function setActive({ control, cameraId }: ProbeOptions, active: boolean): Promise<void> {
  const camera = control.fold.entity('camera', cameraId)?.value;
  if (camera === undefined) throw new Error(`no camera ${cameraId}: the seed makes it`);
  if (camera.active === active) return;
  const value: Camera = { ...camera, active };
  await control.append({ actor: 'probe', changes: [{ kind: 'camera', id: cameraId, value }] });
}

/** The first violation that began after this probe; older ones belong to earlier probes. */
async function firstViolation(
  events: AsyncIterable<{ readonly data?: ProbeEvent | null; readonly errors?: unknown }>,
  sinceMs: number,
): Promise<string> {
  for await (const { data, errors } of events) {
    if (errors !== undefined) throw new Error(`the gateway refused the subscription: ${JSON.stringify(errors)}`);
    const violation = data?.violationEvents.violation;
    if (violation !== undefined && Date.parse(violation.startedAt) >= sinceMs) return violation.violationId;
  }
  throw new Error('the subscription ended before a violation came');
}

async function hasStill({ gatewayUrl, authorization }: ProbeOptions, id: string): Promise<boolean> {
  const answer = await fetch(`${gatewayUrl}/graphql`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json', 'x-graphql-yoga-csrf': 'probe' },
    body: JSON.stringify({ query: STILL, variables: { id } }),
  });
  const { data } = (await answer.json()) as { data?: { violation?: { still?: { url: string | null } | null } | null } };
  const url = data?.violation?.still?.url;
  if (!url) return false;
  const still = await fetch(new URL(url, gatewayUrl), { headers: { authorization } });
  const bytes = Buffer.from(await still.arrayBuffer());
  return still.ok && bytes.readUInt16BE(0) === 0xffd8;
}

async function until(condition: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  while (!(await condition())) {
    signal.throwIfAborted();
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

/** Marks a hop on Kafka when a record of the probe's camera appears there, from now on. */
async function watchHops(
  options: ProbeOptions,
  pass: (hop: Hop) => void,
  signal: AbortSignal,
): Promise<{ close(): Promise<void> }> {
  const { cell, cameraId } = options;
  const watched: readonly (readonly [AnyTopic, Hop])[] = [
    [topics.frames, 'frame'],
    [topics.detections, 'detection'],
    [topics.tracks, 'track'],
    [topics.violations, 'violation'],
  ];
  const reader = await cell.log.reader();
  const places = watched.map(([topic]) => ({ topic: cell.name(topic), partition: cell.partitionOf(topic, cameraId) }));
  for (const end of await cell.log.admin.listOffsets(places, 'latest-committed')) reader.seek(end, end.offset);
  const hopOf = new Map(watched.map(([topic, hop]) => [cell.name(topic), hop]));
  const reading = readHops(reader, hopOf, cameraId, pass, signal).catch(() => {}); // a failure shows as a missing hop
  return {
    async close() {
      await reader.close();
      await reading;
    },
  };
}

async function readHops(
  reader: LogReader,
  hopOf: ReadonlyMap<string, Hop>,
  cameraId: string,
  pass: (hop: Hop) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    for (const batch of await reader.fetch()) {
      const hop = hopOf.get(batch.topic);
      if (hop !== undefined && batch.records.some(record => record.key?.toString('utf8') === cameraId)) pass(hop);
    }
  }
}
