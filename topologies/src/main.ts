/** `node topologies/src/main.ts violations` runs one graph, or several in one process. */
import { type ProcessContext, type RunningProcess, runProcess } from '@sightline/processors/process';
import {
  changelogTopics,
  type LostRecords,
  StreamsApp,
  type StreamsOptions,
  type Topology,
} from '@sightline/processors/runtime';
import { type AnyTopic, topics } from '@sightline/schemas';
import { env } from './env.ts';
import { buildGraph, type Graph, graphNames } from './graphs.ts';
import { healthOf } from './health.ts';
import { deadLetterUnfit } from './unfit-results.ts';

function build(name: string): Graph {
  const graph = buildGraph(name);
  if (graph !== undefined) return graph;
  console.error(`unknown graph ${name}; there are: ${graphNames.join(', ')}`);
  process.exit(2);
}

function topicsOf(topologies: Iterable<Topology>): AnyTopic[] {
  const found = [...topologies].flatMap(topology => [
    ...topology.subtopologies().flatMap(({ sources, sinks }) => [...sources, ...sinks]),
    ...topology.globalStores,
  ]);
  return [...new Set([...found.map(({ topic }) => topic), topics.deadLetters])];
}

const told = ({ topic, partition, from, to }: LostRecords) => ({
  topic,
  partition,
  from: String(from),
  to: String(to),
});

async function start(
  { cell, logger, fail }: ProcessContext,
  graphs: ReadonlyMap<string, Graph>,
): Promise<RunningProcess> {
  const apps = [...graphs].map(([name, { topology }]) => {
    const options: StreamsOptions = {
      applicationId: cell.groupId(name),
      topology,
      log: cell.log,
      namePrefix: cell.prefix,
      deadLetters: topics.deadLetters,
      onProcessError: deadLetterUnfit,
      commitIntervalMs: env.COMMIT_INTERVAL_MS,
      sessionTimeoutMs: env.SESSION_TIMEOUT_MS,
      heartbeatIntervalMs: env.HEARTBEAT_INTERVAL_MS,
      rebalanceTimeoutMs: env.REBALANCE_TIMEOUT_MS,
      bufferedRecordsPerPartition: env.BUFFERED_RECORDS_PER_PARTITION,
      bufferedBytesPerPartition: env.INPUT_BUFFER_BYTES_PER_PARTITION,
      processingGuarantee: env.PROCESSING_GUARANTEE,
      cacheMaxBytes: env.STATE_STORE_CACHE_MAX_BYTES,
      maxTaskIdleMs: env.MAX_TASK_IDLE_MS,
      standbyReplicas: env.NUM_STANDBY_REPLICAS,
      storeEngine: env.STORE_ENGINE,
      acceptTopologyChanges: env.ACCEPT_TOPOLOGY_CHANGES,
      acceptedLosses: env.ACCEPTED_LOSSES,
      onLost: loss =>
        logger.warn(
          { graph: name, ...told(loss) },
          'goes on without lost records, because the operator accepted the loss',
        ),
      onRecreated: ({ topic, partition, offset }) =>
        logger.warn(
          { graph: name, topic, partition, committed: String(offset) },
          'the topic was deleted and created again: it is read from its start',
        ),
      onTopologyChanged: changes => logger.warn({ graph: name, changes }, 'the topology changed'),
      onError: (error, lane) => logger.warn({ err: error, graph: name, lane }, 'a lane starts again'),
      onFatal: fail,
      ...(env.GROUP_INSTANCE_ID === undefined ? {} : { instanceId: `${name}-${env.GROUP_INSTANCE_ID}` }),
      ...(env.STATE_DIR === undefined ? {} : { stateDir: env.STATE_DIR }),
      ...(env.REPLICATION_FACTOR === undefined ? {} : { replicationFactor: env.REPLICATION_FACTOR }),
    };
    return [name, new StreamsApp(options)] as const;
  });
  await Promise.all(apps.map(([, app]) => app.start()));
  return {
    report: () =>
      healthOf(
        apps.map(([name, app]) => [name, app.health()]),
        [...graphs.values()].flatMap(graph => graph.remarks()),
      ),
    async stop() {
      await Promise.all(apps.map(([, app]) => app.close()));
    },
  };
}

const names = process.argv.slice(2);
if (names.length === 0) {
  console.error(`usage: node topologies/src/main.ts GRAPH...; graphs: ${graphNames.join(', ')}`);
  process.exit(2);
}
const graphs = new Map(names.map(name => [name, build(name)]));
await runProcess({
  service: names.join('+'),
  env,
  topics: topicsOf([...graphs.values()].map(({ topology }) => topology)),
  ownTopics: [...graphs].flatMap(([name, { topology }]) => changelogTopics(topology, name)),
  start: context => start(context, graphs),
});
