/** Files named by the SHA-256 of their bytes (64 hex digits). Storing the same bytes twice keeps one file. */
export interface BlobStore {
  /** Stores the bytes; resolves with their SHA-256 once they are durable. */
  put(bytes: Uint8Array): Promise<string>;
  /** undefined when unknown; throws BlobCorruptError when the stored bytes changed. */
  get(sha256: string): Promise<Buffer | undefined>;
  has(sha256: string): Promise<boolean>;
}

export class BlobCorruptError extends Error {
  readonly code = 'BLOB_CORRUPT';
  readonly retriable = false;
  constructor(sha256: string, options?: ErrorOptions) {
    super(`the stored bytes of ${sha256} have changed`, options);
  }
}
