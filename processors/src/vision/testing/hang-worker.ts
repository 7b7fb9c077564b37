/**
 * A process of the test: two models in one thread, of which one hangs on the picture that it is given. It prints why the
 * pool gives up, and ends as a process of the product does. Arguments: folder of the marks, path of the picture.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InferencePool } from '../inference-pool.ts';

const [marks = '', picture = ''] = process.argv.slice(2);
const CARDS = Object.fromEntries(
  ['hanging', 'bright-square'].map(name => [name, join(import.meta.dirname, `${name}.json`)]),
);
const [jpeg, names] = [await readFile(picture), Object.keys(CARDS)];
let changes: NodeJS.Timeout | undefined;

const pool: InferencePool = new InferencePool({
  ...{ cardPaths: CARDS, workers: 1, providers: ['cpu'], wanted: names, marks },
  withinMs: { open: 30_000, look: 1_500 },
  onFree() {
    if (changes !== undefined || !names.every(name => pool.has(name))) return;
    changes = setInterval(() => pool.want(names, CARDS), 200); // as people do who change the configuration meanwhile
    void pool.run([{ jpeg: new Uint8Array(jpeg), models: names, plan: names }]);
  },
  onHung(reason) {
    process.stdout.write(reason);
    void pool.close().then(() => pool.stuck && process.kill(process.pid, 'SIGKILL'));
  },
});
