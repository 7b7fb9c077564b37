/** An inference thread: it decodes pictures and runs models, so the Kafka thread never blocks. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadModel } from '@sightline/models';
import type { BatchRequest, WorkerMessage, WorkerSettings } from './inference-protocol.ts';
import { ModelSession } from './model-session.ts';
import { PictureModels } from './picture-models.ts';

/** Interval between tries to open a model that failed to open. */
const OPEN_AGAIN_MS = 30_000;

const { cardPaths } = workerData as WorkerSettings;
const say = (message: WorkerMessage): void => parentPort?.postMessage(message);
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const sessions = new Map<string, ModelSession>();
let models = await PictureModels.of([]);
let working: Promise<void> = Promise.resolve();

/** Opens all models that are not open. A failure does not affect the others. */
async function open(): Promise<void> {
  const trouble: { readonly model: string; readonly reason: string }[] = [];
  for (const cardPath of cardPaths) {
    if (sessions.has(cardPath)) continue;
    try {
      sessions.set(cardPath, await ModelSession.open(await loadModel(cardPath)));
    } catch (error) {
      trouble.push({ model: cardPath, reason: reasonOf(error) });
    }
  }
  models = await PictureModels.of([...sessions.values()]);
  say({ kind: 'models', open: [...sessions.values()].map(({ name }) => name), trouble });
  if (trouble.length > 0) setTimeout(() => (working = working.then(open)), OPEN_AGAIN_MS).unref();
}

async function answer({ id, pictures, models: asked }: BatchRequest): Promise<void> {
  try {
    say({ kind: 'answer', id, ...(await models.look(pictures, asked)) });
  } catch (error) {
    const answers = asked.map(model => ({ kind: 'failed' as const, model, message: reasonOf(error) }));
    const failed = pictures.map(() => ({ kind: 'looked' as const, answers }));
    say({ kind: 'answer', id, pictures: failed, cost: { decodeMs: 0, models: {} } });
  }
}

parentPort?.on('message', (request: BatchRequest | 'end') => {
  if (request === 'end') parentPort?.close();
  else working = working.then(() => answer(request));
});
await open();
