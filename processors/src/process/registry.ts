import { SchemaRegistry as Client, SchemaType } from '@kafkajs/confluent-schema-registry';
import { type AnyTopic, type SchemaRegistry, UndecodableError, useSchemaRegistry } from '@sightline/schemas';

export interface RegistryOptions {
  readonly url: string;
  /** user:password */
  readonly auth?: string | undefined;
  readonly prefix: string;
}

/** Confluent's API lies below a path of its own on some registries: Apicurio's is found here. */
async function apiUrl(url: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const base = url.replace(/\/$/, '');
  const found = await fetch(`${base}/subjects`, { headers }).catch(() => undefined);
  if (found?.ok || found?.status === 401) return base;
  const apicurio = `${base}/apis/ccompat/v7`;
  const inside = await fetch(`${apicurio}/subjects`, { headers });
  if (!inside.ok && inside.status !== 401)
    throw new Error(`no schema registry at ${base}: ${inside.status} from ${apicurio}/subjects`);
  return apicurio;
}

function schemaOfSerde(topic: AnyTopic): string | undefined {
  return 'schema' in topic.value && typeof topic.value.schema === 'string' ? topic.value.schema : undefined;
}

/** Registers the values of `topics` under `<prefix><topic>-value` (BACKWARD) and binds this process's serdes to the ids. */
export async function bindRegistry(options: RegistryOptions, topics: readonly AnyTopic[]): Promise<void> {
  const [username, password] = options.auth?.split(/:(.*)/s) ?? [];
  const auth = username === undefined ? {} : { auth: { username, password: password ?? '' } };
  const headers: Record<string, string> = options.auth
    ? { authorization: `Basic ${Buffer.from(options.auth).toString('base64')}` }
    : {};
  const client = new Client({ host: await apiUrl(options.url, headers), ...auth, retry: { retries: 2 } });
  const ids = new Map<string, number>();
  const schemas = new Map<number, string>();
  for (const topic of topics) {
    const schema = schemaOfSerde(topic);
    if (schema === undefined) continue;
    const { id } = await client.register(
      { type: SchemaType.AVRO, schema },
      { subject: `${options.prefix}${topic.name}-value` },
    );
    ids.set(schema, id);
    schemas.set(id, schema);
  }
  const registry: SchemaRegistry = {
    writerId: schema => ids.get(schema),
    schema: id => schemas.get(id),
    async load(id) {
      const type = await client.getSchema(id).catch((error: unknown) => {
        if (error instanceof Error && 'status' in error && error.status === 404)
          throw new UndecodableError(`schema ${id} is not in the registry`, { cause: error });
        throw error;
      });
      if (!('schema' in type) || typeof type.schema !== 'function') throw new Error(`schema ${id} is not Avro`);
      schemas.set(id, JSON.stringify(type.schema({ exportAttrs: true })));
    },
  };
  useSchemaRegistry(registry);
}
