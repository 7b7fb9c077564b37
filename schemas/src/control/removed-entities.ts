import type { StoredEntity } from './stored-entity.ts';

/** The last value of each removed entity, by kind and id. What was found under an entity keeps its name after a removal. */
export class RemovedEntities {
  readonly #byKind = new Map<string, Map<string, StoredEntity>>();

  add(stored: StoredEntity): void {
    const group = this.#byKind.get(stored.kind) ?? new Map<string, StoredEntity>();
    this.#byKind.set(stored.kind, group);
    group.set(stored.id, stored);
  }

  /** Forgets an entity that exists again. */
  delete(kind: string, id: string): void {
    this.#byKind.get(kind)?.delete(id);
  }

  get(kind: string, id: string): StoredEntity | undefined {
    return this.#byKind.get(kind)?.get(id);
  }

  /** All of one kind, or of every kind, in order of removal. */
  *each(kind?: string): Iterable<StoredEntity> {
    if (kind !== undefined) yield* this.#byKind.get(kind)?.values() ?? [];
    else for (const group of this.#byKind.values()) yield* group.values();
  }
}
