import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { access, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BlobCorruptError, type BlobStore } from './blob-store.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SHA256 = /^[0-9a-f]{64}$/;

/**
 * Blobs as files `aa/bb/SHA256` below a folder, each sealed with AES-256-GCM: nonce (12 bytes), ciphertext, tag (16).
 * The SHA-256 of the plain bytes is authenticated too, so one file cannot replace another.
 */
export function folderBlobStore(folder: string, key: Buffer): BlobStore {
  const path = (sha256: string): string => {
    if (!SHA256.test(sha256)) throw new TypeError(`not a SHA-256 in hex: ${sha256.slice(0, 80)}`);
    return join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  };
  const has = (sha256: string): Promise<boolean> =>
    access(path(sha256)).then(
      () => true,
      () => false,
    );
  return {
    has,
    async put(bytes) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      if (!(await has(sha256))) await writeDurably(path(sha256), seal(bytes, sha256, key));
      return sha256;
    },
    async get(sha256) {
      const sealed = await readFile(path(sha256)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      return sealed && unseal(sealed, sha256, key);
    },
  };
}

function seal(bytes: Uint8Array, sha256: string, key: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(sha256));
  return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}

function unseal(sealed: Buffer, sha256: string, key: Buffer): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES)).setAAD(Buffer.from(sha256));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch (error) {
    throw new BlobCorruptError(sha256, { cause: error });
  }
}

/** Readers see the whole file or none. Once the promise resolves, the file survives a crash. */
async function writeDurably(path: string, bytes: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const partial = `${path}.${randomBytes(6).toString('hex')}.partial`;
  try {
    const file = await open(partial, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
