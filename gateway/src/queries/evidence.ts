import type { Evidence, EvidenceFile, EvidenceRole } from '@sightline/schemas';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Latest } from '../live/latest.ts';
import { type ClickHouseReader, ClickHouseUnavailableError } from './clickhouse.ts';
import { Freshness } from './freshness.ts';

/** The latest file of each role of each violation. A row without a file says why there is no still. */
export const evidenceSql = `
SELECT violation_id, camera_id, store_id, revision, file, role, sha256, size_bytes, media_type,
  ifNull(toUnixTimestamp64Milli(captured_at), 0) AS captured_at_ms, missing
FROM evidence
WHERE violation_id IN {violation_ids:Array(String)}
ORDER BY violation_id, revision DESC, file, _offset DESC
LIMIT 1 BY violation_id, role
LIMIT 10000`;

export const storeOfFileSql = `
SELECT store_id
FROM evidence
WHERE sha256 = {sha256:String}
LIMIT 1`;

const StoreRow = z.object({ store_id: z.string() });

const EvidenceRow = z
  .object({
    violation_id: z.string(),
    camera_id: z.string(),
    store_id: z.string(),
    revision: z.coerce.number(),
    role: z.enum(['still', 'first', 'last', '']).catch(''),
    sha256: z.string(),
    size_bytes: z.coerce.number(),
    media_type: z.string(),
    captured_at_ms: z.coerce.number(),
    missing: z.string(),
  })
  .transform(
    (row): Evidence => ({
      violationId: row.violation_id,
      cameraId: row.camera_id,
      storeId: row.store_id,
      revision: row.revision,
      missing: row.missing === '' ? null : row.missing,
      files:
        row.sha256 === ''
          ? []
          : [
              {
                role: row.role === '' ? 'unknown' : row.role,
                sha256: row.sha256,
                sizeBytes: row.size_bytes,
                mediaType: row.media_type,
                epoch: 0,
                sequence: 0,
                capturedAtMs: row.captured_at_ms,
              },
            ],
    }),
  );

/** Answers are kept a minute. A newer bundle arrives on the topic and stays in memory for longer than that. */
const STORED_ANSWERS = { max: 50_000, ttl: 60_000 } as const;
/** How long it is known that ClickHouse has no evidence of a violation. A late sink may bring it at any time. */
const NONE_MS = 1_000;

/** Evidence of violations: bundles of the last minutes from the topic, older ones from ClickHouse. */
export class EvidenceBundles {
  readonly #stored = new LRUCache<string, { readonly bundle: Evidence | null }>(STORED_ANSWERS);
  readonly #clickhouse: ClickHouseReader;
  readonly #recent: Latest<Evidence>;

  constructor(clickhouse: ClickHouseReader, recent: Latest<Evidence>) {
    this.#clickhouse = clickhouse;
    this.#recent = recent;
  }

  /** Evidence in the order of the ids; null: none is known. */
  async ofViolations(violationIds: readonly string[]): Promise<readonly (Evidence | null)[]> {
    const isKnown = (id: string): boolean => this.#recent.get(id) !== undefined || this.#stored.has(id);
    const older = violationIds.filter(id => !isKnown(id));
    const found = older.length === 0 ? new Map<string, Evidence>() : await Freshness.apart(() => this.#find(older));
    for (const id of violationIds)
      if (this.#recent.get(id) === undefined) Freshness.current?.endsAt(Date.now() + this.#stored.getRemainingTTL(id));
    return violationIds.map(id => this.#recent.get(id) ?? this.#stored.get(id)?.bundle ?? found.get(id) ?? null);
  }

  async storeOf(sha256: string): Promise<string | undefined> {
    const recent = this.#recent.values().find(({ files }) => files.some(file => file.sha256 === sha256));
    if (recent !== undefined) return recent.storeId;
    const [row] = await this.#clickhouse.rows(storeOfFileSql, { sha256 }, StoreRow);
    return row?.store_id;
  }

  async #find(violationIds: readonly string[]): Promise<ReadonlyMap<string, Evidence>> {
    try {
      const rows = await this.#clickhouse.rows(evidenceSql, { violation_ids: violationIds }, EvidenceRow);
      const bundles = Map.groupBy(rows, ({ violationId }) => violationId);
      const found = new Map([...bundles].map(([id, parts]) => [id, merged(parts)]));
      for (const id of violationIds)
        this.#stored.set(id, { bundle: found.get(id) ?? null }, found.has(id) ? {} : { ttl: NONE_MS });
      return found;
    } catch (error) {
      if (error instanceof ClickHouseUnavailableError) return new Map();
      throw error;
    }
  }
}

/** The file of a role in a bundle. */
export const fileOf = (evidence: Evidence | null, role: EvidenceRole): EvidenceFile | undefined =>
  evidence?.files.find(file => file.role === role);

/** One bundle of all files, newest revision first. A reason for a missing still counts only while there is no still. */
function merged(parts: readonly Evidence[]): Evidence {
  const [newest = parts[0]] = parts.toSorted((a, b) => b.revision - a.revision);
  const files = parts.flatMap(part => part.files);
  return { ...(newest as Evidence), files, missing: files.length > 0 ? null : (newest?.missing ?? null) };
}
