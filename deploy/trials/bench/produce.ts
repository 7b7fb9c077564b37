/** `npm run bench -- produce`: our producer against kafkajs as published. */

import { runWithBroker } from '../installations/with-broker.ts';
import { type Figure, figureOptions, printFigures } from '../tools/figure.ts';

const options = figureOptions(`npm run bench -- produce

Sends records of 100 KB (8 a send) and of 200 bytes (1,000 a send) with our producer and with kafkajs 2.2.4 as published,
in turns on one broker. Prints medians over rounds and ratios of neighbouring rounds. With KAFKA_BROKERS it uses those
brokers instead of its own.`);

let output = '';
const code = await runWithBroker('processors/bench/produce.bench.ts', options.full ? ['--full'] : [], text => {
  output += text;
});
const figures = output.split('\n').flatMap(line => (line.startsWith('{') ? [JSON.parse(line) as Figure] : []));
printFigures(figures, options);
if (code !== 0) process.exitCode = code;
