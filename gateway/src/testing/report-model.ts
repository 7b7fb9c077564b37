import type { Cell } from '@sightline/processors/process';
import { type ModelStatus, topics } from '@sightline/schemas';

/** Reports a model as the inference process `vision` would. */
export async function reportModel(
  cell: Cell,
  model: string,
  state: ModelStatus['state'],
  change: Partial<ModelStatus> = {},
): Promise<void> {
  const status: ModelStatus = {
    ...{ id: `vision/${model}`, process: 'vision', model, version: '1', sha256: 'a'.repeat(64), title: model },
    ...{ note: null, licence: 'MIT', origin: 'test', classes: ['person'], standard: false, state, reason: null },
    ...{
      inputWidthPx: 416,
      inputHeightPx: 416,
      cropsOf: null,
      orWhole: false,
      cropPoints: [],
      points: [],
      fileBytes: 1_000,
      runs: 0,
      pictures: 0,
      msPerPicture: 0,
      atMs: Date.now(),
      ...change,
    },
  };
  const producer = await cell.log.producer();
  await producer.send([cell.outgoing(topics.models, status.id, status)]);
  await producer.close();
}
