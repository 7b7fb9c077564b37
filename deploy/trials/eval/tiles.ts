/** `npm run eval -- tiles`: what tiles find of far objects, and what they cost. */
import { figureOptions } from '../tools/figure.ts';
import { printBench } from '../tools/print-bench.ts';

await printBench('processors/bench/tiles.bench.ts', figureOptions());
