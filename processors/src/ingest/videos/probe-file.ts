import { dirname } from 'node:path';
import { confinement } from '../../confinement/confinement.ts';
import { DecoderProcess } from '../decoder-process.ts';

const ANSWER_WITHIN_MS = 30_000;

/** `refused`: a decoder says why it cannot read the file. `unanswered`: none told, which a busy machine may cause, too. */
export type Probe = { readonly kind: 'opens' } | { readonly kind: 'refused' | 'unanswered'; readonly reason: string };

/** Opens a file in a separate decoder process. Never rejects. The signal ends it at once. */
export function probeFile(path: string, signal: AbortSignal): Promise<Probe> {
  return new Promise(resolve => {
    const answer = (probe: Probe): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      resolve(probe);
      decoder.kill();
    };
    const unanswered = (reason: string): void => answer({ kind: 'unanswered', reason });
    const stop = (): void => unanswered('it changed');
    const decoder = new DecoderProcess(1, confinement([dirname(path)]), {
      onMessage(message) {
        if (message.kind !== 'probed') return;
        answer(message.failure === null ? { kind: 'opens' } : { kind: 'refused', reason: message.failure });
      },
      onExit: reason => unanswered(`the decoder ended: ${reason}`),
    });
    const timer = setTimeout(() => unanswered('it takes too long to open'), ANSWER_WITHIN_MS);
    signal.addEventListener('abort', stop);
    decoder.send({ kind: 'probe', url: path });
  });
}
