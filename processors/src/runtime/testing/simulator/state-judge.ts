import type { LogRecord } from '../../../log/log-client.ts';
import type { MemoryLog } from '../../../log/memory/memory-log.ts';
import { toName } from '../../store/names.ts';
import { changelogTopic } from '../../task-commit.ts';
import type { StoredState } from './simulated-disk.ts';

/**
 * Returns the stores whose state is not the fold of their changelog up to the checkpoint. Entries past retention may be
 * missing.
 */
export function stateFaults(log: MemoryLog, applicationId: string, states: readonly StoredState[]): string[] {
  return states.flatMap(({ builder, partition, engine }) => {
    if (!builder.logged || engine.checkpoint === undefined) return [];
    const { changelogOffset } = engine.checkpoint;
    const topic = changelogTopic(applicationId, builder.name);
    const changelog = log.partition({ topic, partition });
    const { records } = changelog.read(0n, true, Number.MAX_SAFE_INTEGER);
    if (records.some(({ offset }) => offset >= changelogOffset)) return []; // an older state: its fold may be compacted away
    const fold = foldOf(records);
    const entries = engine.slice({ low: '', high: undefined, backward: false, limit: Number.MAX_SAFE_INTEGER });
    const wrong = entries.filter(([name, { bytes }]) => fold.get(name) !== toName(bytes));
    const missing = builder.kind === 'key-value' ? fold.size - (entries.length - wrong.length) : 0;
    if (wrong.length === 0 && missing === 0) return [];
    return [`${builder.name}[${partition}]: ${wrong.length} entries are wrong and ${missing} missing`];
  });
}

function foldOf(records: readonly LogRecord[]): Map<string, string> {
  const fold = new Map<string, string>();
  for (const { key, value } of records) {
    if (key === null) continue;
    if (value === null) fold.delete(toName(key));
    else fold.set(toName(key), toName(value));
  }
  return fold;
}
