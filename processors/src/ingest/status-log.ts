import { setTimeout as sleep } from 'node:timers/promises';
import { type CameraStatus, topics } from '@sightline/schemas';
import { tail } from '../control/index.ts';
import type { Cell } from '../process/index.ts';

/** The latest status of every camera, as the log has it. */
export interface StatusLog {
  get(cameraId: string): CameraStatus | undefined;
  all(): readonly CameraStatus[];
  /** Resolves once all that was written to these partitions before the call is known here. */
  caughtUp(partitions: readonly number[]): Promise<void>;
  close(): Promise<void>;
}

const LOOK_EVERY_MS = 20;

/** Folds `camera-status` to its present end, then goes on in the background. */
export async function openStatusLog(cell: Cell, onError: (error: unknown) => void): Promise<StatusLog> {
  const latest = new Map<string, CameraStatus>();
  const nextOffsets = new Map<number, bigint>();
  const reading = await tail(
    cell,
    topics.cameraStatus,
    async records => {
      for (const record of records) {
        const cameraId = record.key?.toString('utf8') ?? '';
        nextOffsets.set(cell.partitionOf(topics.cameraStatus, cameraId), record.offset + 1n);
        if (record.value === null) latest.delete(cameraId);
        else latest.set(cameraId, await cell.decode(topics.cameraStatus, record));
      }
    },
    onError,
  );
  return {
    get: cameraId => latest.get(cameraId),
    all: () => [...latest.values()],
    async caughtUp(partitions) {
      const wanted = partitions.map(partition => ({ topic: cell.name(topics.cameraStatus), partition }));
      const starts = await cell.log.admin.listOffsets(wanted, 'earliest');
      const ends = await cell.log.admin.listOffsets(wanted, 'latest-committed');
      for (const { partition, offset } of ends) {
        const empty = starts.some(start => start.partition === partition && start.offset >= offset);
        while (!empty && (nextOffsets.get(partition) ?? 0n) < offset) await sleep(LOOK_EVERY_MS);
      }
    },
    close: () => reading.close(),
  };
}
