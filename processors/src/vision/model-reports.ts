import { setTimeout as sleep } from 'node:timers/promises';
import { type ModelStatus, topics } from '@sightline/schemas';
import { type Cell, Sender } from '../process/index.ts';
import type { ModelCatalog } from './model-catalog.ts';

const REPORT_EVERY_MS = 3_000;

/** How a model runs in this process. */
export interface ModelRunning {
  readonly state: 'closed' | 'open' | 'failed';
  /** Why it failed; null when it did not. */
  readonly reason: string | null;
  readonly pictures: number;
  /** Mean ms of one core; 0 before the first picture. */
  readonly msPerPicture: number;
}

export interface ModelReportsOptions {
  readonly cell: Cell;
  readonly catalog: ModelCatalog;
  /** Name of this process, unique in the installation. */
  readonly process: string;
  /** For people only; it decides nothing. */
  readonly wallClockMs: () => number;
  running(model: string): ModelRunning;
}

/** Writes the status of every model of this process to the topic `models` until the signal aborts. */
export async function reportModels(options: ModelReportsOptions, signal: AbortSignal): Promise<void> {
  const { cell } = options;
  const sender = new Sender(cell.log);
  while (!signal.aborted) {
    await sender.send(statuses(options).map(status => cell.outgoing(topics.models, status.id, status)));
    await sleep(REPORT_EVERY_MS, undefined, { signal }).catch(() => {});
  }
  await sender.close(0);
}

function statuses({ catalog, process, wallClockMs, running }: ModelReportsOptions): readonly ModelStatus[] {
  return catalog.all().map(({ card, fileBytes }): ModelStatus => {
    const { name: model, version, sha256, title = model, note = null, licence, classes, source, training } = card;
    return {
      id: `${encodeURIComponent(process)}/${encodeURIComponent(model)}`,
      ...{ process, model, version, sha256, title, note, licence, classes, fileBytes },
      origin: source ? `${source.network}, ${source.package}` : (training?.data ?? 'own file'),
      standard: catalog.standard.includes(model),
      ...running(model),
      atMs: wallClockMs(),
    };
  });
}
