import { setTimeout as sleep } from 'node:timers/promises';
import { inputSize, type ModelCard, pointsGiven, pointsNeeded } from '@sightline/models';
import { type ModelStatus, topics } from '@sightline/schemas';
import { type Cell, Sender } from '../process/index.ts';
import type { ModelCatalog } from './model-catalog.ts';
import type { UploadedModels } from './uploaded-models.ts';

const REPORT_EVERY_MS = 3_000;

/** How a model runs in this process. */
export interface ModelRunning {
  readonly state: 'closed' | 'open' | 'failed';
  /** Why it failed; null when it did not. */
  readonly reason: string | null;
  readonly pictures: number;
  /** Whole pictures and parts of pictures. */
  readonly runs: number;
  /** Mean ms of one core; 0 before the first picture. */
  readonly msPerPicture: number;
}

export interface ModelReportsOptions {
  readonly cell: Cell;
  readonly catalog: ModelCatalog;
  readonly uploaded: Pick<UploadedModels, 'missing'>;
  /** Name of this process, unique in the installation. */
  readonly process: string;
  /** For people only; it decides nothing. */
  readonly wallClockMs: () => number;
  /** How the model of this key runs. */
  running(key: string): ModelRunning;
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

function statuses(options: ModelReportsOptions): readonly ModelStatus[] {
  const { catalog, uploaded, running } = options;
  return [
    ...catalog.all().map(({ key, card, fileBytes }) => {
      const { name, version, sha256, title = name, note = null, licence, source, training } = card;
      const origin = source ? `${source.network}, ${source.package}` : (training?.data ?? 'own file');
      const { widthPx: inputWidthPx, heightPx: inputHeightPx } = inputSize(card);
      const standard = catalog.standard.includes(key);
      const of = { model: name, version, sha256, title, note, licence, fileBytes, origin, standard };
      return statusOf(options, { ...of, ...looksAt(card), inputWidthPx, inputHeightPx }, running(key));
    }),
    ...uploaded.missing().map(({ version, reason }) => {
      const { model, version: number, sha256, title, licence, classes, fileBytes } = version;
      const of = { model, version: number, sha256, title, note: null, licence, classes, fileBytes };
      const unknown = { origin: 'own file', inputWidthPx: null, inputHeightPx: null, standard: false } as const;
      const whole = { cropsOf: null, orWhole: false, cropPoints: [], points: null };
      const failed = { state: 'failed', reason, pictures: 0, runs: 0, msPerPicture: 0 } as const;
      return statusOf(options, { ...of, ...unknown, ...whole }, failed);
    }),
  ];
}

/** What a model looks at, and what it looks for. */
const looksAt = (card: ModelCard): Pick<ModelStatus, 'cropsOf' | 'orWhole' | 'cropPoints' | 'points' | 'classes'> => ({
  cropsOf: card.crop?.className ?? null,
  orWhole: card.crop?.orWhole ?? false,
  cropPoints: pointsNeeded(card),
  points: pointsGiven(card),
  classes: card.task === 'embed' ? [] : card.classes,
});

type Described = Omit<ModelStatus, 'id' | 'process' | 'atMs' | keyof ModelRunning>;

function statusOf({ process, wallClockMs }: ModelReportsOptions, of: Described, running: ModelRunning): ModelStatus {
  const id = [process, of.model, of.version].map(encodeURIComponent).join('/');
  return { id, process, ...of, ...running, atMs: wallClockMs() };
}
