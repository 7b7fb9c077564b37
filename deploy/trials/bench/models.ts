/** `npm run bench -- models`: models that are loaded and unloaded in an inference thread. */
import { figureOptions } from '../tools/figure.ts';
import { printBench } from '../tools/print-bench.ts';

await printBench('processors/bench/models.bench.ts', figureOptions());
