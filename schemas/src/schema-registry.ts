/** The ids of schemas in a Confluent-compatible registry, as far as this process has met them. */
export interface SchemaRegistry {
  /** Id under which values of this subject are written here, once registered. */
  writerId(schema: string): number | undefined;
  /** Schema of an id, once loaded. */
  schema(id: number): string | undefined;
  /**
   * Fetches the schema of an id. Rejects with UndecodableError when the registry does not know it or it is not Avro,
   * with RegistryUnavailableError while the registry is away.
   */
  load(id: number): Promise<void>;
}

let current: SchemaRegistry | undefined;

/** Binds this process to its registry; without one, values carry Avro's single-object header instead of an id. */
export function useSchemaRegistry(registry: SchemaRegistry | undefined): void {
  current = registry;
}

export const schemaRegistry = (): SchemaRegistry | undefined => current;
