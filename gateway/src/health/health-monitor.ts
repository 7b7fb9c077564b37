import type { HealthStatus } from '@sightline/processors/process';
import { z } from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import type { ComponentHealth, SystemHealth } from './system-health.ts';

const POLL_MS = 5_000;
const ANSWER_WITHIN_MS = 2_000;

/** What a part is asked: undefined when well, else what is wrong. */
export interface PartCheck {
  readonly name: string;
  /** Without it the gateway answers nothing of use. */
  readonly vital: boolean;
  check(): Promise<string | undefined>;
}

const Report = z.object({
  status: z.enum(['healthy', 'degraded', 'unhealthy']),
  details: z.record(z.string(), z.unknown()).default({}),
});

/** Asks every process and every part how it is, every five seconds, and keeps the answers. */
export class HealthMonitor {
  readonly #parts: readonly PartCheck[];
  readonly #targets: Readonly<Record<string, string>>;
  readonly #components = new Map<string, ComponentHealth>();
  readonly #polling: NodeJS.Timeout;
  #asking: Promise<void> | undefined;

  /** `targets`: health addresses of processes by name. */
  constructor(parts: readonly PartCheck[], targets: Readonly<Record<string, string>>) {
    this.#parts = parts;
    this.#targets = targets;
    this.#polling = setInterval(() => void this.poll(), POLL_MS);
  }

  /** Asks all at once; a part that has not answered the last time is not asked again meanwhile. */
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
    const components = [...this.#components.values()].toSorted((a, b) => a.name.localeCompare(b.name));
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

async function checkPart(part: PartCheck): Promise<ComponentHealth> {
  const startedAtMs = Date.now();
  const message =
    (await part.check().catch((error: unknown) => `${part.name} is not reached: ${reason(error)}`)) ?? null;
  const checkedAtMs = Date.now();
  const status = message === null ? 'healthy' : 'unhealthy';
  const details = { answeredInMs: checkedAtMs - startedAtMs };
  return { name: part.name, kind: 'part', status, message, checkedAtMs, details };
}

async function askProcess(name: string, url: string): Promise<ComponentHealth> {
  try {
    const answer = await fetch(url.endsWith('/health') ? url : new URL('/health', url), {
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const { status, details } = Report.parse(await answer.json());
    const message = status === 'healthy' ? null : String(details.reason ?? 'it says no more');
    return { name, kind: 'process', status, message, checkedAtMs: Date.now(), details };
  } catch (error) {
    const message = `it does not answer: ${reason(error)}; its supervisor starts it anew`;
    return { name, kind: 'process', status: 'unhealthy', message, checkedAtMs: Date.now(), details: {} };
  }
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));
