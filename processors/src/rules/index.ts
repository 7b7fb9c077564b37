export { type Accounting, type Configurations, type Judgement, judge } from './judge.ts';
export { ruleVersion } from './judged-rules.ts';
export { Unjudged } from './unjudged.ts';
export { ControlProcessor, cameraRuns, ViolationProcessor } from './violation-processor.ts';
export { zoneVersion } from './zone.ts';
