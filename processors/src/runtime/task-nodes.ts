import { StreamsError } from './errors.ts';
import type { Cancellable, Processor, ProcessorContext, PunctuationType } from './processor.ts';
import type { RecordCache } from './record-cache.ts';
import type { RecordCollector } from './record-collector.ts';
import type { TaskStore } from './store/task-store.ts';
import type { ForwardedRecord, RecordHeaders, RecordMetadata, StreamRecord } from './stream-record.ts';
import type { ProcessorNode, Subtopology, TopologyNode } from './topology-node.ts';

type AnyRecord = StreamRecord<unknown, unknown>;
const NO_HEADERS: RecordHeaders = [];

/** The task's services for its nodes. */
export interface TaskScope {
  readonly taskId: string;
  readonly applicationId: string;
  readonly collector: RecordCollector;
  streamTimeMs(): number;
  origin(): RecordMetadata | undefined;
  store(name: string): TaskStore | undefined;
  global(name: string): unknown;
  account(outcome: 'late' | 'filtered' | 'duplicate'): void;
  countDropped(count: number): void;
  schedule(
    node: string,
    type: PunctuationType,
    intervalMs: number,
    callback: (timestampMs: number) => void,
  ): Cancellable;
  cache<E>(node: string, flush: (entry: E) => void): RecordCache<E> | undefined;
  onUndo(reload: () => void): void;
  onIdleTime(node: string, move: (timeMs: number) => void): void;
  requestCommit(): void;
}

/** A node of one task. `process` returns when its children are done too. A throw carries the failing node's name. */
export interface RunningNode {
  readonly name: string;
  process(record: AnyRecord): void;
  close(): void;
}

/** What a node threw, with the node's name. */
export class NodeFailure extends Error {
  readonly node: string;

  constructor(node: string, cause: unknown) {
    super(node, { cause });
    this.node = node;
  }
}

/** Builds and initialises the nodes below the sources. Returns the children of each source, by the source's name. */
export function startNodes(
  subtopology: Subtopology,
  scope: TaskScope,
): { roots: Map<string, RunningNode[]>; close(): void } {
  const running = new Map<string, RunningNode>();
  const childrenOf = (parent: string) =>
    subtopology.nodes
      .filter(node => node.kind !== 'source' && node.parents.includes(parent))
      .map(node => running.get(node.name))
      .filter(node => node !== undefined);
  for (const node of [...subtopology.nodes].reverse()) {
    const started = startNode(node, childrenOf(node.name), scope);
    if (started) running.set(node.name, started);
  }
  const roots = new Map(subtopology.sources.map(({ name }) => [name, childrenOf(name)]));
  return {
    roots,
    close() {
      for (const node of running.values()) node.close();
    },
  };
}

function startNode(node: TopologyNode, children: readonly RunningNode[], scope: TaskScope): RunningNode | undefined {
  switch (node.kind) {
    case 'source':
      return undefined;
    case 'sink':
      return {
        name: node.name,
        process(record) {
          try {
            scope.collector.send(node, record);
          } catch (error) {
            throw failureOf(node.name, error);
          }
        },
        close() {},
      };
    case 'processor':
      return startProcessor(node, children, scope);
  }
}

function startProcessor(node: ProcessorNode, children: readonly RunningNode[], scope: TaskScope): RunningNode {
  const processor: Processor<unknown, unknown, unknown, unknown> = node.supplier();
  try {
    processor.init?.(makeContext(node, children, scope));
  } catch (error) {
    throw failureOf(node.name, error);
  }
  return {
    name: node.name,
    process(record) {
      try {
        processor.process(record);
      } catch (error) {
        throw failureOf(node.name, error);
      }
    },
    close: () => processor.close?.(),
  };
}

function failureOf(node: string, error: unknown): NodeFailure {
  return error instanceof NodeFailure ? error : new NodeFailure(node, error);
}

function makeContext(
  node: ProcessorNode,
  children: readonly RunningNode[],
  scope: TaskScope,
): ProcessorContext<unknown, unknown> {
  const stateStore = (wanted: string | { readonly name: string }) => {
    const name = typeof wanted === 'string' ? wanted : wanted.name;
    const store = node.stores.includes(name) ? scope.store(name) : undefined;
    if (!store) throw new StreamsError('STORE_UNKNOWN', `${node.name} is not connected to a state store ${name}`);
    return store.stateStore;
  };
  return {
    taskId: scope.taskId,
    applicationId: scope.applicationId,
    get streamTimeMs() {
      return scope.streamTimeMs();
    },
    forward: (record, childName) => forward(node, children, record, childName),
    stateStore: stateStore as ProcessorContext['stateStore'],
    globalState: <G>(name: string) => scope.global(name) as G,
    recordMetadata: () => scope.origin(),
    account: outcome => scope.account(outcome),
    countDropped: count => scope.countDropped(count),
    schedule: (intervalMs, type, callback) => scope.schedule(node.name, type, intervalMs, callback),
    recordCache: flush => scope.cache(node.name, flush),
    onUndo: reload => scope.onUndo(reload),
    onIdleTime: move => scope.onIdleTime(node.name, move),
    commit: () => scope.requestCommit(),
  };
}

function forward(
  node: ProcessorNode,
  children: readonly RunningNode[],
  forwarded: ForwardedRecord<unknown, unknown>,
  childName: string | undefined,
): void {
  const record = withHeaders(forwarded);
  if (childName === undefined) {
    for (const child of children) child.process(record);
    return;
  }
  const child = children.find(({ name }) => name === childName);
  if (!child) throw new StreamsError('CHILD_UNKNOWN', `${node.name} has no child ${childName}`);
  child.process(record);
}

function withHeaders(record: ForwardedRecord<unknown, unknown>): AnyRecord {
  const { key, value, timestampMs, headers } = record;
  return headers === undefined ? { key, value, timestampMs, headers: NO_HEADERS } : (record as AnyRecord);
}
