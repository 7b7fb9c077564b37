import type { Check } from './check.ts';
import { faultChecks } from './fault-checks.ts';
import { groupChecks } from './group-checks.ts';
import { recordChecks } from './record-checks.ts';
import { transactionChecks } from './transaction-checks.ts';

export type { Check } from './check.ts';
/** The conformance kit: any LogClient must pass all of it. */
export const checks: readonly Check[] = [...recordChecks, ...transactionChecks, ...groupChecks, ...faultChecks];
