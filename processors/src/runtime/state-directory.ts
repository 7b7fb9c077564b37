import type { StateDirectory } from './engine-shelf.ts';
import { MemoryStoreEngine } from './store/memory-engine.ts';
import { nameFormat } from './store/task-store.ts';
import type { StreamsOptions, StreamsSettings } from './streams-options.ts';

/** Where an application's state lies, as its options and each store say. */
export function openState(_options: StreamsOptions, _settings: StreamsSettings): StateDirectory {
  return {
    open: (_, builder) => new MemoryStoreEngine(nameFormat(builder)),
    release: () => {},
  };
}
