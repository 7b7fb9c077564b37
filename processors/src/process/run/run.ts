import { setTimeout as sleep } from 'node:timers/promises';
import type { AnyTopic } from '@sightline/schemas';
import type { Registry } from 'prom-client';
import { type Cell, connectCell } from '../cell/cell.ts';
import type { PassedOver } from '../cell/topic-follower.ts';
import { retryForever } from '../records/retry.ts';
import type { CellEnv } from '../settings/env.ts';
import { serveHealth } from './health.ts';
import type { HealthReport } from './health-report.ts';
import { createLogger, type Logger } from './logger.ts';

/** A started process. */
export interface RunningProcess {
  report(): HealthReport;
  /** Metrics of its own. */
  readonly metrics?: Registry;
  /** Ends all work; called once. An operator allows 5 s. */
  stop(): Promise<void>;
  /** True after `stop`: a thread is in native code and does not end, so Node cannot exit. */
  readonly stuck?: boolean;
}

export interface ProcessContext {
  readonly cell: Cell;
  readonly logger: Logger;
  /** Aborted when the process is asked to end. */
  readonly signal: AbortSignal;
  /** Ends the process with status 1, for an error that it cannot recover from; its supervisor restarts it. */
  fail(error: unknown): void;
}

const STOP_WITHIN_MS = 5_000;
/** Connections to unreachable brokers are dropped after this. */
const CLOSE_WITHIN_MS = 500;
/** A process that cannot start, and needs an operator, says so on /health for this long before it ends. */
const SAY_FOR_MS = 30_000;
/** After this long without a broker, health reports it and the next try begins. */
const BROKER_WITHIN_MS = 1_000;

/**
 * Runs one process to its end: first health, so that a wait for Kafka is visible; then the cell, retried until it
 * connects; then `start`. SIGTERM and SIGINT stop it in order. An uncaught error ends it; the supervisor restarts it.
 */
export async function runProcess(options: {
  readonly service: string;
  readonly env: CellEnv;
  readonly topics: readonly AnyTopic[];
  /** Topics of the process's own, which it creates itself: their schemas are registered too. */
  readonly ownTopics?: readonly AnyTopic[];
  readonly start: (context: ProcessContext) => Promise<RunningProcess>;
}): Promise<void> {
  const { service, env, ownTopics = [] } = options;
  const logger = createLogger(service, env.LOG_LEVEL);
  const stopping = new AbortController();
  let waiting = 'starting';
  let running: RunningProcess | undefined;
  let cell: Cell | undefined;
  const health = await serveHealth({
    service,
    host: env.HEALTH_HOST,
    port: env.HEALTH_PORT,
    metrics: () => running?.metrics,
    report: () => withCell(running?.report() ?? { status: 'unhealthy', details: { reason: waiting } }, cell),
  });
  const end = async (code: number): Promise<void> => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    setTimeout(endAtOnce, STOP_WITHIN_MS).unref();
    await running?.stop().catch(error => logger.error({ err: error }, 'stopping failed'));
    await Promise.race([cell?.close().catch(() => {}), sleep(CLOSE_WITHIN_MS)]);
    await health.close();
    if (running?.stuck === true) endAtOnce();
    process.exit(code);
  };
  const fail = (error: unknown): void => {
    if (stopping.signal.aborted) return; // work that was under way when the stop came
    logger.fatal({ err: error }, 'the process cannot continue and ends');
    void end(1);
  };
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => void end(0));
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);

  const onPassedOver = ({ topic, partition, offset, error }: PassedOver): void =>
    logger.error({ topic, partition, offset: String(offset), err: error }, 'a record is passed over');
  const told = { onPassedOver, onPartitionsChanged: fail };
  const connection = { service, topics: options.topics, ownTopics, waitMs: BROKER_WITHIN_MS, ...told };
  cell = await retryForever(() => connectCell(env, connection), {
    signal: stopping.signal,
    onFailure(error, waitMs) {
      waiting = `not connected: ${error instanceof Error ? error.message : error}`;
      logger.warn({ reason: waiting, waitMs }, 'not connected yet');
    },
  });
  waiting = 'connected, starting work';
  try {
    running = await options.start({ cell, logger, signal: stopping.signal, fail });
  } catch (error) {
    if (stopping.signal.aborted || !isFinal(error)) return fail(error);
    waiting = `cannot start: ${error.message}`;
    logger.fatal({ err: error, endsInMs: SAY_FOR_MS }, 'the process cannot start until an operator acts');
    await sleep(SAY_FOR_MS, undefined, { signal: stopping.signal }).catch(() => {});
    return end(1);
  }
  logger.info({ health: health.url }, 'running');
}

/** Ends the process also while a thread is in native code, for which `process.exit` would wait for ever. */
const endAtOnce = (): void => void process.kill(process.pid, 'SIGKILL');

/** Starting again cannot help. */
const isFinal = (error: unknown): error is Error =>
  error instanceof Error && (error as { readonly retriable?: boolean }).retriable === false;

/** Adds to a process's report what the cell waits for, and the records that its followers passed over. */
function withCell({ status, details }: HealthReport, cell: Cell | undefined): HealthReport {
  if (cell === undefined) return { status, details };
  const { waitingFor, passedOver } = cell.health();
  const reasons = [details.reason, waitingFor].filter(reason => reason !== undefined);
  return {
    status: status === 'healthy' && waitingFor !== undefined ? 'degraded' : status,
    details: {
      ...details,
      ...(reasons.length > 0 && { reason: reasons.join('; ') }),
      ...(Object.keys(passedOver).length > 0 && { passedOver }),
    },
  };
}
