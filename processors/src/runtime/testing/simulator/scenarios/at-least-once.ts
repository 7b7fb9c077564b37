import { Topology } from '../../../topology.ts';
import { countingInput, countingOutput } from '../../counting.ts';
import { type FinalLog, partitionsOf, type Scenario } from '../scenario.ts';
import { counting } from './counting.ts';

/** Without transactions a record may be output again after a crash, with all records after it. None is missing. */
export const atLeastOnce: Scenario = {
  name: 'at-least-once',
  topology: () => new Topology().addSource('in', countingInput).addSink('out', countingOutput, ['in']),
  topics: [countingInput, countingOutput],
  options: { processingGuarantee: 'at-least-once' },
  feed(random, partitions, count) {
    const records = counting.feed(random, partitions, count);
    return records.map((record, index) => ({ ...record, value: Buffer.from(`${index}`) }));
  },
  judge: log => partitionsOf(log).flatMap(partition => judgePartition(log, partition)),
};

function judgePartition(log: FinalLog, partition: number): string[] {
  const expected = log.read(countingInput.name, partition).map(({ value }) => `${value}`);
  const found = log.read(countingOutput.name, partition).map(({ value }) => `${value}`);
  const faults = expected.filter(value => !found.includes(value)).map(value => `lost ${value}`);
  faults.push(...found.filter(value => !expected.includes(value)).map(value => `wrong ${value}`));
  return faults;
}
