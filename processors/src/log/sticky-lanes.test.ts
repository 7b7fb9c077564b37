import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assignLanes, type LaneMember, laneNotices } from './sticky-lanes.ts';

const member = (memberId: string, lanes: readonly number[] = [], generation = 1): LaneMember => ({
  memberId,
  topics: ['in', 'side'],
  held: { generation, lanes },
});
const counts = new Map([['in', 4], ['side', 4]]); // biome-ignore format: a table
const lanesOf = (members: readonly LaneMember[], memberId: string) =>
  assignLanes(members, counts).get(memberId)?.get('in') ?? [];

test('a new member takes only its even share', () => {
  const members = [member('a', [0, 1, 2, 3]), member('b')];
  expect([lanesOf(members, 'a'), lanesOf(members, 'b')]).toEqual([[0, 1], [2, 3]]); // biome-ignore format: a table
});

test('of two claims on a lane the later generation wins', () => {
  const members = [member('zombie', [0, 1], 3), member('owner', [0, 1], 5)];
  expect([lanesOf(members, 'owner'), lanesOf(members, 'zombie')]).toEqual([[0, 1], [2, 3]]); // biome-ignore format: a table
});

test('all lanes are assigned once, evenly, and equally by every leader', () => {
  const anyMembers = fc.uniqueArray(
    fc.record({ id: fc.stringMatching(/^[a-z]{1,4}$/), lanes: fc.uniqueArray(fc.nat(11)), generation: fc.nat(5) }),
    { selector: m => m.id, minLength: 1, maxLength: 6 },
  );
  fc.assert(
    fc.property(anyMembers, fc.integer({ min: 0, max: 12 }), (drawn, partitions) => {
      const members = drawn.map(({ id, lanes, generation }) => member(id, lanes, generation));
      const result = assignLanes(members, new Map([['in', partitions]]));
      const shares = [...result.values()].map(byTopic => byTopic.get('in') ?? []);
      expect(shares.flat().sort((a, b) => a - b)).toEqual([...Array(partitions).keys()]);
      const sizes = shares.map(share => share.length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      expect(assignLanes([...members].reverse(), new Map([['in', partitions]]))).toEqual(result);
    }),
  );
});

test('a topic goes only to members that subscribe to it', () => {
  const members = [member('a'), { ...member('b'), topics: ['in'] }];
  expect(assignLanes(members, counts).get('b')?.has('side')).toBe(false);
  expect(assignLanes(members, counts).get('a')?.get('side')).toEqual([0, 1, 2, 3]);
});

test('members other than its owner copy a lane, evenly, and copies stay with their members', () => {
  const members = ['a', 'b', 'c'].map(id => ({ ...member(id), standbyReplicas: 1, server: `${id}:1` }));
  const first = laneNotices(members, assignLanes(members, counts));
  const standbys = (notices: typeof first) => ['a', 'b', 'c'].map(id => notices.get(id)?.standbys);
  expect(standbys(first)).toEqual([[1, 2], [0], [3]]); // biome-ignore format: a table
  expect(first.get('a')?.servers).toEqual({ 0: 'a:1', 3: 'a:1', 1: 'b:1', 2: 'c:1' });
  const later = members.map((each, n) => ({ ...each, held: { generation: 2, lanes: [[0, 3], [1], [2]][n] ?? [], standbys: [[], [2], [0, 1, 3]][n] ?? [] } })); // biome-ignore format: a table
  expect(standbys(laneNotices(later, assignLanes(later, counts)))).toEqual([[], [2], [0, 1, 3]]);
});

test('a lane without an owner goes to the member with a copy of it', () => {
  const copy = (id: string, standbys: readonly number[]) => ({
    ...member(id),
    held: { generation: 1, lanes: [], standbys },
  });
  const members = [copy('a', [1, 3]), copy('b', [0, 2])];
  expect([lanesOf(members, 'a'), lanesOf(members, 'b')]).toEqual([[1, 3], [0, 2]]); // biome-ignore format: a table
});
