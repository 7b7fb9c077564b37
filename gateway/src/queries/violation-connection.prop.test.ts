import { isId, topics } from '@sightline/schemas';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { violation } from '../testing/violations.ts';
import { positionCursor, violationConnection } from './violation-connection.ts';
import type { ViolationPageRequest } from './violations.ts';

const id = fc.oneof(fc.string({ maxLength: 220, unit: 'binary' }), fc.stringMatching(/^[A-Za-z0-9][\w.:-]{0,199}$/));

/** True when a record can have this id. */
function isRecorded(violationId: string): boolean {
  const { value } = topics.violations;
  try {
    return value.deserialize(value.serialize(violation({ violationId }))).violationId === violationId;
  } catch {
    return false;
  }
}

// The schema and the cursor accept the same ids, so every page leads to the next one.
test('a page that ends on any id that a record can have has a cursor that is accepted, and no other is', async () => {
  const asked: ViolationPageRequest[] = [];
  const none = { violations: [], cursor: '', first: undefined, last: undefined };
  const violations = {
    page: async (request: ViolationPageRequest) => {
      asked.push(request);
      return { ...none, hasMore: false, unreadable: 0, degraded: false };
    },
    count: async () => 0,
  };
  await fc.assert(
    fc.asyncProperty(id, fc.nat({ max: 4_000_000_000_000 }), async (violationId, startedAtMs) => {
      const after = positionCursor({ startedAtMs, violationId });
      const page = violationConnection(violations, { grantedStoreIds: null }, { after });
      expect(isId(violationId)).toBe(isRecorded(violationId));
      if (isRecorded(violationId)) {
        await page;
        expect(asked.at(-1)?.olderThan).toEqual({ startedAtMs, violationId });
      } else await expect(page).rejects.toThrow('this is not a cursor of this list');
    }),
    { numRuns: 500 },
  );
});
