import { change, detection, result, type Sight, seed, times } from '@sightline/processors/rules/testing';
import type { ControlRecord } from '@sightline/schemas';
import { topics, type Violation } from '@sightline/schemas';
import { expect, test } from 'vitest';
import { healthOf } from './health.ts';
import { drive, type TopologyTestDriver } from './testing/topology-test-driver.ts';
import { deadLetterUnfit } from './unfit-results.ts';
import { violations } from './violations.ts';

const breach = ['pizza', 'hand'] as const;
const calm = ['pizza', 'handAside'] as const;

/** The graph with store, camera, zone and kitchen rule in `control`, followed by `changes`. */
function kitchen(changes: readonly ControlRecord[] = [], commit: 'each' | 'manual' = 'each'): TopologyTestDriver {
  const driver = drive(violations, { applicationId: 'violations', deadLetters: topics.deadLetters, commit });
  for (const record of [...seed(), ...changes]) driver.pipe(topics.control, record.entityId, record);
  return driver;
}

/** Pipes these sights, 200 ms apart, numbered from `from`. */
function see(driver: TopologyTestDriver, sights: readonly Sight[], from = 0): void {
  for (const [i, sight] of sights.entries()) {
    const sequence = from + i;
    driver.pipe(topics.detections, 'c1', detection(sequence, 1000 + sequence * 200, sight));
  }
}

const told = (records: readonly { readonly value: Violation | null }[]): readonly string[] =>
  records.map(({ value }) => `${value?.state} ${value?.revision}`);

test('graph', () => expect(drive(violations).describe()).toMatchFileSnapshot('./violations.topology.txt'));

test('a breach is opened, updated and closed; every accepted record gives its tracks', () => {
  const driver = kitchen();
  see(driver, [...times(9, breach), ...times(4, calm)]);
  expect(told(driver.readRecords(topics.violations))).toEqual(['opened 1', 'updated 2', 'closed 3']);
  expect(driver.readRecords(topics.tracks).map(({ value }) => value?.sequence)).toEqual([...Array(13).keys()]);
  expect(driver.account(topics.detections)).toMatchObject({ in: 13, processed: 13 });
  expect(driver.store('camera-runs')).toMatchObject([['c1', { sequence: 12, runs: [] }]]);
});

test('a crash after any record changes no byte of the output', () => {
  const sights = [...times(9, breach), ...times(4, calm), ...times(5, breach), 'ended'] as const;
  const undisturbed = kitchen();
  see(undisturbed, sights);
  const expected = bytes(undisturbed);
  expect(expected.length).toBe(5);
  for (let crashAfter = 0; crashAfter <= sights.length; crashAfter++) {
    const driver = kitchen([], 'manual');
    for (const [sequence, sight] of sights.entries()) {
      see(driver, [sight], sequence);
      if (sequence % 3 === 0) driver.commit();
      if (sequence !== crashAfter) continue;
      driver.crash();
      driver.restart();
    }
    driver.commit();
    expect(bytes(driver)).toEqual(expected);
  }
});

const bytes = (driver: TopologyTestDriver): readonly string[] =>
  driver
    .readRecords(topics.violations)
    .flatMap(({ value }) => (value === null ? [] : [topics.violations.value.serialize(value).toString('hex')]));

test('repeated input is counted and changes nothing', () => {
  const driver = kitchen();
  see(driver, times(6, breach));
  const before = driver.store('camera-runs');
  driver.read();
  see(driver, times(4, calm), 2);
  expect(driver.read()).toEqual({});
  expect(driver.store('camera-runs')).toEqual(before);
  expect(driver.account(topics.detections)).toMatchObject({ in: 10, processed: 6, duplicate: 4 });
});

test('a change is recorded as a switch at its first record, and closes the runs of changed rules', () => {
  const driver = kitchen([change('rule', { minDurationMs: 600 }, 1900)]);
  see(driver, times(6, breach));
  expect(driver.readRecords(topics.configSwitches).map(({ value }) => value)).toMatchObject([
    { cameraId: 'c1', controlOffset: 3, partition: 0, nextOffset: 0 },
    { cameraId: 'c1', controlOffset: 4, partition: 0, nextOffset: 5 },
  ]);
  const [, closed] = driver.readRecords(topics.violations);
  expect(closed?.value).toMatchObject({ state: 'closed', closeReason: 'rule_changed' });
});

// Its boxes are within all bounds, but with their tracks they take more bytes than a record can have.
test('a detection whose results do not fit a record is a dead letter, and the next ones are judged', () => {
  const options = { applicationId: 'violations', deadLetters: topics.deadLetters, onProcessError: deadLetterUnfit };
  const driver = drive(violations, options);
  for (const record of seed()) driver.pipe(topics.control, record.entityId, record);
  see(driver, times(4, breach));
  const name = '\u20ac'.repeat(200);
  const boxes = Array.from({ length: 300 }, (_, i) => ({
    ...{ className: name, confidence: 0.9, x1Px: i * 100, y1Px: 1, x2Px: i * 100 + 50, y2Px: 51 },
  }));
  const crowded = Array.from({ length: 4 }, (_, i) => result(`${name.slice(1)}${i}`, [name], boxes));
  driver.pipe(topics.detections, 'c1', { ...detection(4, 1_800, []), results: crowded });
  see(driver, times(4, breach), 5);
  expect(driver.account(topics.detections)).toMatchObject({ in: 9, processed: 8, deadLettered: 1 });
  expect(told(driver.readRecords(topics.violations))).toEqual(['opened 1', 'updated 2']);
  expect(driver.readRecords(topics.deadLetters).length).toBe(1);
});

test('a restricted zone, the second kind of rule, gives violations too', () => {
  const parameters = {
    kind: 'restricted_zone',
    subjectClass: 'person',
    anchor: 'bottom_centre',
    minOverlap: 0,
    leaveMargin: 0,
  };
  const driver = kitchen([change('rule', { violationType: 'restricted_zone', parameters })]);
  see(driver, [...times(6, ['person', 'otherPerson']), ...times(4, ['personAside'])]);
  const found = driver.readRecords(topics.violations).map(({ value }) => value);
  expect(found.map(value => `${value?.state} ${value?.violationType}`).toSorted()).toEqual([
    'closed restricted_zone',
    'closed restricted_zone',
    'opened restricted_zone',
    'opened restricted_zone',
  ]);
  expect(new Set(found.map(value => value?.trackId)).size).toBe(2);
});

// Any author of `detections` can write an epoch up to a day ahead; then the camera's own records are duplicates.
test('a camera whose records were all duplicates for over a minute is a health remark, until one is taken', () => {
  let remarks = (): readonly string[] => [];
  const driver = drive(
    builder => {
      remarks = violations(builder);
    },
    { applicationId: 'violations', deadLetters: topics.deadLetters, startMs: 1_000 },
  );
  for (const record of seed()) driver.pipe(topics.control, record.entityId, record);
  driver.pipe(topics.detections, 'c1', { ...detection(0, 1_000, breach), epoch: 20 * 3_600_000 });
  for (let sequence = 1; sequence <= 62; sequence++) {
    expect(remarks()).toEqual([]);
    driver.pipe(topics.detections, 'c1', detection(sequence, 1_000 + sequence * 1_000, breach));
    driver.advanceWallClockTime(1_000);
  }
  expect(remarks()).toEqual([
    expect.stringMatching(/^nothing of camera c1 .* epoch 72000000, .* judged again from 1970-01-01T20:00:00.000Z on/),
  ]);
  const app = { reason: undefined, generation: 1, lanes: [], standbys: [], globalStores: [], lost: [] };
  expect(healthOf([['violations', { state: 'running', ...app }]], remarks()).status).toBe('degraded');
  driver.pipe(topics.detections, 'c1', { ...detection(0, 70_000, calm), epoch: 20 * 3_600_000 + 1 });
  expect(remarks()).toEqual([]);
});

test('a rule that only a newer version can judge is a health remark until it is gone', () => {
  let remarks = (): readonly string[] => [];
  const driver = drive(
    builder => {
      remarks = violations(builder);
    },
    { applicationId: 'violations', deadLetters: topics.deadLetters },
  );
  for (const record of seed()) driver.pipe(topics.control, record.entityId, record);
  const masks = { ...result('masks', [], []), payload: { kind: 'unknown' as const, of: 'masks' } };
  driver.pipe(topics.detections, 'c1', { ...detection(0, 1000, []), results: [masks] });
  expect(remarks()).toEqual([expect.stringMatching(/masks .* update this process/)]);
  const app = { reason: undefined, generation: 1, lanes: [], standbys: [], globalStores: [], lost: [] };
  expect(healthOf([['violations', { state: 'running', ...app }]], remarks())).toMatchObject({
    status: 'degraded',
    details: { reason: expect.stringContaining('masks'), remarks: remarks() },
  });
  driver.pipe(topics.detections, 'c1', detection(1, 1200, breach));
  expect(remarks()).toEqual([]);
});

test('a record that does not decode goes to the dead letters and the camera goes on', () => {
  const driver = kitchen();
  see(driver, times(3, breach));
  driver.pipeBytes(topics.detections, Buffer.from('c1'), Buffer.from('no Avro'));
  see(driver, times(3, breach), 3);
  expect(driver.readRecords(topics.deadLetters).map(({ value }) => value?.toString())).toEqual(['no Avro']);
  expect(told(driver.readRecords(topics.violations))).toEqual(['opened 1']);
  expect(driver.account(topics.detections)).toMatchObject({ in: 7, processed: 6, deadLettered: 1 });
});

test("a camera's records under another key are judged no second time, and a far epoch, time or number silences nobody", () => {
  const driver = kitchen();
  see(driver, times(3, breach));
  for (let sequence = 0; sequence < 6; sequence++)
    driver.pipe(topics.detections, 'copy', detection(sequence, 1000 + sequence * 200, breach));
  const year2100Ms = Date.UTC(2100, 0, 1);
  const far = detection(3, 1600, breach);
  for (const change of [{ epoch: year2100Ms }, { capturedAtMs: year2100Ms }, { sequence: 2 ** 52 }])
    driver.pipe(topics.detections, 'c1', { ...far, ...change });
  see(driver, [...times(3, breach), ...times(4, calm)], 3);
  expect(told(driver.readRecords(topics.violations))).toEqual(['opened 1', 'closed 2']);
  const reasons = driver
    .readRecords(topics.deadLetters)
    .map(({ headers }) => `${headers.find(([name]) => name.endsWith('message'))?.[1]}`);
  expect(reasons.slice(0, 6)).toEqual(
    Array(6).fill(expect.stringContaining('cameraId is "c1", but the key is "copy"')),
  );
  expect(reasons.slice(6)).toEqual(
    ['epoch', 'capturedAtMs', 'sequence'].map(name => expect.stringContaining(`${name} is`)),
  );
  expect(driver.account(topics.detections)).toMatchObject({ in: 19, processed: 10, deadLettered: 9 });
});

test('records of an unknown camera are filtered, old ones are duplicates', () => {
  const driver = kitchen();
  see(driver, times(2, breach));
  see(driver, [breach]);
  driver.pipe(topics.detections, 'c9', { ...detection(0, 1000, breach), cameraId: 'c9' });
  expect(driver.account(topics.detections)).toMatchObject({ in: 4, processed: 2, duplicate: 1, filtered: 1 });
});
