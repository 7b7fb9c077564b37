import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { showShare } from './progress.ts';
import { runPython } from './python.ts';
import { convertPictures, renderPictures } from './shard-writer.ts';
import { trainedInput, writeCard } from './write-card.ts';
import { readYoloFolder } from './yolo-labels.ts';

const root = resolve(import.meta.dirname, '../..');

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      name: { type: 'string' },
      out: { type: 'string', default: join(root, '.sightline/models') },
      minutes: { type: 'string', default: '60' },
      steps: { type: 'string' },
      shards: { type: 'string', default: '60' },
      scratch: { type: 'boolean', default: false },
      threads: { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
    },
  });
  const labelled = values.data === undefined ? undefined : await readYoloFolder(values.data, 'train');
  const name = values.name ?? (values.data ? basename(resolve(values.data)) : 'kitchen');
  await mkdir(values.out, { recursive: true });
  const shards = await mkdtemp(join(tmpdir(), 'sightline-shards-'));
  try {
    const images = labelled
      ? await convertPictures(labelled, shards, trainedInput, share => showShare('reading pictures', share))
      : await renderPictures(shards, { first: 0, count: Number(values.shards) }, share =>
          showShare('rendering scenes', share),
        );
    const classes = labelled?.classes ?? ['hand', 'pizza', 'scooper'];
    const onnxPath = join(values.out, `${name}.onnx`);
    const length = values.steps ? ['--steps', values.steps] : ['--minutes', values.minutes];
    const start = values.scratch ? [] : ['--start', join(root, 'models/weights/kitchen-v1.pt')];
    const fit = [
      '--shards',
      shards,
      '--out',
      onnxPath,
      '--classes',
      String(classes.length),
      '--seed',
      values.seed,
      '--threads',
      values.threads,
    ];
    await runPython(join(root, '.sightline/training-venv'), [
      join(import.meta.dirname, 'fit.py'),
      ...fit,
      ...length,
      ...start,
    ]);
    const cardPath = join(values.out, `${name}.card.json`);
    const data =
      values.data === undefined
        ? 'rendered kitchen scenes'
        : `pictures of the folder ${basename(resolve(values.data))}`;
    await writeCard(cardPath, { name, version: '1', onnxPath, classes, data, seed: Number(values.seed), images });
    process.stdout.write(
      `wrote ${onnxPath}\nand its card ${cardPath}\nnext: npm run eval -- detector --card ${cardPath}${values.data ? ` --data ${values.data}` : ''}\n`,
    );
  } finally {
    await rm(shards, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error: unknown) {
  process.stderr.write(
    `train: ${error instanceof Error ? error.message : String(error)}\n(--help shows the options)\n`,
  );
  process.exitCode = 1;
}
