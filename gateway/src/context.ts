import type { CameraStatus, Evidence, Violation } from '@sightline/schemas';
import type { ControlFold } from '@sightline/schemas/control';
import DataLoader from 'dataloader';
import type { ViolationFilter } from './arguments/violation-filter.ts';
import type { OpenStreams } from './auth/open-streams.ts';
import type { Viewer } from './auth/viewer.ts';
import type {
  CameraInput,
  CommandResult,
  RemovalResult,
  RuleInput,
  ZoneInput,
  ZoneRemovalInput,
} from './commands/command.ts';
import type { ModelCommands } from './commands/model-commands.ts';
import type { OnvifCommands } from './commands/onvif-commands.ts';
import type { PlanCommands } from './commands/plan-commands.ts';
import type { SystemHealth } from './health/system-health.ts';
import type { ViolationEventItem } from './live/violation-event-item.ts';
import type { Models } from './queries/models.ts';
import type { Grain } from './queries/start-of-step.ts';
import type { ViolationStatistics } from './queries/violation-statistics.ts';
import type { ViolationPage, ViolationPageRequest } from './queries/violations.ts';

/** The context of a request's resolvers. */
export interface Context extends Parts, Loaders {
  readonly viewer: Viewer | undefined;
}

/** Loaders that batch single questions of one request, or of one event of a subscription. */
interface Loaders {
  /** Evidence by violationId. */
  readonly evidenceOf: DataLoader<string, Evidence | null>;
  /** Write time of violations by violationId, ms since 1970. */
  readonly createdAt: DataLoader<string, number | null>;
  /** Open violations by cameraId. */
  readonly openCounts: DataLoader<string, number>;
}

/** Parts through which GraphQL and REST read and change data. */
export interface Parts {
  readonly fold: ControlFold;
  readonly statuses: { get(cameraId: string): CameraStatus | undefined; all(): readonly CameraStatus[] };
  readonly models: Pick<Models, 'all' | 'get' | 'planOf' | 'versionOf' | 'versionsOf'>;
  readonly violations: {
    page(request: ViolationPageRequest): Promise<ViolationPage>;
    count(filter: ViolationFilter): Promise<number>;
    get(violationId: string): Promise<Violation | undefined>;
    /** Time of each violation's first record, in the order of the ids; null: unknown now. */
    createdAt(violationIds: readonly string[]): Promise<readonly (number | null)[]>;
    openCounts(cameraIds: readonly string[]): Promise<readonly number[]>;
    statistics(filter: ViolationFilter, grain: Grain, timeZone: string): Promise<ViolationStatistics>;
  };
  readonly evidence: {
    ofViolations(violationIds: readonly string[]): Promise<readonly (Evidence | null)[]>;
    /** Store of the bundle that names a file. */
    storeOf(sha256: string): Promise<string | undefined>;
  };
  readonly events: {
    subscribe(
      filterNow: () => ViolationFilter | undefined,
      after: string | undefined,
    ): AsyncIterable<ViolationEventItem>;
  };
  readonly commands: {
    setZone(input: ZoneInput, viewer: Viewer): Promise<CommandResult<'zone'>>;
    setRule(input: RuleInput, viewer: Viewer): Promise<CommandResult<'rule'>>;
    removeZone(input: ZoneRemovalInput, viewer: Viewer): Promise<RemovalResult<'zone'>>;
    removeRule(ruleId: string, version: number, viewer: Viewer): Promise<RemovalResult<'rule'>>;
  };
  readonly cameraCommands: {
    setCamera(input: CameraInput, viewer: Viewer): Promise<CommandResult<'camera'>>;
    removeCamera(cameraId: string, version: number, viewer: Viewer): Promise<RemovalResult<'camera'>>;
    restoreCamera(cameraId: string, viewer: Viewer): Promise<CommandResult<'camera'>>;
  };
  readonly onvifCommands: Pick<OnvifCommands, 'find' | 'read'>;
  readonly modelCommands: ModelCommands;
  readonly planCommands: PlanCommands;
  readonly health: { report(): SystemHealth };
  /** Open streams and sockets of this gateway. */
  readonly streams: OpenStreams;
  /** Another text after every change of the control log, or of the violations and the evidence in memory. */
  versions(): string;
  /** True while ClickHouse is away, so that answers may lack older violations. */
  degraded(): boolean;
}

export function requestContext(parts: Parts, viewer: Viewer | undefined): Context {
  return { ...parts, viewer, ...loaders(parts, { cache: true }) };
}

/** Makes the loaders. `cache`: they keep each answer as long as they live. */
export function loaders(
  { evidence, violations }: Pick<Parts, 'evidence' | 'violations'>,
  options: { readonly cache: boolean },
): Loaders {
  return {
    evidenceOf: new DataLoader(violationIds => evidence.ofViolations(violationIds), options),
    createdAt: new DataLoader(violationIds => violations.createdAt(violationIds), options),
    openCounts: new DataLoader(cameraIds => violations.openCounts(cameraIds), options),
  };
}
