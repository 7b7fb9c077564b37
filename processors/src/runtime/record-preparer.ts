import type { AnyTopic } from '@sightline/schemas/topic';
import type { LogRecord } from '../log/log-client.ts';
import { type Clock, passed } from './clock.ts';
import { messageOf } from './errors.ts';

const RETRY_MS = 1000;

/**
 * Fetches what the records need before they decode (a new writer's schema). Returns undefined when nothing is needed.
 * It waits through temporary failures and reports them to `onWaiting`; decoding finds permanent ones.
 */
export function prepareRecords(
  topic: AnyTopic,
  records: readonly LogRecord[],
  clock: Clock,
  onWaiting: (reason: string) => void,
  from = 0,
): Promise<void> | undefined {
  for (let index = from; index < records.length; index++) {
    const record = records[index];
    if (record === undefined) continue;
    const first = prepareRecord(topic, record);
    if (first === undefined) continue;
    const rest = () => prepareRecords(topic, records, clock, onWaiting, index + 1);
    return settled(topic, record, first, clock, onWaiting).then(rest);
  }
  return undefined;
}

function prepareRecord({ key, value }: AnyTopic, record: LogRecord): Promise<unknown> | undefined {
  const needs = [
    record.key === null ? undefined : key.prepare?.(record.key, record.headers),
    record.value === null ? undefined : value.prepare?.(record.value, record.headers),
  ].filter(need => need !== undefined);
  return needs.length === 0 ? undefined : Promise.all(needs);
}

async function settled(
  topic: AnyTopic,
  record: LogRecord,
  first: Promise<unknown>,
  clock: Clock,
  onWaiting: (reason: string) => void,
): Promise<void> {
  for (let need: Promise<unknown> | undefined = first; need !== undefined; need = prepareRecord(topic, record)) {
    try {
      await need;
    } catch (error) {
      if (isFinal(error)) return;
      onWaiting(messageOf(error));
      await passed(clock, RETRY_MS);
      continue;
    }
    return;
  }
}

/** True when the source of schemas answered no. Other errors may be temporary: the source may be down. */
function isFinal(error: unknown): boolean {
  return ((error ?? {}) as { readonly retriable?: unknown }).retriable === false;
}
