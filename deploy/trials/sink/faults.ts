import { setTimeout as sleep } from 'node:timers/promises';
import type { HeldInsert } from './insert-gate.ts';
import type { FaultLine, SinkProcess } from './sink-process.ts';
import { hasPlan, SESSION_MS, type SinkTrial } from './sink-trial.ts';

/** A kind of fault. Sinks run and records are there when it is caused; afterwards the sinks write everything. */
export interface SinkFault {
  readonly name: string;
  /** True for a fault that kills processes which other trials use too. */
  readonly isAlone?: true;
  /** Causes the fault; resolves with true when it is proved. */
  make(trial: SinkTrial): Promise<boolean>;
}

const INSTANCE = 'trial';
const block = (trial: SinkTrial): string => String(Math.floor(trial.random() * 6));

/** Starts the next owner, which writes the remaining and the new records. */
async function succeed(trial: SinkTrial): Promise<void> {
  trial.start({ instance: INSTANCE, isProduct: true });
  await trial.feed();
  await trial.untilCommitted();
}

type Death = 'before-plan' | 'after-plan' | 'after-insert' | 'after-commit';

/** True when the group's committed offset agrees with the dead sink's last step on the partition. */
async function agrees(trial: SinkTrial, point: Death, line: FaultLine): Promise<boolean> {
  const { topic = '', partition = 0, offset = '', metadata = '' } = line;
  const at = await trial.committed(topic, partition);
  if (point === 'before-plan') return !hasPlan(at.metadata) && at.metadata !== metadata;
  if (point === 'after-plan') return `${at.offset}` === offset && at.metadata === metadata;
  if (point === 'after-insert') return hasPlan(at.metadata) && at.offset < BigInt(offset);
  return `${at.offset}` === offset && !hasPlan(at.metadata);
}

const death = (point: Death): SinkFault => ({
  name: `sink killed ${point.replace('-', ' ')}`,
  async make(trial) {
    const victim = trial.start({ instance: INSTANCE, env: { FAULT: point, FAULT_BLOCK: block(trial) } });
    const end = await victim.ended;
    const line = victim.fault;
    const isProved = end === 'SIGKILL' && line?.point === point && (await agrees(trial, point, line));
    await succeed(trial);
    return isProved;
  },
});

/** Lets an insert reach ClickHouse and calls `strike` before the answer; otherwise the run proves nothing. */
async function during(
  trial: SinkTrial,
  strike: (victim: SinkProcess) => void,
): Promise<{
  readonly victim: SinkProcess;
  readonly held: HeldInsert;
  readonly answer: Promise<unknown>;
  readonly isUnanswered: boolean;
}> {
  const holding = trial.gate.hold(Number(block(trial)));
  const victim = trial.start({ instance: INSTANCE, isProduct: true });
  const held = await holding;
  let isUnanswered = true;
  const answer = held.forward().then(
    reply => {
      isUnanswered = false;
      return reply;
    },
    () => undefined,
  );
  await sleep(trial.random() * 12);
  const wasUnanswered = isUnanswered;
  strike(victim);
  return { victim, held, answer, isUnanswered: wasUnanswered };
}

const sinkInInsert: SinkFault = {
  name: 'sink killed, its insert under way',
  async make(trial) {
    const { victim, held, answer, isUnanswered } = await during(trial, one => one.signal('SIGKILL'));
    const isDead = (await victim.ended) === 'SIGKILL';
    held.drop();
    if (trial.random() < 0.5) await answer; // else the next owner starts while ClickHouse still writes
    await succeed(trial);
    return isDead && isUnanswered;
  },
};

const serverInInsert: SinkFault = {
  name: 'ClickHouse killed during an insert',
  isAlone: true,
  async make(trial) {
    const { installation } = trial;
    const pid = installation.clickHousePid;
    const { held, answer, isUnanswered } = await during(trial, () => installation.killClickHouse());
    const reply = await answer;
    held.drop();
    const next = await installation.untilClickHouseIsAnother(pid);
    await trial.feed();
    await trial.untilCommitted();
    return isUnanswered && reply === undefined && next !== pid;
  },
};

const bothInInsert: SinkFault = {
  name: 'ClickHouse and sink killed during an insert',
  isAlone: true,
  async make(trial) {
    const { installation } = trial;
    const pid = installation.clickHousePid;
    const { victim, held, answer, isUnanswered } = await during(trial, one => {
      installation.killClickHouse();
      one.signal('SIGKILL');
    });
    const [reply, end] = await Promise.all([answer, victim.ended]);
    held.drop();
    await installation.untilClickHouseIsAnother(pid);
    await succeed(trial);
    return isUnanswered && reply === undefined && end === 'SIGKILL';
  },
};

/** Another sink takes over from a suspended one and writes everything. The session is over long before that ends. */
async function takeOver(trial: SinkTrial, env: Readonly<Record<string, string>> = {}): Promise<void> {
  const over = sleep(SESSION_MS + 1_000);
  trial.start({ env });
  await trial.feed();
  await trial.untilCommitted();
  await over;
}

/** Resumes the suspended sink. The group refuses its commit or gives it a new assignment; its own log proves that. */
async function wake(trial: SinkTrial, zombie: SinkProcess): Promise<boolean> {
  const before = zombie.faults.length;
  const isStill = zombie.isStopped;
  zombie.signal('SIGCONT');
  const isTold = (): boolean =>
    zombie.faults.slice(before).some(({ refused, generation }) => refused !== undefined || generation !== undefined);
  for (let waitedMs = 0; !isTold() && waitedMs < 15_000; waitedMs += 50) await sleep(50);
  await trial.feed();
  await trial.untilCommitted();
  return isStill && isTold();
}

const stopBeforeInsert: SinkFault = {
  name: 'zombie, about to insert',
  async make(trial) {
    const zombie = trial.start({ env: { FAULT: 'stop-after-plan', FAULT_BLOCK: block(trial) } });
    await zombie.untilStopped();
    await takeOver(trial);
    const wentOn = await isWrittenByOthers(trial, zombie);
    return (await wake(trial, zombie)) && wentOn;
  },
};

/** Resolves when the block that a zombie was about to insert is written and committed. */
async function isWrittenByOthers(trial: SinkTrial, zombie: SinkProcess): Promise<boolean> {
  const { topic = '', partition = 0, offset = '0' } = zombie.fault ?? {};
  const at = await trial.committed(topic, partition);
  return !hasPlan(at.metadata) && at.offset > BigInt(offset);
}

/**
 * Number of tokens that a table remembers in the trial where it forgets one; other sinks write more blocks, of few
 * rows.
 */
const FEW_TOKENS = 100;
const SMALL_BLOCKS = { SINK_MAX_ROWS: '8' };

const stopUntilForgotten: SinkFault = {
  name: 'zombie, about to insert, its token forgotten',
  async make(trial) {
    const newest = 'SELECT max(max_block_number) FROM system.parts WHERE active AND database = currentDatabase()';
    const newestBlock = async (): Promise<number> => Number(await trial.value(`${newest} AND table = 'tracks'`));
    await trial.command(`ALTER TABLE tracks MODIFY SETTING non_replicated_deduplication_window = ${FEW_TOKENS}`);
    const FAULT_BLOCK = String(12 + Number(block(trial)));
    const zombie = trial.start({
      env: { ...SMALL_BLOCKS, FAULT: 'stop-after-plan', FAULT_BLOCK, FAULT_TOPIC: 'tracks' },
    });
    await zombie.untilStopped();
    const before = await newestBlock();
    await takeOver(trial, SMALL_BLOCKS);
    const isForgotten = (await newestBlock()) - before > FEW_TOKENS;
    const wentOn = await isWrittenByOthers(trial, zombie);
    return (await wake(trial, zombie)) && wentOn && isForgotten;
  },
};

/**
 * An insert is held in the network while another sink writes the same block. The insert arrives after that, and then
 * its sender resumes. Proved when the other block came with the same token, or, for sinks without tokens, when
 * everything is committed.
 */
export async function insertLate(trial: SinkTrial, env: Readonly<Record<string, string>> = {}): Promise<boolean> {
  const holding = trial.gate.hold(Number(block(trial)));
  const zombie = trial.start({ env });
  const held = await holding;
  zombie.signal('SIGSTOP');
  await zombie.untilStopped();
  await takeOver(trial, env);
  const isWritten = trial.gate.passed.some(({ token, status }) => token === held.token && status === 200);
  const late = await held.forward();
  held.answer(late);
  return (await wake(trial, zombie)) && (isWritten || held.token === '') && late.status === 200;
}

const stopInInsert: SinkFault = { name: 'zombie, its insert held in the network', make: insertLate };

export const FAULTS: readonly SinkFault[] = [
  serverInInsert,
  bothInInsert,
  ...(['before-plan', 'after-plan', 'after-insert', 'after-commit'] as const).map(death),
  sinkInInsert,
  stopBeforeInsert,
  stopUntilForgotten,
  stopInInsert,
];
