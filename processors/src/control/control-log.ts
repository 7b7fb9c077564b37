import { randomUUID } from 'node:crypto';
import type { Camera, ControlRecord, EntityKind, ExpectedVersion, Rule, Store, User, Zone } from '@sightline/schemas';
import { topics, UndecodableError } from '@sightline/schemas';
import { ControlFold } from '@sightline/schemas/control';
import type { LogRecord } from '../log/index.ts';
import type { Cell } from '../process/index.ts';
import { tail } from './tail.ts';

/** A change of one entity; a null value removes it. */
export type Change =
  | { readonly kind: 'store'; readonly id: string; readonly value: Store | null }
  | { readonly kind: 'camera'; readonly id: string; readonly value: Camera | null }
  | { readonly kind: 'zone'; readonly id: string; readonly value: Zone | null }
  | { readonly kind: 'rule'; readonly id: string; readonly value: Rule | null }
  | { readonly kind: 'user'; readonly id: string; readonly value: User | null };

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
  /** Calls back after each batch of records folded; returns how to stop. */
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
}

const TAKES_EFFECT_AFTER_MS = 2_000;
const ANSWER_WITHIN_MS = 5_000;
const noValue = { store: null, camera: null, zone: null, rule: null, user: null };

/** Folds the control log to its present end, then goes on in the background. `onError`: it can no longer be read. */
export async function openControl(cell: Cell, onError: (error: unknown) => void): Promise<ControlLog> {
  const fold = new ControlFold();
  const listeners = new Set<() => void>();
  const take = async (record: LogRecord): Promise<void> => {
    try {
      fold.apply(await cell.decode(topics.control, record), Number(record.offset));
    } catch (error) {
      if (!(error instanceof UndecodableError)) throw error; // bytes that do not decode are void for everyone
    }
  };
  const reading = await tail(
    cell,
    topics.control,
    async records => {
      for (const record of records) await take(record);
      for (const listener of listeners) listener();
    },
    onError,
  );
  const producer = await cell.log.producer();

  const onChange = (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };

  return {
    fold,
    onChange,
    async append(command) {
      const commandId = command.commandId ?? randomUUID();
      const records = recordsOf(command, commandId, fold, Date.now());
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
    ...noValue,
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
        ? [currentVersion(fold, change.kind, change.id)]
        : index === 0
          ? command.expects
          : [],
    [change.kind]: change.value,
  }));
}

/** The version an entity has in this fold, as an expectation. */
export function currentVersion(fold: ControlFold, entityKind: EntityKind, entityId: string): ExpectedVersion {
  return { entityKind, entityId, version: fold.entity(entityKind, entityId)?.version ?? null };
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
