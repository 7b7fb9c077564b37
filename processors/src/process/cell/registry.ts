import {
  type AnyTopic,
  RegistryUnavailableError,
  type SchemaRegistry,
  UndecodableError,
  useSchemaRegistry,
} from '@sightline/schemas';
import { z } from 'zod';

export interface RegistryOptions {
  readonly url: string;
  /** user:password */
  readonly auth?: string | undefined;
  readonly prefix: string;
}

/** The registry refuses a schema or the compatibility rule: a person must act. */
export class SchemaRefusedError extends Error {
  readonly code = 'SCHEMA_REFUSED';
  readonly retriable = false;
}

const ANSWER_WITHIN_MS = 5_000;
const COMPATIBILITY = 'BACKWARD';
/** Confluent's code for "schema not found". A 404 without it comes from a proxy before the registry. */
const SCHEMA_NOT_FOUND = 40_403;
/** Some registries have Confluent's API below another path; this is Apicurio's. */
const API_PATHS = ['', '/apis/ccompat/v7'];

const Failure = z.object({ error_code: z.number().optional(), message: z.string().default('') }).catch({ message: '' });
const StoredSchema = z.object({ schema: z.string(), schemaType: z.string().default('AVRO') });
const Registered = z.object({ id: z.number().int() });
const SubjectConfig = z.object({ compatibilityLevel: z.string() });

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** The requests of Confluent's REST API that we need. Any failure to answer throws RegistryUnavailableError. */
class RegistryApi {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;

  private constructor(base: string, headers: Readonly<Record<string, string>>) {
    this.#base = base;
    this.#headers = headers;
  }

  static async find({ url, auth }: RegistryOptions): Promise<RegistryApi> {
    const base = url.replace(/\/$/, '');
    const basic = auth === undefined ? {} : { authorization: `Basic ${Buffer.from(auth).toString('base64')}` };
    const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json', ...basic };
    for (const path of API_PATHS) {
      const api = new RegistryApi(base + path, headers);
      const { status } = await api.ask('GET', '/subjects');
      if (status === 200) return api;
      if (status !== 404) throw api.#unavailable(`answers ${status}`);
    }
    throw new RegistryUnavailableError(
      `no schema registry answers at ${base}: set SCHEMA_REGISTRY_URL to its base URL`,
    );
  }

  /** The answer of a registry that is up and accepts our credentials: 2xx, 404, 409 or 422. */
  async ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const init = { method, headers: this.#headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const answer = await fetch(this.#base + path, { ...init, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
      .then(async response => ({ status: response.status, body: await response.json().catch(() => undefined) }))
      .catch((error: unknown) => {
        const { message, cause } = error instanceof Error ? error : new Error(String(error));
        throw this.#unavailable(`does not answer (${cause instanceof Error ? cause.message : message})`);
      });
    const { status } = answer;
    if (status === 401 || status === 403)
      throw this.#unavailable(`refuses this process (${status}): set SCHEMA_REGISTRY_AUTH to user:password`);
    if ((status >= 200 && status < 300) || [404, 409, 422].includes(status)) return answer;
    throw this.#unavailable(`answers ${status}`);
  }

  #unavailable(what: string): RegistryUnavailableError {
    return new RegistryUnavailableError(`the schema registry at ${this.#base} ${what}`);
  }

  /** The schema of an id as JSON. Throws UndecodableError when the id is unknown or not Avro. */
  async schema(id: number): Promise<string> {
    const { status, body } = await this.ask('GET', `/schemas/ids/${id}`);
    if (status === 404 && Failure.parse(body).error_code === SCHEMA_NOT_FOUND)
      throw new UndecodableError(
        `schema ${id} is not in the registry: register the writer's schema and write the record with its id`,
      );
    const stored = StoredSchema.safeParse(body);
    if (status !== 200 || !stored.success) throw this.#unavailable(`answers ${status} to schema ${id}`);
    if (stored.data.schemaType !== 'AVRO')
      throw new UndecodableError(
        `schema ${id} is ${stored.data.schemaType}, not AVRO: write the record with an Avro schema`,
      );
    return stored.data.schema;
  }

  /** Registers a schema under a subject and sets the subject to BACKWARD. Resolves with the schema's id. */
  async register(subject: string, schema: string): Promise<number> {
    const name = encodeURIComponent(subject);
    const config = await this.ask('GET', `/config/${name}`);
    const level = SubjectConfig.safeParse(config.body).data?.compatibilityLevel.toUpperCase();
    if (config.status === 200 && level !== COMPATIBILITY)
      throw new SchemaRefusedError(`the registry checks ${subject} as ${level}: set it to ${COMPATIBILITY}`);
    const { status, body } = await this.ask('POST', `/subjects/${name}/versions`, { schema });
    const registered = Registered.safeParse(body);
    if (status === 409 || status === 422)
      throw new SchemaRefusedError(`the registry refuses the schema of ${subject}: ${Failure.parse(body).message}`);
    if (status !== 200 || !registered.success) throw this.#unavailable(`answers ${status} to ${subject}`);
    if (config.status === 404) await this.ask('PUT', `/config/${name}`, { compatibility: COMPATIBILITY });
    return registered.data.id;
  }
}

function schemaOfSerde(topic: AnyTopic): string | undefined {
  return 'schema' in topic.value && typeof topic.value.schema === 'string' ? topic.value.schema : undefined;
}

/**
 * Registers the value schemas of `topics` under `<prefix><topic>-value` and binds this process's serdes to their ids.
 * Rejects with RegistryUnavailableError while the registry is down, with SchemaRefusedError when it refuses a schema.
 */
export async function bindRegistry(options: RegistryOptions, topics: readonly AnyTopic[]): Promise<void> {
  const api = await RegistryApi.find(options);
  const ids = new Map<string, number>();
  const schemas = new Map<number, string>();
  for (const topic of topics) {
    const schema = schemaOfSerde(topic);
    if (schema === undefined) continue;
    const id = await api.register(`${options.prefix}${topic.name}-value`, schema);
    ids.set(schema, id);
    schemas.set(id, schema);
  }
  const registry: SchemaRegistry = {
    writerId: schema => ids.get(schema),
    schema: id => schemas.get(id),
    async load(id) {
      schemas.set(id, await api.schema(id));
    },
  };
  useSchemaRegistry(registry);
}
