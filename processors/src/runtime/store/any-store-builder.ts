import type { KeyValueStoreBuilder } from './key-value-store.ts';
import type { SessionStoreBuilder } from './session-store.ts';
import type { WindowStoreBuilder } from './window-store.ts';

// biome-ignore lint/suspicious/noExplicitAny: a store of any types, for lists of stores
type Any = any;
export type AnyStoreBuilder =
  | KeyValueStoreBuilder<Any, Any>
  | WindowStoreBuilder<Any, Any>
  | SessionStoreBuilder<Any, Any>;
