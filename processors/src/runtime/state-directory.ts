import type { StateDirectory } from './engine-shelf.ts';
import { LocalState } from './store/local-state.ts';
import type { StreamsOptions, StreamsSettings } from './streams-options.ts';

/** The storage of an application's state, by its options and those of each store. */
export function openState(
  { applicationId, stateDir }: StreamsOptions,
  { storeEngine }: StreamsSettings,
): StateDirectory {
  return new LocalState({ stateDir, applicationId, defaultEngine: storeEngine });
}
