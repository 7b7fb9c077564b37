import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type LoadedModel, loadModel } from '../src/load-model.ts';
import { inputSize } from '../src/model-card.ts';
import { readYoloFolder } from '../training/yolo-labels.ts';
import { type DetectorScore, scoreDetector } from './score-detector.ts';
import { heldOutPictures, labelledPictures } from './test-pictures.ts';

/** The product's targets for its own weights. */
const aims = { ap50: 0.9, medianCpuMs: 15 } as const;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      card: { type: 'string', default: new URL('../cards/kitchen-v1.json', import.meta.url).pathname },
      data: { type: 'string' },
      frames: { type: 'string' },
      full: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      record: { type: 'boolean', default: false },
    },
  });
  const model = await loadModel(values.card);
  const count = values.full ? 2000 : Number(values.frames ?? 200);
  const score = await scoreDetector(model, await pictures(model, values.data, count), done =>
    showProgress(done, count),
  );
  if (values.json) printJson(score, values.data === undefined);
  else printTable(model, score);
  if (values.record) await record(values.card, model, score, values.data);
}

async function pictures(model: LoadedModel, data: string | undefined, count: number) {
  const input = inputSize(model.card);
  return data === undefined
    ? heldOutPictures(count, input)
    : labelledPictures(await readYoloFolder(data, 'val'), count, input);
}

type Row = { readonly slice: string; readonly className: string; readonly ap: number; readonly truths: number };

function rows(score: DetectorScore): readonly Row[] {
  const all = [...score.perClass].map(([className, precision]) => ({ slice: 'all', className, ...precision }));
  const sliced = [...score.perSlice].flatMap(([slice, classes]) =>
    [...classes].map(([className, precision]) => ({ slice, className, ...precision })),
  );
  return [...all, ...sliced.filter(row => row.truths > 0)];
}

function worstSlice(score: DetectorScore): Row | undefined {
  return rows(score)
    .filter(row => row.slice !== 'all')
    .sort((a, b) => a.ap - b.ap)[0];
}

function meanAp(score: DetectorScore): number {
  const values = [...score.perClass.values()].map(precision => precision.ap);
  return values.reduce((sum, ap) => sum + ap, 0) / values.length;
}

function printTable(model: LoadedModel, score: DetectorScore): void {
  const lines = [
    `${model.card.name} ${model.card.version}, ${score.pictures} pictures`,
    '',
    'slice      class        AP50    boxes',
  ];
  for (const row of rows(score)) {
    lines.push(
      `${row.slice.padEnd(10)} ${row.className.padEnd(10)} ${row.ap.toFixed(3).padStart(6)} ${String(row.truths).padStart(8)}`,
    );
  }
  const worst = worstSlice(score);
  lines.push(
    '',
    `mAP50 ${meanAp(score).toFixed(3)}${worst ? `, worst slice ${worst.slice} ${worst.className} ${worst.ap.toFixed(3)}` : ''}`,
  );
  lines.push(
    `${score.medianCpuMs.toFixed(1)} ms of one core a picture, ${score.medianMs.toFixed(1)} ms by the clock (model alone, median, batch 1, one thread)`,
  );
  process.stdout.write(`${lines.join('\n')}\n`);
}

function printJson(score: DetectorScore, held: boolean): void {
  const write = (figure: object): void => void process.stdout.write(`${JSON.stringify(figure)}\n`);
  for (const row of rows(score)) {
    const name = `detector.ap50.${row.slice}.${row.className}`;
    const aim = held && row.slice === 'all' ? { pass: row.ap >= aims.ap50 } : {};
    write({ name, value: round(row.ap), unit: 'AP50', boxes: row.truths, ...aim });
  }
  const worst = worstSlice(score);
  if (worst)
    write({
      name: 'detector.worst-slice',
      value: round(worst.ap),
      unit: 'AP50',
      slice: worst.slice,
      class: worst.className,
    });
  write({ name: 'detector.map50', value: round(meanAp(score)), unit: 'AP50', pictures: score.pictures });
  write({
    name: 'detector.time',
    value: round(score.medianCpuMs),
    unit: 'ms cpu',
    clockMs: round(score.medianMs),
    pass: score.medianCpuMs <= aims.medianCpuMs,
  });
}

async function record(
  cardPath: string,
  model: LoadedModel,
  score: DetectorScore,
  data: string | undefined,
): Promise<void> {
  const plain = (classes: DetectorScore['perClass']) =>
    Object.fromEntries(
      [...classes]
        .filter(([, { truths }]) => truths > 0)
        .map(([name, { ap, truths }]) => [name, { ap50: round(ap), boxes: truths }]),
    );
  const scores = {
    data:
      data === undefined
        ? `${score.pictures} rendered pictures of seeds never trained on`
        : `${score.pictures} pictures of the user`,
    command: `npm run eval -- detector --frames ${score.pictures}`,
    perClass: plain(score.perClass),
    perSlice: Object.fromEntries([...score.perSlice].map(([slice, classes]) => [slice, plain(classes)])),
  };
  await writeFile(cardPath, `${JSON.stringify({ ...model.card, scores }, null, 2)}\n`);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function showProgress(done: number, total: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${total} pictures${done === total ? '\n' : ''}`);
}

try {
  await main();
} catch (error: unknown) {
  process.stderr.write(
    `eval detector: ${error instanceof Error ? error.message : String(error)}\n(--help shows the options)\n`,
  );
  process.exitCode = 1;
}
