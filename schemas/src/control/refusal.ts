import { showsNothing } from '../shown-text.ts';

/** Why a value is refused: the field, the fault, and what to do. */
export interface Refusal {
  readonly field: string;
  readonly problem: string;
  readonly fix: string;
}

export const refusal = (field: string, problem: string, fix: string): readonly Refusal[] => [{ field, problem, fix }];

/** Refuses a name that shows nothing. */
export const named = (what: string, name: string): readonly Refusal[] =>
  showsNothing(name) ? refusal('name', `the ${what} has no name`, 'give it a name') : [];

export const isShare = (value: number): boolean => value >= 0 && value <= 1;

/** Refuses a number outside 0 to 1. */
export const refuseShare = (field: string, value: number): readonly Refusal[] =>
  isShare(value) ? [] : refusal(field, `${value} is not from 0 to 1`, 'give a number from 0 to 1');
