import { execFileSync } from 'node:child_process';
import { globSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { prepareKafkaStreams } from './kafka-streams.ts';

const help = `Writes the golden vectors: what Kafka Streams 4.3 itself makes of our programs' records.

  node topologies/scripts/write-vectors.ts [--help]

Fetches Kafka Streams and its test driver with Maven, compiles topologies/vectors/java and runs it; writes
topologies/vectors/goldens/PROGRAM.json. The records are seeded: two runs write the same bytes. Needs a JDK (17 or later) and mvn.
`;

const { values } = parseArgs({ options: { help: { type: 'boolean' } } });
if (values.help) {
  console.log(help);
} else {
  const folder = join(import.meta.dirname, '../vectors/goldens');
  const classPath = prepareKafkaStreams();
  for (const old of globSync(join(folder, '*.json'))) rmSync(old);
  const quiet = '-Dorg.slf4j.simpleLogger.defaultLogLevel=error';
  execFileSync('java', ['-Xmx512m', quiet, '-cp', classPath, 'vectors.Vectors', folder], { stdio: 'inherit' });
}
