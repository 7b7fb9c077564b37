import type { StateDirectory } from './engine-shelf.ts';
import { LocalState } from './store/local-state.ts';
import type { StreamsOptions, StreamsSettings } from './streams-options.ts';

/** Where an application's state lies, as its options and each store say. */
export function openState(
  { applicationId, stateDir }: StreamsOptions,
  { storeEngine }: StreamsSettings,
): StateDirectory {
  return new LocalState({ stateDir, applicationId, defaultEngine: storeEngine });
}
