import type { Transport } from '../memory/memory-transport.ts';
import { NotOfferedError } from './check.ts';
import type { CutAt, RequestName } from './scissors.ts';

/** Loses requests or answers on the way to a MemoryLog, which has no connections to cut. */
export class MemoryCuts {
  #armed: { readonly request: string; readonly at: CutAt; struck(): void } | undefined;

  /** Only for requests that a client may not repeat; the transport must repeat the others itself. */
  cutNext(request: RequestName, at: CutAt): Promise<void> {
    if (request !== 'EndTxn') return Promise.reject(new NotOfferedError('has no connections to lose'));
    return new Promise(resolve => {
      this.#armed = { request, at, struck: resolve };
    });
  }

  readonly transport: Transport = async (request, work) => {
    const armed = this.#armed;
    if (armed?.request !== request) return work();
    this.#armed = undefined;
    if (armed.at === 'answer') await work();
    armed.struck();
    throw new Error(`${request}: its ${armed.at} was lost`);
  };
}
