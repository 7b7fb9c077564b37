import { randomUUID } from 'node:crypto';
import { type ControlRecord, type ExpectedVersion, topics } from '@sightline/schemas';
import {
  type Change,
  ControlFold,
  encodeChange,
  SCHEMA_KIND,
  TAKES_EFFECT_AFTER_MS,
  writerSchema,
} from '@sightline/schemas/control';
import type { Cell } from '../process/index.ts';

export interface Command {
  /** The same id is the same command: safe to repeat. Default: a new one. */
  readonly commandId?: string;
  readonly actor: string;
  /** One change set: all take effect, or none. */
  readonly changes: readonly Change[];
  /** Versions relied on. Default: of each changed entity, as this process's fold has it. */
  readonly expects?: readonly ExpectedVersion[];
  /** Default: two seconds from now. */
  readonly effectiveAtMs?: number;
}

export type AppendResult =
  | { readonly outcome: 'accepted'; readonly offset: number; readonly effectiveAtMs: number }
  | { readonly outcome: 'conflict'; readonly conflicts: readonly ExpectedVersion[] }
  /** Appended, but this process's fold has not passed it in time: ask again by the commandId. */
  | { readonly outcome: 'pending'; readonly commandId: string };

/** The configuration as this process has folded it, and the way to change it. */
export interface ControlLog {
  readonly fold: ControlFold;
  append(command: Command): Promise<AppendResult>;
  /** Calls back after each batch of records folded, with the cameras whose configuration changed; returns how to stop. */
  onChange(listener: (changed: ReadonlySet<string>) => void): () => void;
  close(): Promise<void>;
}

/** What was folded is not what the log holds: the process must fold anew. */
export class ControlLogLostError extends Error {
  readonly code = 'CONTROL_LOG_LOST';
  readonly retriable = true;
}

const ANSWER_WITHIN_MS = 5_000;

/**
 * Folds the control log to its present end, then goes on in the background. A record that does not decode is void for
 * everyone. `onError`: the fold no longer holds, because the log lost records or was made anew.
 */
export async function openControl(cell: Cell, onError: (error: unknown) => void): Promise<ControlLog> {
  const fold = new ControlFold();
  const listeners = new Set<(changed: ReadonlySet<string>) => void>();
  let changed = new Set<string>();
  const reading = cell.follow(topics.control, {
    from: 'earliest',
    handle: ({ value, offset, writtenAtMs: timestampMs }) => {
      for (const cameraId of fold.apply(value, { offset: Number(offset), timestampMs })) changed.add(cameraId);
    },
    onBatch: () => {
      const told = changed;
      changed = new Set();
      for (const listener of listeners) listener(told);
    },
    onReset: ({ reason, from }) => onError(new ControlLogLostError(`the control log is ${reason} at offset ${from}`)),
  });
  await reading.caughtUp();
  const producer = await cell.log.producer();

  const onChange: ControlLog['onChange'] = listener => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };

  return {
    fold,
    onChange,
    async append(command) {
      const commandId = command.commandId ?? randomUUID();
      const records = [...schemasOf(command, Date.now()), ...recordsOf(command, commandId, fold, Date.now())];
      await producer.send(
        records.map(record => cell.outgoing(topics.control, record.entityId, record, { partitionKey: 'control' })),
      );
      return answered(fold, commandId, onChange);
    },
    async close() {
      await reading.close();
      await producer.close();
    },
  };
}

function recordsOf(command: Command, commandId: string, fold: ControlFold, nowMs: number): readonly ControlRecord[] {
  return command.changes.map((change, index) => ({
    commandId,
    actor: command.actor,
    atMs: nowMs,
    effectiveAtMs: command.effectiveAtMs ?? nowMs + TAKES_EFFECT_AFTER_MS,
    changeSetIndex: index,
    changeSetSize: command.changes.length,
    entityKind: change.kind,
    entityId: change.id,
    expects:
      command.expects === undefined
        ? [{ entityKind: change.kind, entityId: change.id, version: fold.versionOf(change.kind, change.id) }]
        : index === 0
          ? command.expects
          : [],
    value: encodeChange(change),
  }));
}

/** The schemas of a command's values, so that a reader of another version decodes them from the log alone. */
function schemasOf({ actor, changes }: Command, nowMs: number): readonly ControlRecord[] {
  return [...new Set(changes.map(({ kind }) => kind))].map(kind => {
    const { fingerprint, bytes } = writerSchema(kind);
    return {
      commandId: `${SCHEMA_KIND}-${fingerprint}`,
      actor,
      atMs: nowMs,
      effectiveAtMs: 0,
      changeSetIndex: 0,
      changeSetSize: 1,
      entityKind: SCHEMA_KIND,
      entityId: fingerprint,
      expects: [],
      value: bytes,
    };
  });
}

async function answered(fold: ControlFold, commandId: string, onChange: ControlLog['onChange']): Promise<AppendResult> {
  if (fold.answer(commandId) === undefined) {
    await new Promise<void>(resolve => {
      const stop = onChange(() => fold.answer(commandId) && done());
      const timer = setTimeout(() => done(), ANSWER_WITHIN_MS);
      const done = (): void => {
        stop();
        clearTimeout(timer);
        resolve();
      };
    });
  }
  const answer = fold.answer(commandId);
  if (answer === undefined) return { outcome: 'pending', commandId };
  return answer.accepted
    ? { outcome: 'accepted', offset: answer.offset, effectiveAtMs: answer.effectiveAtMs }
    : { outcome: 'conflict', conflicts: answer.conflicts };
}
