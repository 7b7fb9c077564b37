import type { ModelCost } from './inference-protocol.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The cost of a batch so far. */
export class ModelCosts {
  decodeMs = 0;
  readonly models: Record<string, Mutable<ModelCost>> = {};

  constructor(keys: readonly string[]) {
    for (const key of keys) this.models[key] = { runs: 0, preprocessMs: 0, inferenceMs: 0, postprocessMs: 0 };
  }

  add(key: string, part: keyof ModelCost, amount: number): void {
    const ofModel = this.models[key];
    if (ofModel !== undefined) ofModel[part] += amount;
  }
}
