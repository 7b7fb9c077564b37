/**
 * `npm run bench -- pipeline`: the demo's three cameras on the whole product: end-to-end latency, cost per step,
 * memory.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'graphql-sse';
import WebSocket from 'ws';
import { type OwnStack, startStack } from '../installations/stack.ts';
import { type Figure, figureOptions, printFigures } from '../tools/figure.ts';
import { quantile } from '../truth/violation-score.ts';

const options = figureOptions();

const SECONDS = options.full ? 300 : 60;
/** Time per frame of the kitchens' earlier system, in ms: extraction, inference, rule, insert. */
const K8 = { extraction: 20, inference: 100, rule: 5, insert: 50 } as const;
const AIM_OVERLAY_MS = 200;
const AIM_SUBSCRIPTION_MS = 1_000;

interface Latencies {
  readonly overlayMs: number[];
  /** The number of these pictures that show the rules' result; the others came before the rules had a result. */
  judged: number;
  readonly subscriptionMs: number[];
}

/** Every message has its capture time. All clocks are this machine's. */
function listen(stack: OwnStack, latencies: Latencies): () => void {
  const headers = { authorization: stack.authorization };
  const live = new WebSocket(`${stack.ready.url.replace(/^http/, 'ws')}/live`, {
    headers: { ...headers, origin: stack.ready.url },
  });
  live.on('message', (data, isBinary) => {
    if (!isBinary) return;
    const message = data as Buffer;
    const header = JSON.parse(message.toString('utf8', 4, 4 + message.readUInt32BE(0))) as {
      capturedAtMs: number;
      outcome: string;
      judged: boolean;
    };
    if (header.outcome !== 'detected') return;
    latencies.overlayMs.push(Date.now() - header.capturedAtMs);
    if (header.judged) latencies.judged++;
  });
  live.on('open', async () => {
    const { cameras } = await stack.graphql<{ cameras: { cameraId: string }[] }>('{ cameras { cameraId } }');
    live.send(JSON.stringify({ type: 'watch', cameraIds: cameras.map(({ cameraId }) => cameraId) }));
  });
  const client = createClient({ url: `${stack.ready.url}/graphql`, headers });
  void follow(
    client.iterate({
      query: 'subscription { violationEvents { ... on ViolationEvent { action violation { lastSeenAt } } } }',
    }),
    latencies,
  );
  return () => {
    live.close();
    client.dispose();
  };
}

async function follow(events: AsyncIterable<{ readonly data?: unknown }>, latencies: Latencies): Promise<void> {
  for await (const { data } of events) {
    const { action, violation } = (data as { violationEvents: { action?: string; violation?: { lastSeenAt: string } } })
      .violationEvents;
    if (action === 'OPENED' && violation !== undefined)
      latencies.subscriptionMs.push(Date.now() - Date.parse(violation.lastSeenAt));
  }
}

function spread(name: string, values: number[], aim: number): readonly Figure[] {
  const sorted = values.toSorted((a, b) => a - b);
  const figure = (q: number): Figure => {
    const value = quantile(sorted, q);
    return {
      name: `${name} p${q * 100}`,
      value,
      unit: 'ms',
      peer: aim,
      ratio: value / aim,
      pass: value < aim,
      count: sorted.length,
    };
  };
  return [figure(0.5), figure(0.95)];
}

async function hops(stack: OwnStack): Promise<readonly Figure[]> {
  const [ingest, vision, sinks, violations] = await Promise.all(
    ['ingest', 'vision', 'sinks', 'violations'].map(name => stack.health(name)),
  );
  const number = (details: Readonly<Record<string, unknown>> | undefined, key: string): number =>
    Number(details?.[key] ?? Number.NaN);
  const against = (name: string, value: number, peer: number): Figure => ({
    name,
    value,
    unit: 'ms',
    peer,
    ratio: value / peer,
    pass: value <= peer,
  });
  const partitions = (sinks?.details.partitions ?? []) as readonly {
    readonly topic: string;
    readonly lastInsertMs: number;
    readonly blocks: number;
  }[];
  const inserts = partitions
    .filter(({ blocks }) => blocks > 0)
    .map(({ lastInsertMs }) => lastInsertMs)
    .sort((a, b) => a - b);
  const lanes = (
    (violations?.details.violations as { lanes?: readonly { metrics: Record<string, number> }[] })?.lanes ?? []
  ).map(({ metrics }) => metrics);
  const judged = lanes.reduce((sum, metrics) => sum + (metrics['process-total'] ?? 0), 0);
  const judging = lanes.reduce(
    (sum, metrics) => sum + (metrics['process-total'] ?? 0) * (metrics['process-latency-avg'] ?? 0),
    0,
  );
  const extraction = ['decodeMsPerPicture', 'scaleMsPerPicture', 'gateMsPerPicture', 'jpegMsPerPicture'].map(key =>
    number(ingest?.details, key),
  );
  const byModel = Object.values((vision?.details.byModel ?? {}) as Record<string, Record<string, unknown>>);
  const inference = [
    number(vision?.details, 'decodeMsPerPicture'),
    ...byModel.flatMap(model =>
      ['preprocessMsPerPicture', 'inferenceMsPerPicture', 'postprocessMsPerPicture'].map(key => number(model, key)),
    ),
  ];
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return [
    { name: 'decode of a sampled picture', value: extraction[0] ?? Number.NaN, unit: 'ms' },
    { name: 'JPEG of a picture', value: extraction[3] ?? Number.NaN, unit: 'ms' },
    against('extraction: decode, scale, gate, JPEG', sum(extraction), K8.extraction),
    against('inference: JPEG, preprocess, model, boxes', sum(inference), K8.inference),
    against('rule: track and judge a record', judging / judged, K8.rule),
    against('insert of a block, median of partitions', quantile(inserts, 0.5), K8.insert),
    {
      name: 'pictures looked at',
      value: number(vision?.details, 'pictures'),
      unit: '',
      skipped: vision?.details.skipped,
    },
  ];
}

function memory(stack: OwnStack): readonly Figure[] {
  return stack.ready.processes.flatMap(({ name }) => {
    const pid = stack.pidOf(name);
    const kilobytes =
      pid === undefined ? undefined : /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined
      ? []
      : [{ name: `memory of ${name}`, value: Math.round(Number(kilobytes) / 1024), unit: 'MB' }];
  });
}

const stack = await startStack({ demo: true });
try {
  const latencies: Latencies = { overlayMs: [], judged: 0, subscriptionMs: [] };
  await sleep(10_000); // until models are loaded and warm
  const stop = listen(stack, latencies);
  await sleep(SECONDS * 1000);
  stop();
  printFigures(
    [
      ...spread('capture to overlay', latencies.overlayMs, AIM_OVERLAY_MS),
      { name: 'pictures with what the rules saw', value: latencies.judged / latencies.overlayMs.length, unit: 'share' },
      ...spread('opening frame to subscription', latencies.subscriptionMs, AIM_SUBSCRIPTION_MS),
      ...(await hops(stack)),
      ...memory(stack),
    ],
    options,
  );
} finally {
  await stack.stop();
}
