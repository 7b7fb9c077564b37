import type { Transport } from '../memory/memory-transport.ts';
import { NotOfferedError } from './check.ts';
import type { CutAt, RequestName } from './scissors.ts';

/** Loses requests, or their answers, on their way to a MemoryLog, where there are no connections to cut. */
export class MemoryCuts {
  #armed: { readonly request: string; readonly at: CutAt; struck(): void } | undefined;

  /** Of requests that a client may not repeat only: what it may repeat, the transport itself would have to. */
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
