import { type ProcessContext, type RunningProcess, runProcess } from '@sightline/processors/process';
import { StreamsApp, type StreamsOptions, type Topology } from '@sightline/processors/runtime';
import { type AnyTopic, topics } from '@sightline/schemas';
import { StreamsBuilder } from './dsl/index.ts';
import { env } from './env.ts';
import { healthOf } from './health.ts';
import { VIOLATIONS, violations } from './index.ts';

/** Graphs by application id: `node topologies/src/main.ts violations` runs one, or several in one process. */
const graphs: Readonly<Record<string, (builder: StreamsBuilder) => void>> = { [VIOLATIONS]: violations };

function build(name: string): Topology {
  const graph = graphs[name];
  if (graph === undefined) {
    console.error(`unknown graph ${name}; there are: ${Object.keys(graphs).join(', ')}`);
    process.exit(2);
  }
  const builder = new StreamsBuilder();
  graph(builder);
  return builder.build();
}

function topicsOf(topologies: Iterable<Topology>): AnyTopic[] {
  const found = [...topologies].flatMap(topology => [
    ...topology.subtopologies().flatMap(({ sources, sinks }) => [...sources, ...sinks]),
    ...topology.globalStores,
  ]);
  return [...new Set([...found.map(({ topic }) => topic), topics.deadLetters])];
}

async function start(
  { cell, logger, fail }: ProcessContext,
  topologies: Map<string, Topology>,
): Promise<RunningProcess> {
  const apps = [...topologies].map(([name, topology]) => {
    const options: StreamsOptions = {
      applicationId: cell.groupId(name),
      topology,
      log: cell.log,
      namePrefix: cell.prefix,
      deadLetters: topics.deadLetters,
      commitIntervalMs: env.COMMIT_INTERVAL_MS,
      sessionTimeoutMs: env.SESSION_TIMEOUT_MS,
      heartbeatIntervalMs: env.HEARTBEAT_INTERVAL_MS,
      rebalanceTimeoutMs: env.REBALANCE_TIMEOUT_MS,
      bufferedRecordsPerPartition: env.BUFFERED_RECORDS_PER_PARTITION,
      bufferedBytesPerPartition: env.INPUT_BUFFER_BYTES_PER_PARTITION,
      onError: (error, lane) => logger.warn({ err: error, graph: name, lane }, 'a lane starts again'),
      onFatal: fail,
      ...(env.GROUP_INSTANCE_ID === undefined ? {} : { instanceId: `${name}-${env.GROUP_INSTANCE_ID}` }),
      ...(env.REPLICATION_FACTOR === undefined ? {} : { replicationFactor: env.REPLICATION_FACTOR }),
    };
    return [name, new StreamsApp(options)] as const;
  });
  await Promise.all(apps.map(([, app]) => app.start()));
  return {
    report: () => healthOf(apps.map(([name, app]) => [name, app.health()])),
    async stop() {
      await Promise.all(apps.map(([, app]) => app.close()));
    },
  };
}

const names = process.argv.slice(2);
if (names.length === 0) {
  console.error(`usage: node topologies/src/main.ts GRAPH...; graphs: ${Object.keys(graphs).join(', ')}`);
  process.exit(2);
}
const topologies = new Map(names.map(name => [name, build(name)]));
await runProcess({
  service: names.join('+'),
  env,
  topics: topicsOf(topologies.values()),
  start: context => start(context, topologies),
});
