/** What flows between the nodes of tables: what a key had, and what it has now. Null: nothing. */
export interface Change<V> {
  readonly newValue: V | null;
  readonly oldValue: V | null;
}
