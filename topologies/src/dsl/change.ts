/** A change that flows between the nodes of tables: a key's old value and its new one. Null: no value. */
export interface Change<V> {
  readonly newValue: V | null;
  readonly oldValue: V | null;
}
