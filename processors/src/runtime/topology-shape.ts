import type { AnyTopic } from '@sightline/schemas/topic';
import { taskCount } from './partition-counts.ts';
import type { AnyStoreBuilder } from './store/any-store-builder.ts';
import type { Topology } from './topology.ts';
import type { Subtopology } from './topology-node.ts';

/** The parts of a topology that a deploy must not break, as data; stored in the log with the application's state. */
export interface TopologyShape {
  readonly stores: Readonly<Record<string, StoreShape>>;
  readonly repartitions: Readonly<Record<string, TopicShape>>;
  readonly sources: Readonly<Record<string, SourceShape>>;
}

interface StoreShape {
  readonly kind: string;
  readonly key: string;
  readonly value: string;
  readonly logged: boolean;
  readonly partitions: number;
  /** Size of a window; absent for other kinds. */
  readonly sizeMs?: number;
}

interface TopicShape {
  readonly key: string;
  readonly value: string;
  readonly partitions: number;
}

interface SourceShape {
  readonly subtopology: number;
  readonly partitions: number;
}

export function shapeOf(topology: Topology, partitionsOf: (topic: AnyTopic) => number): TopologyShape {
  const subtopologies = topology.subtopologies();
  return {
    stores: Object.fromEntries(subtopologies.flatMap(each => storeShapes(each, partitionsOf))),
    repartitions: Object.fromEntries(
      topology.repartitionTopics.map(({ topic }) => [
        topic.name,
        { key: topic.key.name, value: topic.value.name, partitions: partitionsOf(topic) },
      ]),
    ),
    sources: Object.fromEntries(
      subtopologies.flatMap(({ id, sources }) =>
        sources.map(({ topic }) => [topic.name, { subtopology: id, partitions: partitionsOf(topic) }]),
      ),
    ),
  };
}

function storeShapes(
  subtopology: Subtopology,
  partitionsOf: (topic: AnyTopic) => number,
): (readonly [string, StoreShape])[] {
  const partitions = taskCount(subtopology, partitionsOf);
  return subtopology.stores.map((store: AnyStoreBuilder) => {
    const { name, kind, key, value, logged } = store;
    const size = store.kind === 'window' ? { sizeMs: store.sizeMs } : {};
    return [name, { kind, key: key.name, value: value.name, logged, partitions, ...size }];
  });
}

/**
 * A difference between two shapes. A breaking one loses or corrupts state, or lets two processes work on one partition.
 */
export interface ShapeChange {
  readonly what: string;
  readonly isBreaking: boolean;
  /** What to do about a breaking difference. */
  readonly remedy?: string;
}

/** The changes that a deploy from `before` to `after` makes. Pure. */
export function compareShapes(before: TopologyShape, after: TopologyShape): readonly ShapeChange[] {
  return [...compareStores(before, after), ...compareRepartitions(before, after), ...compareSources(before, after)];
}

function compareStores({ stores: before }: TopologyShape, { stores: after }: TopologyShape): ShapeChange[] {
  const gone = Object.keys(before).filter(name => before[name]?.logged && after[name] === undefined);
  const added = Object.keys(after).filter(name => before[name] === undefined);
  const renamed = gone.length === 1 && added.length === 1 ? ` (renamed to ${added[0]}?)` : '';
  return [
    ...gone.map(name => breaking(`state store ${name} is gone${renamed}`, 'keep its name, or give up its state')),
    ...added.map(name => harmless(`state store ${name} is new`)),
    ...Object.entries(before).flatMap(([name, old]) => {
      const now = after[name];
      return now === undefined ? [] : compareStore(name, old, now);
    }),
  ];
}

function compareStore(name: string, before: StoreShape, after: StoreShape): ShapeChange[] {
  const fields = ['kind', 'key', 'value', 'sizeMs', 'partitions'] as const;
  const changed = fields
    .filter(field => before[field] !== after[field])
    .map(field =>
      breaking(
        `state store ${name}: ${field} was ${before[field]}, is ${after[field]}`,
        field === 'partitions'
          ? `create its input topics again with ${before.partitions} partitions, or reset the application`
          : 'give it a new name, or reset the application',
      ),
    );
  if (!before.logged || after.logged) return changed;
  return [
    ...changed,
    breaking(`state store ${name} has no changelog any more`, 'keep it logged, or give up its state'),
  ];
}

function compareRepartitions(
  { repartitions: before }: TopologyShape,
  { repartitions: after }: TopologyShape,
): ShapeChange[] {
  return Object.entries(before).flatMap(([name, old]) => {
    const now = after[name];
    if (now === undefined)
      return [
        breaking(
          `repartition topic ${name} is gone: its remaining records would never be read`,
          'keep its name, or wait until it is empty',
        ),
      ];
    const fields = ['key', 'value', 'partitions'] as const;
    return fields
      .filter(field => old[field] !== now[field])
      .map(field =>
        breaking(
          `repartition topic ${name}: ${field} was ${old[field]}, is ${now[field]}`,
          field === 'partitions'
            ? `create its input topics again with the earlier number of partitions, or reset the application`
            : 'give it a new name after it is empty',
        ),
      );
  });
}

/** The number of a subtopology is part of its transactional ids, which are the only fence between two processes. */
function compareSources({ sources: before }: TopologyShape, { sources: after }: TopologyShape): ShapeChange[] {
  return Object.entries(before).flatMap(([name, old]) => {
    const now = after[name];
    if (now === undefined) return [harmless(`${name} is no longer read`)];
    const moved =
      old.subtopology === now.subtopology
        ? []
        : [
            breaking(
              `${name} was read by subtopology ${old.subtopology}, is by ${now.subtopology}`,
              'stop every process of the application before, then start with the change accepted',
            ),
          ];
    const cut =
      old.partitions === now.partitions
        ? []
        : [harmless(`${name} had ${old.partitions} partitions, has ${now.partitions}`)];
    return [...moved, ...cut];
  });
}

const breaking = (what: string, remedy: string): ShapeChange => ({ what, isBreaking: true, remedy });
const harmless = (what: string): ShapeChange => ({ what, isBreaking: false });
