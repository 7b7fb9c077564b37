/** `npm run bench -- produce`: our producer against kafkajs as published. */

import { runWithBroker } from '../installations/with-broker.ts';
import { type Figure, figureOptions, printFigures } from '../tools/figure.ts';

const options = figureOptions();

let output = '';
const code = await runWithBroker('processors/bench/produce.bench.ts', options.full ? ['--full'] : [], text => {
  output += text;
});
const figures = output.split('\n').flatMap(line => (line.startsWith('{') ? [JSON.parse(line) as Figure] : []));
printFigures(figures, options);
if (code !== 0) process.exitCode = code;
