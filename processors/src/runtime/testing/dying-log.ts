import type { LogClient, TransactionalProducer } from '../../log/log-client.ts';

/** The moments of a commit at which a process may be killed. */
export const DEATHS = [
  'before send',
  'after send',
  'before offsets',
  'after offsets',
  'end in flight',
  'end answered',
] as const;
export type Death = (typeof DEATHS)[number];

const die = () => process.kill(process.pid, 'SIGKILL');

/** A client whose process kills itself at one moment of its n-th commit. */
export function dyingLog(log: LogClient, death: Death, atCommit: number): LogClient {
  let commits = 0;
  const at = (moment: Death) => {
    if (moment === death && commits >= atCommit) die();
  };
  const dying = (own: TransactionalProducer): TransactionalProducer => ({
    fence: () => own.fence(),
    abort: () => own.abort(),
    close: () => own.close(),
    begin() {
      commits += 1;
      return own.begin();
    },
    async send(records) {
      at('before send');
      const ends = await own.send(records);
      at('after send');
      return ends;
    },
    async sendOffsets(groupId, offsets) {
      at('before offsets');
      await own.sendOffsets(groupId, offsets);
      at('after offsets');
    },
    async commit() {
      const ended = own.commit();
      if (death === 'end in flight' && commits >= atCommit) setImmediate(() => setImmediate(die));
      await ended;
      at('end answered');
    },
  });
  return {
    admin: log.admin,
    producer: options => log.producer(options),
    reader: options => log.reader(options),
    join: options => log.join(options),
    close: () => log.close(),
    transactionalProducer: async (id, options) => dying(await log.transactionalProducer(id, options)),
  };
}
