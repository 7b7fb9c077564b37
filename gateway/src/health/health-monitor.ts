import type { HealthStatus } from '@sightline/processors/process';
import { z } from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import type { ComponentHealth, SystemHealth } from './system-health.ts';

const POLL_MS = 5_000;
const ANSWER_WITHIN_MS = 2_000;

/** A problem of a part. `away`: it does not work for us. `slow`: it works, but answers late. */
export interface PartTrouble {
  readonly kind: 'away' | 'slow';
  readonly message: string;
}

/** A check of one part. */
export interface PartCheck {
  readonly name: string;
  /** True: without this part the gateway cannot work. */
  readonly vital: boolean;
  check(): Promise<PartTrouble | undefined>;
}

const Report = z.object({
  status: z.enum(['healthy', 'degraded', 'unhealthy']),
  details: z.record(z.string(), z.unknown()).default({}),
});

/** The gateway's own problem; reason undefined: none. */
export type OwnReport = () => {
  readonly reason: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;
};

/** Checks every process and part every five seconds, and keeps the latest results. Reports the gateway itself too. */
export class HealthMonitor {
  readonly #parts: readonly PartCheck[];
  readonly #targets: Readonly<Record<string, string>>;
  readonly #own: OwnReport;
  readonly #components = new Map<string, ComponentHealth>();
  readonly #polling: NodeJS.Timeout;
  #asking: Promise<void> | undefined;

  /** `targets`: health URLs of the other processes by name. */
  constructor(parts: readonly PartCheck[], targets: Readonly<Record<string, string>>, own: OwnReport) {
    this.#parts = parts;
    this.#targets = targets;
    this.#own = own;
    for (const { name } of parts) this.#keep(notAskedYet(name, 'part'));
    for (const name of Object.keys(targets)) this.#keep(notAskedYet(name, 'process'));
    this.#polling = setInterval(() => void this.poll(), POLL_MS);
  }

  /** Checks all at once. While a poll runs, another call waits for the same poll. */
  async poll(): Promise<void> {
    this.#asking ??= this.#askAll().finally(() => {
      this.#asking = undefined;
    });
    await this.#asking;
  }

  async #askAll(): Promise<void> {
    await Promise.all([
      ...this.#parts.map(async part => this.#keep(await checkPart(part))),
      ...Object.entries(this.#targets).map(async ([name, url]) => this.#keep(await askProcess(name, url))),
    ]);
  }

  report(): SystemHealth {
    const components = [ownHealth(this.#own()), ...this.#components.values()].toSorted((a, b) =>
      a.name.localeCompare(b.name),
    );
    const vital = new Set(this.#parts.filter(part => part.vital).map(part => part.name));
    const bad = components.filter(({ status }) => status !== 'healthy');
    const status: HealthStatus = bad.some(({ kind, name }) => kind === 'part' && vital.has(name))
      ? 'unhealthy'
      : bad.length > 0
        ? 'degraded'
        : 'healthy';
    return { status, service: 'gateway', version: packageJson.version, timestampMs: Date.now(), components };
  }

  close(): void {
    clearInterval(this.#polling);
  }

  #keep(component: ComponentHealth): void {
    this.#components.set(`${component.kind}:${component.name}`, component);
  }
}

/** The gateway's own health; an answer proves that it runs. */
const ownHealth = ({ reason: trouble, details }: ReturnType<OwnReport>): ComponentHealth => ({
  ...{ name: 'gateway', kind: 'process', checkedAtMs: Date.now(), details, message: trouble ?? null },
  status: trouble === undefined ? 'healthy' : 'degraded',
  sentence: trouble === undefined ? 'It works.' : sentenceOf(trouble),
});

/** The state of a part or process before its first check. */
const notAskedYet = (name: string, kind: ComponentHealth['kind']): ComponentHealth => ({
  ...{ name, kind, status: 'degraded', message: 'it was not asked yet', sentence: 'It was not asked yet.' },
  checkedAtMs: Date.now(),
  details: {},
});

async function checkPart(part: PartCheck): Promise<ComponentHealth> {
  const startedAtMs = Date.now();
  const trouble = await part
    .check()
    .catch((error: unknown): PartTrouble => ({ kind: 'away', message: `it is not reached: ${reason(error)}` }));
  const checkedAtMs = Date.now();
  const answeredInMs = checkedAtMs - startedAtMs;
  return {
    ...{ name: part.name, kind: 'part', checkedAtMs },
    status: trouble === undefined ? 'healthy' : trouble.kind === 'slow' ? 'degraded' : 'unhealthy',
    message: trouble?.message ?? null,
    sentence: trouble === undefined ? `It works: it answered in ${answeredInMs} ms.` : sentenceOf(trouble.message),
    details: { answeredInMs },
  };
}

async function askProcess(name: string, url: string): Promise<ComponentHealth> {
  const told = (status: HealthStatus, message: string | null, details: ComponentHealth['details'] = {}) => ({
    ...{ name, kind: 'process' as const, status, message, checkedAtMs: Date.now(), details },
    sentence: message === null ? 'It works.' : sentenceOf(message),
  });
  let answer: unknown;
  try {
    const response = await fetch(url.endsWith('/health') ? url : new URL('/health', url), {
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    answer = await response.json();
  } catch (error) {
    return told('unhealthy', `it does not answer: ${reason(error)}; its supervisor starts it again`);
  }
  const report = Report.safeParse(answer);
  if (!report.success) return told('unhealthy', `another program answers at ${url}: check HEALTH_TARGETS`);
  const { status, details } = report.data;
  if (status === 'healthy') return told(status, null, details);
  const why = typeof details.reason === 'string' && details.reason !== '' ? details.reason : undefined;
  return told(status, why ?? `it is ${status} and does not say why: read its log`, details);
}

/** The reason of an error in words. fetch hides it in the cause. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `not within ${ANSWER_WITHIN_MS / 1000} s`;
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** Adds a capital letter and a full stop. */
const sentenceOf = (message: string): string =>
  `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? '' : '.'}`;
