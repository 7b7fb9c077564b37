/** A confined process that tries one model file on pictures, and ends. All untrusted native work runs here. */
import { readFileSync } from 'node:fs';
import {
  createInput,
  fitFor,
  type LoadedModel,
  ModelError,
  packPlanes,
  proposeCard,
  readOnnx,
  scanOnnx,
  withCoordinates,
} from '@sightline/models';
import { RunningModel, withMeasuredOutputs } from '@sightline/models/running';
import { foundIn } from '@sightline/schemas';
import { dropRights } from '../confinement/drop-rights.ts';
import { FrameDecoder } from '../vision/frame-decoder.ts';
import { ModelSession } from '../vision/model-session.ts';
import { PictureModels } from '../vision/picture-models.ts';
import {
  MODEL_FD,
  type TrialAnswer,
  type TrialMessage,
  type TrialRequest,
  type TrialStep,
  type TriedPicture,
} from './protocol.ts';

/** The first pictures of a session are slow, so the cost is that of at least so many runs. */
const RUNS = 5;
/** While a thread looks at a picture, all other cameras of it wait. */
const MOST_MS_PER_PICTURE = 3_000;
/** ONNX Runtime's messages have whole stacks of calls. */
const MOST_MESSAGE_CHARACTERS = 400;

const { CONFINED_UID } = process.env;

const say = (message: TrialMessage): Promise<void> =>
  new Promise(resolve => {
    if (process.send === undefined) resolve();
    else process.send(message, () => resolve());
  });
const begins = (step: TrialStep): Promise<void> => say({ kind: 'step', step });

async function answer(request: TrialRequest): Promise<TrialAnswer> {
  await begins('reading');
  const found = await read(request.of);
  const pictures = await PictureModels.open();
  const before = process.memoryUsage.rss();
  await begins('opening');
  const model = 'card' in request.of ? found : await withUnits(found, request.pictures);
  const session = await ModelSession.open(model, model.card.name);
  await begins('running');
  const tried: TriedPicture[] = [];
  const ms: number[] = [];
  for (let run = 0; run < Math.max(RUNS, request.pictures.length); run++) {
    const at = run % request.pictures.length;
    const one = await look(pictures, session, request.pictures[at] ?? new Uint8Array());
    if (run < request.pictures.length) tried.push(one);
    ms.push(one.ms);
  }
  const msPerPicture = median(ms);
  if (msPerPicture > MOST_MS_PER_PICTURE) return { kind: 'refused', message: slow(msPerPicture) };
  const memoryBytes = Math.max(0, process.memoryUsage.rss() - before);
  return { kind: 'passed', card: model.card, msPerPicture, memoryBytes, pictures: tried };
}

const slow = (ms: number): string =>
  `a picture takes it ${(ms / 1_000).toFixed(1)} s, and other cameras wait meanwhile: use a smaller network, or export it with a smaller input`;

async function read(of: TrialRequest['of']): Promise<LoadedModel> {
  const bytes = readFileSync(MODEL_FD);
  const file = readOnnx(bytes);
  scanOnnx(file);
  if ('card' in of) return { card: of.card, bytes };
  await begins('opening');
  return { card: proposeCard(await withMeasuredOutputs(file, bytes), of.stated), bytes };
}

/** The model with the unit of its boxes, px or shares, as the pictures tell. */
async function withUnits({ card, bytes }: LoadedModel, jpegs: readonly Uint8Array[]): Promise<LoadedModel> {
  const decoder = await FrameDecoder.open();
  const running = await RunningModel.open({ card, bytes });
  const [batch] = card.input.shape;
  const input = createInput(card, batch === 'n' ? 1 : batch);
  let known = card;
  try {
    for (const jpeg of jpegs) {
      const fit = fitFor(card, decoder.decode(jpeg));
      packPlanes(input, 0, decoder.planes(fit), fit, card);
      known = withCoordinates(known, await running.run(input));
    }
  } finally {
    await running.close();
  }
  return { card: known, bytes };
}

/** Throws the model's error, with the model's message. */
async function look(pictures: PictureModels, session: ModelSession, jpeg: Uint8Array): Promise<TriedPicture> {
  const models = [session.key];
  const before = process.cpuUsage();
  const { pictures: looked } = await pictures.look([{ jpeg: new Uint8Array(jpeg), models, plan: models }], [session]);
  const { user, system } = process.cpuUsage(before);
  const ms = (user + system) / 1_000;
  const [first] = looked;
  if (first?.kind !== 'looked') throw new TypeError('a picture of the trial does not decode');
  const [one] = first.answers;
  if (one?.kind !== 'result') throw new PictureFailedError(one?.kind === 'failed' ? one.message : 'it gave no result');
  const boxes = foundIn(one.result.payload)?.boxes ?? [];
  return { ms, boxes: boxes.map(({ points: _, ...box }) => box) };
}

/** The model failed on a picture; the message says why. */
class PictureFailedError extends Error {}

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;

process.once('message', (request: TrialRequest) => {
  if (CONFINED_UID !== undefined) dropRights(Number(CONFINED_UID));
  answer(request)
    .catch((error: unknown): TrialAnswer => ({ kind: 'refused', message: messageOf(error) }))
    .then(say)
    .then(() => process.exit(0));
});

function messageOf(error: unknown): string {
  if (error instanceof ModelError) return error.message;
  const text = (error instanceof Error ? error.message : String(error)).slice(0, MOST_MESSAGE_CHARACTERS);
  return error instanceof PictureFailedError
    ? `it fails on a picture: ${text}`
    : `ONNX Runtime cannot open it: ${text}`;
}
