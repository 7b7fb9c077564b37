import { dirname } from 'node:path';
import { confinement } from '../decoder-confinement.ts';
import { DecoderProcess } from '../decoder-process.ts';

const ANSWER_WITHIN_MS = 30_000;

/** Opens a file in a separate decoder process. Resolves with the problem, or null. The signal ends it at once. */
export function probeFile(path: string, signal: AbortSignal): Promise<string | null> {
  return new Promise(resolve => {
    const answer = (failure: string | null): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      resolve(failure);
      decoder.kill();
    };
    const stop = (): void => answer('it changed');
    const decoder = new DecoderProcess(1, confinement([dirname(path)]), {
      onMessage: message => message.kind === 'probed' && answer(message.failure),
      onExit: reason => answer(`the decoder died of it (${reason})`),
    });
    const timer = setTimeout(() => answer('it takes too long to open'), ANSWER_WITHIN_MS);
    signal.addEventListener('abort', stop);
    decoder.send({ kind: 'probe', url: path });
  });
}
