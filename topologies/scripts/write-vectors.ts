import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { prepareKafkaStreams } from './kafka-streams.ts';

const help = `Writes the golden vectors: the output of Kafka Streams 4.3 for our programs' records.

  node topologies/scripts/write-vectors.ts [options]

  --salt TEXT   other random records, for a comparison beyond the committed ones; give --to with it
  --times N     so many times the random records (default 1)
  --to DIR      where PROGRAM.json are written (default topologies/vectors/goldens)
  --help        this text

Fetches Kafka Streams and its test driver with Maven, compiles topologies/vectors/java and runs it. The records are
seeded: two runs write the same bytes. Needs a JDK (17 or later) and mvn. The test compares with another folder when
TEST_VECTORS names it: TEST_VECTORS=DIR npx vitest run --project topology topologies/src/vectors.test.ts
`;

const { values } = parseArgs({
  options: {
    salt: { type: 'string', default: '' },
    times: { type: 'string', default: '1' },
    to: { type: 'string', default: join(import.meta.dirname, '../vectors/goldens') },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  console.log(help);
} else {
  const classPath = prepareKafkaStreams();
  const fresh = `${values.to}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  const seeds = [`-Dvectors.salt=${values.salt}`, `-Dvectors.times=${values.times}`];
  const options = ['-Xmx512m', '-Dorg.slf4j.simpleLogger.defaultLogLevel=error', ...seeds];
  execFileSync('java', [...options, '-cp', classPath, 'vectors.Vectors', fresh], { stdio: 'inherit' });
  rmSync(values.to, { recursive: true, force: true });
  renameSync(fresh, values.to);
}
