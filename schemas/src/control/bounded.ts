import { MAX_LONG } from '../number-type.ts';
import { isPrintable } from '../shown-text.ts';
import { MAX_NAME } from '../text-type.ts';
import { type Refusal, refusal } from './refusal.ts';

const MAX_URL = 2_048;
const MAX_ENTRIES = 200;
/** A chain's stores, granted to one user. */
const MAX_STORES = 100_000;

/** Refuses texts, lists and numbers of a value that are too large, and texts that cannot be shown. */
export function refuseUnbounded(value: unknown, field = ''): readonly Refusal[] {
  if (typeof value === 'string') return refuseText(field, value);
  if (typeof value === 'number') return refuseNumber(field, value);
  if (Array.isArray(value)) {
    const most = field === 'storeIds' ? MAX_STORES : MAX_ENTRIES;
    if (value.length > most) return refusal(field, `${value.length} entries are too many`, `give at most ${most}`);
    return value.flatMap((entry, at) => refuseUnbounded(entry, `${field}[${at}]`));
  }
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, part]) =>
    refuseUnbounded(part, field === '' ? name : `${field}.${name}`),
  );
}

function refuseText(field: string, text: string): readonly Refusal[] {
  const most = field === 'url' ? MAX_URL : MAX_NAME;
  if (text.length > most) return refusal(field, `${text.length} characters are too many`, `give at most ${most}`);
  if (isPrintable(text)) return [];
  return refusal(field, 'it has a character that cannot be shown', 'give plain text');
}

const refuseNumber = (field: string, value: number): readonly Refusal[] =>
  Math.abs(value) <= MAX_LONG ? [] : refusal(field, `${value} is too large`, `give at most ${MAX_LONG}`);
