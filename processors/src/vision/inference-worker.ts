/** An inference thread: decodes pictures and runs the model, so that the thread that talks to Kafka never waits. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadModel } from '@sightline/models';
import type { BatchRequest, PictureOut, WorkerMessage, WorkerSettings } from './inference-protocol.ts';
import { ObjectDetector } from './object-detector.ts';

const { cardPath } = workerData as WorkerSettings;
const say = (message: WorkerMessage): void => parentPort?.postMessage(message);

const detector = await ObjectDetector.open(await loadModel(cardPath));

async function answer({ id, pictures }: BatchRequest): Promise<void> {
  try {
    say({ kind: 'answer', id, ...(await detector.detect(pictures)) });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const failed: PictureOut = { kind: 'model-failed', message };
    const cost = { decodeMs: 0, preprocessMs: 0, inferenceMs: 0, postprocessMs: 0 };
    say({ kind: 'answer', id, pictures: pictures.map(() => failed), cost });
  }
}

parentPort?.on('message', (request: BatchRequest | 'end') => {
  if (request === 'end') parentPort?.close();
  else void answer(request);
});
say({ kind: 'ready' });
