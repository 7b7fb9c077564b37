/** An inference thread: it decodes pictures and runs models, so the Kafka thread never blocks. */
import { parentPort, workerData } from 'node:worker_threads';
import type { BatchRequest, CardPaths, WorkerMessage, WorkerRequest, WorkerSettings } from './inference-protocol.ts';
import { OpenModels } from './open-models.ts';
import { RunMark } from './run-mark.ts';

/** Interval between tries to open a model that failed to open. */
const OPEN_AGAIN_MS = 30_000;

const { cardPaths, wanted, markPath, providers } = workerData as WorkerSettings;
const mark = new RunMark(markPath);
const models = await OpenModels.of(cardPaths, mark, providers);
const say = (message: WorkerMessage): void => parentPort?.postMessage(message);
let working: Promise<void> = Promise.resolve();
let again: NodeJS.Timeout | undefined;

async function want(keys: readonly string[], paths: CardPaths): Promise<void> {
  clearTimeout(again);
  say({ kind: 'begins', step: 'open' });
  await models.want(keys, paths);
  say({ kind: 'models', open: models.open, trouble: models.trouble });
  if (models.trouble.length > 0) again = setTimeout(() => inTurn(() => want(keys, paths)), OPEN_AGAIN_MS).unref();
}

async function look({ id, pictures }: BatchRequest): Promise<void> {
  say({ kind: 'begins', step: 'look' });
  try {
    say({ kind: 'answer', id, ...(await models.look(pictures)) });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const failed = pictures.map(({ models: asked }) => ({
      kind: 'looked' as const,
      answers: asked.map(model => ({ kind: 'failed' as const, model, message })),
    }));
    say({ kind: 'answer', id, pictures: failed, cost: { decodeMs: 0, models: {} } });
  }
}

function inTurn(step: () => Promise<void>): void {
  working = working.then(step);
}

parentPort?.on('message', (request: WorkerRequest) => {
  if (request.kind === 'end') {
    mark.close();
    parentPort?.close();
  } else inTurn(() => (request.kind === 'want' ? want(request.models, request.cardPaths) : look(request)));
});
inTurn(() => want(wanted, cardPaths));
