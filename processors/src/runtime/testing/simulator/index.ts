/** Runs applications in virtual time with faults: scenarios with an oracle, replayable by seed. */
export { BREAKAGES, type Breakage, broken, IDLE_BREAKAGES } from './breakages.ts';
export { type Campaign, campaign, firstCatch, sweep } from './campaign.ts';
export { Random } from './random.ts';
export {
  differences,
  type FedRecord,
  type FinalLog,
  foldOf,
  partitionsOf,
  type Scenario,
} from './scenario.ts';
export { SCENARIOS } from './scenarios/index.ts';
export { type RunOptions, type RunResult, simulate } from './simulation.ts';
