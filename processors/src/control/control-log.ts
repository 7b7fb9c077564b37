import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ControlRecord, type ExpectedVersion, topics } from '@sightline/schemas';
import {
  type Change,
  type ControlFold,
  type EntityKind,
  encodeChange,
  SCHEMA_KIND,
  sayNotUnderstood,
  TAKES_EFFECT_AFTER_MS,
  unknownPartsOf,
  writerSchema,
} from '@sightline/schemas/control';
import type { Cell } from '../process/index.ts';
import { type KeepOptions, keptFold } from './kept-fold.ts';
import { LogClock } from './log-clock.ts';

export interface Command {
  /** The same id is the same command: safe to repeat. Default: a new one. */
  readonly commandId?: string;
  readonly actor: string;
  /** One change set: all changes take effect, or none. */
  readonly changes: readonly Change[];
  /** Entity versions that the command relies on. Default: this process's version of each changed entity. */
  readonly expects?: readonly ExpectedVersion[];
  /** Default: two seconds from now. */
  readonly effectiveAtMs?: number;
}

export type AppendResult =
  | { readonly outcome: 'accepted'; readonly offset: number; readonly effectiveAtMs: number }
  | { readonly outcome: 'conflict'; readonly conflicts: readonly ExpectedVersion[] }
  /** Appended, but this process did not read it back in time: ask again by the commandId. */
  | { readonly outcome: 'pending'; readonly commandId: string };

/** The configuration as this process has folded it, and the way to change it. */
export interface ControlLog {
  readonly fold: ControlFold;
  /**
   * Rejects with ClockAheadError or NewerValueError: nothing was changed. Rejects with the producer's error: the
   * outcome is unknown; ask again by the commandId.
   */
  append(command: Command): Promise<AppendResult>;
  /** Calls back after each folded batch, with the cameras whose configuration changed. Returns how to stop. */
  onChange(listener: (changed: ReadonlySet<string>) => void): () => void;
  /** `reason`: the values that it cannot read, in words; undefined: none. `details`: the fold's position. */
  health(): { readonly reason: string | undefined; readonly details: Readonly<Record<string, unknown>> };
  close(): Promise<void>;
}

/** The fold no longer matches the log: the process must fold it again. */
export class ControlLogLostError extends Error {
  readonly code = 'CONTROL_LOG_LOST';
  readonly retriable = true;
}

/** The value has fields that only a newer version knows; writing it back would lose them. */
export class NewerValueError extends Error {
  readonly code = 'NEWER_VALUE';
  readonly retriable = false;
}

export interface ControlOptions extends KeepOptions {
  /** Default: this machine's clock. */
  readonly now?: () => number;
}

const ANSWER_WITHIN_MS = 5_000;

/**
 * Folds the control log to its present end, then goes on in the background. Every process ignores a record that does
 * not decode. `onError`: the fold is no longer valid, because the log lost records or was created again.
 */
export async function openControl(
  cell: Cell,
  onError: (error: unknown) => void,
  options: ControlOptions = {},
): Promise<ControlLog> {
  const notices: string[] = [];
  const { fold, keeper } = await keptFold(cell, options, notices);
  const clock = new LogClock(options.now);
  const listeners = new Set<(changed: ReadonlySet<string>) => void>();
  const saidKinds = new Set<EntityKind>();
  let changed = new Set<string>();
  let newestMs = 0;
  const reading = cell.follow(topics.control, {
    from: fold.nextOffset === 0 ? 'earliest' : { offsets: new Map([[0, BigInt(fold.nextOffset)]]) },
    handle: ({ value, offset, writtenAtMs: timestampMs }) => {
      newestMs = timestampMs;
      for (const cameraId of fold.apply(value, { offset: Number(offset), timestampMs })) changed.add(cameraId);
    },
    onBatch: () => {
      const told = changed;
      changed = new Set();
      for (const listener of listeners) listener(told);
      keeper?.folded();
    },
    onReset: ({ reason, from }) => onError(new ControlLogLostError(lostText(reason, from))),
  });
  await reading.caughtUp();
  const producer = await cell.log.producer();

  const onChange: ControlLog['onChange'] = listener => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };

  /** Sends records; resolves once this fold has read them back, which also measures the log's clock. */
  async function send(records: readonly ControlRecord[]): Promise<void> {
    const measured = clock.measure();
    const sent = await producer.send(
      records.map(record => cell.outgoing(topics.control, record.entityId, record, { partitionKey: 'control' })),
    );
    const last = sent.at(-1);
    if (last === undefined) return;
    await Promise.race([reading.passed(last), sleep(ANSWER_WITHIN_MS, undefined, { ref: false })]);
    if (fold.nextOffset > Number(last.offset)) measured(newestMs);
  }

  return {
    fold,
    onChange,
    async append(command) {
      refuseNewer(command.changes);
      const unsaid = [...new Set(command.changes.map(({ kind }) => kind))].filter(kind => !saidKinds.has(kind));
      if (unsaid.length > 0 || !clock.measured)
        await send(unsaid.map(kind => schemaRecord(kind, command.actor, clock.nowMs)));
      for (const kind of unsaid) saidKinds.add(kind);
      clock.check();
      const commandId = command.commandId ?? randomUUID();
      await send(recordsOf(command, commandId, fold, clock.nowMs));
      return answerOf(fold, commandId);
    },
    health: () => healthOf(fold, notices),
    async close() {
      await reading.close();
      await producer.close();
      await keeper?.close();
    },
  };
}

const WHAT_TO_DO =
  'restore the topic from a backup, or start the installation again, which creates a first login and no cameras';

const lostText = (reason: 'expired' | 'recreated', from: bigint): string =>
  `the control log ${reason === 'recreated' ? 'was deleted and created again' : 'lost records'} (read up to offset ${from}), so configuration is gone: ${WHAT_TO_DO}`;

const EMPTY = `the control log is empty, so there are no users, cameras and rules: ${WHAT_TO_DO}`;

function healthOf(fold: ControlFold, notices: readonly string[]): ReturnType<ControlLog['health']> {
  const notUnderstood = fold.notUnderstood();
  const reason = fold.nextOffset === 0 ? EMPTY : sayNotUnderstood(notUnderstood);
  const notice = notices.at(-1);
  const kept = { ...(reason !== undefined && { notUnderstood }), ...(notice !== undefined && { snapshot: notice }) };
  return { reason, details: { nextOffset: fold.nextOffset, ...kept } };
}

function refuseNewer(changes: readonly Change[]): void {
  for (const change of changes) {
    const [part] = unknownPartsOf(change);
    if (part !== undefined)
      throw new NewerValueError(
        `${part} of ${change.kind} ${change.id} comes from a newer version: this process would lose fields if it wrote it back; update this process`,
      );
  }
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

/** The schema of a kind's values, so that a reader of another version can decode them from the log alone. */
function schemaRecord(kind: EntityKind, actor: string, nowMs: number): ControlRecord {
  const { fingerprint, bytes } = writerSchema(kind);
  const place = { changeSetIndex: 0, changeSetSize: 1, entityKind: SCHEMA_KIND, entityId: fingerprint };
  const commandId = `${SCHEMA_KIND}-${fingerprint}`;
  return { commandId, actor, atMs: nowMs, effectiveAtMs: 0, ...place, expects: [], value: bytes };
}

function answerOf(fold: ControlFold, commandId: string): AppendResult {
  const answer = fold.answer(commandId);
  if (answer === undefined) return { outcome: 'pending', commandId };
  return answer.accepted
    ? { outcome: 'accepted', offset: answer.offset, effectiveAtMs: answer.effectiveAtMs }
    : { outcome: 'conflict', conflicts: answer.conflicts };
}
