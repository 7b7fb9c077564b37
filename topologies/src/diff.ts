/**
 * `node topologies/src/diff.ts GRAPH`: prints how a deploy of this code would change the application's state; status 1
 * when it would break some.
 */
import { parseArgs } from 'node:util';
import { connectLog } from '@sightline/processors/log';
import { logOptions } from '@sightline/processors/process';
import { compareShapes, readShape, shapeOf, topicCounts } from '@sightline/processors/runtime';
import { topics } from '@sightline/schemas';
import { env } from './env.ts';
import { buildGraph, graphNames } from './graphs.ts';

const HELP = `node topologies/src/diff.ts GRAPH [--json]

Holds a graph of this code against the one its application last ran with, which it keeps in the cluster that
KAFKA_BROKERS names. Status 0: nothing breaks; 1: the deploy would be refused; 2: it could not be asked.

Graphs: ${graphNames.join(', ')}`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
});

async function main(name: string): Promise<number> {
  const topology = buildGraph(name)?.topology;
  if (topology === undefined) {
    console.error(`there is no graph ${name}; there are: ${graphNames.join(', ')}`);
    return 2;
  }
  const log = await connectLog(logOptions(env, 'topology-diff'));
  try {
    const applicationId = `${env.NAME_PREFIX}${name}`;
    const before = await readShape(log, applicationId);
    if (before === undefined) {
      console.error(`${applicationId} has never run on ${env.KAFKA_BROKERS}: nothing can break`);
      return 0;
    }
    const names = { applicationId, namePrefix: env.NAME_PREFIX };
    const counts = await topicCounts(log.admin, topology, names, topics.deadLetters);
    const changes = compareShapes(
      before,
      shapeOf(topology, topic => counts.partitionsOf(topic)),
    );
    if (values.json) console.log(JSON.stringify({ application: applicationId, changes }));
    else if (changes.length === 0) console.log(`${applicationId}: no change`);
    for (const { what, isBreaking, remedy } of values.json ? [] : changes)
      console.log(isBreaking ? `BREAKS  ${what}: ${remedy}` : `        ${what}`);
    return changes.some(({ isBreaking }) => isBreaking) ? 1 : 0;
  } finally {
    await log.close();
  }
}

const [name] = positionals;
if (values.help || name === undefined) {
  console.log(HELP);
  process.exitCode = values.help ? 0 : 2;
} else {
  process.exitCode = await main(name).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    return 2;
  });
}
