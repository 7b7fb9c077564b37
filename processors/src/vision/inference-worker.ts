/** An inference thread: decodes pictures and runs models, so that the thread that talks to Kafka never waits. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadModel } from '@sightline/models';
import type { BatchRequest, WorkerMessage, WorkerSettings } from './inference-protocol.ts';
import { ModelSession } from './model-session.ts';
import { PictureModels } from './picture-models.ts';

/** How long until models that did not open are tried again. */
const OPEN_AGAIN_MS = 30_000;

const { cardPaths } = workerData as WorkerSettings;
const say = (message: WorkerMessage): void => parentPort?.postMessage(message);
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const sessions = new Map<string, ModelSession>();
let models = await PictureModels.of([]);
let working: Promise<void> = Promise.resolve();

/** Opens the models that are not open; one that does not open leaves the others alone. */
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
