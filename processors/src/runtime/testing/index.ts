/** The parts of a running application, for test drivers and simulators. */
export { MemoryLog } from '../../log/memory/memory-log.ts';
export type { PartitionAccount } from '../accounting.ts';
export { GlobalState } from '../global-state.ts';
export { countPartitions, taskCount } from '../partition-counts.ts';
export type { TopicDirectory } from '../record-collector.ts';
export type { TaskStore } from '../store/task-store.ts';
export { type ErrorHandler, StreamTask } from '../stream-task.ts';
export { DEFAULT_SETTINGS } from '../streams-options.ts';
export { changelogTopic, readMark } from '../task-commit.ts';
export type { Subtopology } from '../topology-node.ts';
