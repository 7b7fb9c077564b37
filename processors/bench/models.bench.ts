/** `npm run bench -- models`: models that come and go in an inference thread: what each change takes, and whether memory stays. */
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { InferencePool } from '../src/vision/inference-pool.ts';

const { full } = parseArgs({ options: { full: { type: 'boolean', default: false } } }).values;
/** Memory rises until the allocators' arenas are full, which takes more than a hundred cycles. */
const WARM_CYCLES = full ? 200 : 40;
const CYCLES = WARM_CYCLES + (full ? 200 : 40);
/** Memory is the median of so many cycles: a single one depends on when garbage was collected. */
const MEDIAN_OF = full ? 50 : 20;
const AIM_GROWTH = 0.05;
const MODELS = join(import.meta.dirname, '../../models');
const CARD_PATHS = Object.fromEntries(
  ['kitchen-v1', 'coco-ssd', 'coco-nanodet'].map(name => [name, join(MODELS, `cards/${name}.json`)]),
);
/** What each cycle has open, one after the other: a model is replaced, then a second one comes, then it goes. */
const STEPS = [['kitchen-v1'], ['coco-ssd'], ['coco-ssd', 'coco-nanodet'], ['coco-nanodet']];

const marks = mkdtempSync(join(tmpdir(), 'models-bench-'));
const jpeg = await readFile(join(MODELS, 'goldens/kitchen-v1.jpg'));
let changed = (): void => {};
const pool = new InferencePool({
  ...{ cardPaths: CARD_PATHS, workers: 1, providers: ['cpu'], wanted: STEPS[0] ?? [], marks },
  onFree: () => changed(),
  onModels: () => changed(),
  onHung(reason) {
    throw new Error(reason);
  },
});

async function isOpen(models: readonly string[]): Promise<void> {
  while (!pool.free || pool.open.length !== models.length || !models.every(model => pool.has(model)))
    await new Promise<void>(resolve => {
      changed = resolve;
    });
}

async function look(models: readonly string[]): Promise<void> {
  const { pictures } = await pool.run([{ jpeg: new Uint8Array(jpeg), models, plan: models }]);
  const [picture] = pictures;
  const answers = picture?.kind === 'looked' ? picture.answers.filter(({ kind }) => kind === 'result') : [];
  if (answers.length !== models.length) throw new Error(`${answers.length} of ${models.length} models answered`);
}

const changesMs: number[] = [];
const memory: number[] = [];
for (let cycle = 0; cycle < CYCLES; cycle++) {
  for (const models of STEPS) {
    const startedMs = performance.now();
    pool.want(models, CARD_PATHS);
    await isOpen(models);
    changesMs.push(performance.now() - startedMs);
    await look(models);
  }
  memory.push(process.memoryUsage.rss());
  if ((cycle + 1) % 20 === 0) console.error(`${cycle + 1} cycles, ${Math.round((memory.at(-1) ?? 0) / 1024 ** 2)} MiB`);
}
await pool.close();
rmSync(marks, { recursive: true });

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const [before, after] = [median(memory.slice(WARM_CYCLES - MEDIAN_OF, WARM_CYCLES)), median(memory.slice(-MEDIAN_OF))];
const growth = after / before - 1;
const print = (figure: object): void => console.log(JSON.stringify(figure));
print({ name: 'cycles of loading and unloading', value: CYCLES - WARM_CYCLES, unit: '' });
print({ name: 'change of the models, median', value: median(changesMs), unit: 'ms' });
print({ name: 'change of the models, longest', value: Math.max(...changesMs), unit: 'ms' });
print({ name: 'memory after the warm-up', value: before / 1024 ** 2, unit: 'MiB' });
print({
  ...{ name: 'memory at the end', value: after / 1024 ** 2, unit: 'MiB', peer: before / 1024 ** 2 },
  ...{ ratio: after / before, pass: growth <= AIM_GROWTH },
});
