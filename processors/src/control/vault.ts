import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { topics, type VaultEntry } from '@sightline/schemas';
import type { Cell } from '../process/index.ts';

/** An entry was sealed with another key, or was changed. */
export class VaultSealedError extends Error {
  readonly code = 'VAULT_SEALED';
  readonly retriable = false;
}

/** Personal and secret data by id, sealed on the log. The latest value of an id counts; a removed one is gone. */
export interface Vault {
  get(id: string): unknown;
  /** Resolves once the record is acknowledged and this process has read it back. */
  put(id: string, value: unknown): Promise<void>;
  remove(id: string): Promise<void>;
  ids(): readonly string[];
  close(): Promise<void>;
}

const TAG_BYTES = 16;

/** `key`: 32 bytes. */
export async function openVault(cell: Cell, key: Buffer): Promise<Vault> {
  const keyId = createHash('sha256').update(key).digest('hex').slice(0, 8);
  const entries = new Map<string, VaultEntry>();
  const reading = cell.follow(topics.vault, {
    from: 'earliest',
    handle: ({ key: id, value }) => entries.set(id, value),
    remove: id => entries.delete(id),
    onReset: () => entries.clear(),
  });
  await reading.caughtUp();
  const producer = await cell.log.producer();

  async function write(id: string, entry: VaultEntry | null): Promise<void> {
    const [sent] = await producer.send([cell.outgoing(topics.vault, id, entry)]);
    if (sent !== undefined) await reading.passed(sent);
  }

  return {
    get(id) {
      const entry = entries.get(id);
      return entry && unseal(entry, key, keyId);
    },
    put: (id, value) => write(id, seal(id, value, key, keyId)),
    remove: id => write(id, null),
    ids: () => [...entries.keys()],
    async close() {
      await reading.close();
      await producer.close();
    },
  };
}

function seal(id: string, value: unknown, key: Buffer, keyId: string): VaultEntry {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(id));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return { id, keyId, nonce, sealed };
}

function unseal(entry: VaultEntry, key: Buffer, keyId: string): unknown {
  if (entry.keyId !== keyId)
    throw new VaultSealedError(`vault entry ${entry.id} was sealed with key ${entry.keyId}, this process has ${keyId}`);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, entry.nonce).setAAD(Buffer.from(entry.id));
    decipher.setAuthTag(entry.sealed.subarray(-TAG_BYTES));
    return JSON.parse(
      Buffer.concat([decipher.update(entry.sealed.subarray(0, -TAG_BYTES)), decipher.final()]).toString('utf8'),
    );
  } catch (error) {
    throw new VaultSealedError(`vault entry ${entry.id} does not open: it was changed`, { cause: error });
  }
}
