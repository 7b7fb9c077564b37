/** The schema ids of a Confluent-compatible registry that this process has seen. */
export interface SchemaRegistry {
  /** Id with which this process writes a schema, once registered. */
  writerId(schema: string): number | undefined;
  /** Schema of an id, once loaded. */
  schema(id: number): string | undefined;
  /**
   * Fetches the schema of an id. Rejects with UndecodableError when the registry does not know it or it is not Avro,
   * with RegistryUnavailableError while the registry is down.
   */
  load(id: number): Promise<void>;
}

let current: SchemaRegistry | undefined;

/** Sets this process's registry; without one, values carry Avro's single-object header instead of an id. */
export function useSchemaRegistry(registry: SchemaRegistry | undefined): void {
  current = registry;
}

export const schemaRegistry = (): SchemaRegistry | undefined => current;
