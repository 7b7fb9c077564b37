import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ProviderName, readCard, sha256Of } from '@sightline/models';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { InferencePool } from './inference-pool.ts';
import type { CardPaths } from './inference-protocol.ts';
import { marksOf } from './run-mark.ts';
import { jpegsOf } from './testing/jpegs.ts';

const CARD = join(import.meta.dirname, 'testing/bright-square.json');
const WEIGHTS = join(import.meta.dirname, 'testing/bright-square.onnx');
let folder: string;
let jpegs: readonly Buffer[];
let pool: InferencePool | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pool-'));
  jpegs = await jpegsOf(folder);
});
afterEach(async () => {
  await pool?.close();
});

/** Writes a card of this name for a file with these bytes: another model. */
async function otherCard(name: string, bytes: Buffer): Promise<string> {
  const [path, file] = [join(folder, `${name}.json`), join(folder, `${name}.onnx`)];
  await writeFile(file, bytes);
  await writeFile(path, JSON.stringify({ ...(await readCard(CARD)), name, file, sha256: sha256Of(bytes) }));
  return path;
}

const SQUARE = 'bright-square';

/** A pool that knows these cards, and opens all of them or the `wanted`. */
async function freePool(
  cardPaths: CardPaths,
  wanted = Object.keys(cardPaths),
  providers: readonly ProviderName[] = ['cpu'],
): Promise<InferencePool> {
  const one = new InferencePool({
    cardPaths,
    providers,
    workers: 1,
    wanted,
    onFree: () => {},
    marks: folder,
    onHung: reason => expect.unreachable(reason),
  });
  pool = one;
  expect(one.trouble).toBe('the models are being loaded');
  await vi.waitFor(() => expect(one.trouble).not.toBe('the models are being loaded'), 30_000);
  return one;
}
const picture = (...models: readonly string[]) => ({ jpeg: new Uint8Array(jpegs[1] ?? []), models, plan: models });

test('a thread holds several models; each result has its own name, file and cost', async () => {
  const two = await freePool({ [SQUARE]: CARD, second: await otherCard('second', await readFile(WEIGHTS)) });
  expect(two.trouble).toBeUndefined();
  const { pictures, cost } = await two.run([picture(SQUARE, 'second'), picture(SQUARE, 'second')]);
  const names = pictures.map(one =>
    one.kind === 'looked' ? one.answers.map(answer => (answer.kind === 'result' ? answer.result.model : 'failed')) : [],
  );
  expect(names).toEqual([
    ['bright-square', 'second'],
    ['bright-square', 'second'],
  ]);
  expect(Object.keys(cost.models)).toEqual(['bright-square', 'second']);
});

test('a model that does not open is reported with its reason, and the others go on', async () => {
  const two = await freePool({ broken: await otherCard('broken', Buffer.from('no model')), [SQUARE]: CARD });
  expect(two.trouble).toMatch(/broken.*does not open: ./);
  expect(two.idle).toBe(false);
  const { pictures } = await two.run([picture('broken', SQUARE)]);
  expect(pictures).toMatchObject([
    { kind: 'looked', answers: [{ kind: 'result', result: { model: 'bright-square' } }] },
  ]);
});

test('models are opened and closed while it runs; one that a picture asks for is opened for it', async () => {
  const cards = { [SQUARE]: CARD, second: await otherCard('second', await readFile(WEIGHTS)) };
  const one = await freePool(cards, [SQUARE]);
  expect(one.open).toEqual([SQUARE]);
  one.want(['second'], cards);
  await vi.waitFor(() => expect(one.open).toEqual(['second']));
  const { pictures } = await one.run([picture(SQUARE), picture('second', 'unheard of')]);
  expect(pictures).toMatchObject([
    { kind: 'looked', answers: [{ kind: 'result', result: { model: SQUARE } }] },
    { kind: 'looked', answers: [{ kind: 'result', result: { model: 'second' } }] },
  ]);
  one.want(['second', 'unheard of'], cards);
  await vi.waitFor(() => expect(one.trouble).toContain('the model unheard of does not open: no card has this name'));
});

test('a provider that is not here keeps the models from opening, and the reason says which and what to do', async () => {
  const none = await freePool({ [SQUARE]: CARD }, [SQUARE], ['openvino', 'cpu']);
  expect([none.idle, none.open]).toEqual([true, []]);
  expect(none.trouble).toMatch(
    /bright-square does not open: EXECUTION_PROVIDERS names openvino.*EXECUTION_PROVIDERS=cpu/,
  );
  expect(none.failureOf(SQUARE)).toContain('build onnxruntime-node with OpenVINO');
});

test('a model that hangs is given up in time whatever else is asked of the thread, and stays named for the next process', async () => {
  const [marks, path] = [await mkdtemp(join(tmpdir(), 'hang-')), join(folder, 'bright.jpg')];
  await writeFile(path, jpegs[1] ?? '');
  const child = spawn(process.execPath, [join(import.meta.dirname, 'testing/hang-worker.ts'), marks, path]);
  let said = '';
  child.stdout.on('data', chunk => {
    said += chunk;
  });
  child.stderr.pipe(process.stderr);
  const [, killedBy] = await once(child, 'exit');
  expect([said, killedBy]).toEqual(['an inference thread did not finish its pictures within 1.5 s', 'SIGKILL']);
  expect(marksOf(marks)).toEqual(['hanging']);
}, 60_000);

test('a model that runs while the process is told to stop is not blamed for its end', async () => {
  const one = await freePool({ [SQUARE]: CARD });
  const looking = one.run([picture(SQUARE)]);
  await one.close();
  await looking;
  expect([one.stuck, marksOf(folder)]).toEqual([false, []]);
});
