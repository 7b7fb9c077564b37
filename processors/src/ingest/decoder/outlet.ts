import type { DecoderMessage } from './protocol.ts';

/** Destination of messages. While it is `congested`, live pictures are left out and files wait. */
export interface Outlet {
  readonly congested: boolean;
  send(message: DecoderMessage, jpeg?: Uint8Array): void;
  /** Resolves when it is no longer congested. */
  drained(signal: AbortSignal): Promise<void>;
}
