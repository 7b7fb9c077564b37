import type { Processor, ProcessorContext, RecordMetadata, StreamRecord } from '@sightline/processors/runtime';
import { type Serde, topic } from '@sightline/schemas/topic';
import { describe, expect, test } from 'vitest';
import { int64, json, utf8 } from '../dsl/serdes.ts';
import { StreamsBuilder } from '../dsl/streams-builder.ts';
import type { DriverOptions } from './driver-options.ts';
import { drive, TopologyTestDriver } from './topology-test-driver.ts';

// The cases of Kafka Streams' TopologyTestDriverTest; each comment has the name there. As in its subclasses, they run
// exactly once and at least once. The cases about stores and time are in kafka-streams-parity-state.test.ts. These
// cases do not apply here:
// - shouldThrowPatternNotValidForTopicNameException: topics are values here, so no string can be a pattern by mistake.
// - shouldNotCreateStateDirectoryForStatelessTopology, shouldCreateStateDirectoryForStatefulTopology: the driver keeps
// state in memory. The disks of the LMDB engine have their own tests.

const keep = { cleanup: 'delete', retention: { timeMs: -1 } } as const;
const texts = (name: string) => topic(name, { key: utf8, value: utf8, ...keep });
const source1 = texts('source-1');
const source2 = texts('source-2');
const sink1 = texts('sink-1');
const sink2 = texts('sink-2');

interface Seen {
  readonly record: StreamRecord<string, string>;
  readonly metadata: RecordMetadata | undefined;
}

/** Records its input, and whether it is open. */
class Mock implements Processor<string, string, string, string> {
  readonly seen: Seen[] = [];
  state: 'made' | 'initialized' | 'closed' = 'made';
  #context: ProcessorContext<string, string> | undefined;

  init(context: ProcessorContext<string, string>): void {
    this.#context = context;
    this.state = 'initialized';
  }

  process(record: StreamRecord<string, string>): void {
    this.seen.push({ record, metadata: this.#context?.recordMetadata() });
    this.#context?.forward(record);
  }

  close(): void {
    this.state = 'closed';
  }
}

const sourceSink = (builder: StreamsBuilder) => builder.stream('source', source1).to('sink', sink1);

const guarantees: DriverOptions[] = [{ processingGuarantee: 'exactly-once' }, { processingGuarantee: 'at-least-once' }];

describe.each(guarantees)('TopologyTestDriverTest, $processingGuarantee', guarantee => {
  const start = (graph: (builder: StreamsBuilder) => unknown, options: DriverOptions = {}) =>
    drive(graph, { ...guarantee, ...options });

  test('a driver needs only a topology', () => {
    // shouldNotRequireParameters
    expect(() => new TopologyTestDriver(new StreamsBuilder().build())).not.toThrow();
  });

  test('processors are initialised when the driver starts and closed with it', () => {
    // shouldInitProcessor, shouldCloseProcessor
    const mock = new Mock();
    const driver = start(builder => builder.stream('source', source1).process('processor', () => mock));
    expect(mock.state).toBe('initialized');
    driver.close();
    expect(mock.state).toBe('closed');
    expect(() => driver.pipe(source1, 'k', 'v')).toThrow('was closed');
  });

  test('a topic that the topology does not have is refused', () => {
    // shouldThrowForUnknownTopic
    expect(() => start(sourceSink).pipe(texts('unknown'), 'k', 'v')).toThrow('the topology has no topic unknown');
  });

  test('a record without a time has the time of the driver', () => {
    // shouldThrowForMissingTime: there the record is refused; here every record has a time
    const driver = start(sourceSink, { startMs: 5000 });
    driver.pipe(source1, 'k', 'v');
    driver.advanceWallClockTime(10);
    driver.pipe(source1, 'k', 'v');
    expect(driver.readRecords(sink1).map(({ timestampMs }) => timestampMs)).toEqual([5000, 5010]);
  });

  test('an unused output topic has no record to read', () => {
    // shouldThrowNoSuchElementExceptionForUnusedOutputTopicWithDynamicRouting: there is no dynamic routing
    const driver = start(sourceSink);
    const output = driver.outputTopic(sink1);
    expect(output.isEmpty).toBe(true);
    expect(() => output.readRecord()).toThrow('sink-1 holds no more records');
    expect(() => driver.readRecords(texts('unknown'))).toThrow('the topology has no topic unknown');
  });

  test('written topics are known by name: sinks', () => {
    // shouldCaptureSinkTopicNamesIfWrittenInto
    const driver = start(builder => {
      const stream = builder.stream('source', source1);
      stream.filter('x', ({ value }) => value.includes('x')).to('to-1', sink1);
      stream.filter('y', ({ value }) => value.includes('y')).to('to-2', sink2);
    });
    expect([...driver.producedTopics()]).toEqual([]);
    driver.pipe(source1, 'k', 'x');
    expect([...driver.producedTopics()]).toEqual(['sink-1']);
    driver.pipe(source1, 'k', 'y');
    expect([...driver.producedTopics()]).toEqual(['sink-1', 'sink-2']);
  });

  test('written topics are known by name: repartition topics and changelogs', () => {
    // shouldCaptureInternalTopicNamesIfWrittenInto
    const driver = start(builder =>
      builder
        .stream('source', source1)
        .groupBy('by-value', ({ value }) => value, { key: utf8 })
        .count('counts'),
    );
    driver.pipe(source1, 'k', 'v');
    expect([...driver.producedTopics()]).toEqual(['by-value-repartition', 'test-counts-changelog']);
  });

  test('written topics are known by name: topics of global tables', () => {
    // shouldCaptureGlobalTopicNameIfWrittenInto
    const driver = start(builder => {
      builder.globalTable('global', source1);
      builder.stream('source', source2).to('sink', source1);
    });
    driver.pipe(source2, 'k', 'v');
    expect([...driver.producedTopics()]).toEqual(['source-1']);
  });

  test('a record goes from source to sink with key, value and topic', () => {
    // shouldProcessRecordForTopic
    const driver = start(sourceSink);
    driver.pipe(source1, 'key-1', 'value-1', { timestampMs: 42 });
    expect(driver.outputTopic(sink1).readRecord()).toMatchObject({ key: 'key-1', value: 'value-1', timestampMs: 42 });
  });

  test('a processor sees topic, partition, offset, time and headers of its record', () => {
    // shouldSetRecordMetadata, shouldSendRecordViaCorrectSourceTopic
    const [mock1, mock2] = [new Mock(), new Mock()];
    const driver = start(builder => {
      builder.stream('source-of-1', source1).process('processor-1', () => mock1);
      builder.stream('source-of-2', source2).process('processor-2', () => mock2);
    });
    const headers = [['header', Buffer.from('of a record')]] as const;
    driver.pipe(source1, 'key-1', 'value-1', { timestampMs: 42, headers });
    driver.pipe(source2, 'key-2', 'value-2', { timestampMs: 43 });
    expect(mock1.seen).toEqual([
      {
        record: { key: 'key-1', value: 'value-1', timestampMs: 42, headers },
        metadata: { topic: 'source-1', partition: 0, offset: 0n, writtenAtMs: 42 },
      },
    ]);
    expect(mock2.seen.map(({ record, metadata }) => [record.value, metadata?.topic])).toEqual([
      ['value-2', 'source-2'],
    ]);
  });

  test('several records are piped one after the other, with advancing times', () => {
    // shouldProcessConsumerRecordList, and TestInputTopic's auto-advance
    const driver = start(sourceSink);
    driver.inputTopic(source1, { startMs: 100, autoAdvanceMs: 5 }).pipeAll([['a', 'x'], ['b', 'y'], ['a', 'z']]); // biome-ignore format: a story
    const output = driver.outputTopic(sink1);
    expect(output.size).toBe(3);
    expect(output.readRecord().timestampMs).toBe(100);
    expect(output.readLatest()).toEqual(new Map([['b', 'y'], ['a', 'z']])); // biome-ignore format: entries
  });

  test('every source decodes with the serdes of its topic', () => {
    // shouldUseSourceSpecificDeserializers
    const seen: unknown[] = [];
    const longs = topic('longs', { key: int64, value: utf8, ...keep });
    const others = topic('others', { key: utf8, value: json<number>(), ...keep });
    const driver = start(builder => {
      builder.stream('longs', longs).peek('see-longs', ({ key, value }) => seen.push([key, value]));
      builder.stream('others', others).peek('see-others', ({ key, value }) => seen.push([key, value]));
    });
    driver.pipe(longs, 42, 'anyString');
    driver.pipe(others, '73', 3.14);
    expect(seen).toEqual([[42, 'anyString'], ['73', 3.14]]); // biome-ignore format: pairs
  });

  test('serdes are given the headers of the record they decode', () => {
    // shouldPassRecordHeadersIntoSerializersAndDeserializers; here serializers return headers: see Serde.headers
    const seen: string[] = [];
    const watching = (name: string): Serde<string> => ({
      ...utf8,
      headers: [[name, Buffer.from('1')]],
      deserialize(bytes, headers = []) {
        seen.push(`${name}: ${headers.map(([header]) => header).join(',')}`);
        return bytes.toString();
      },
    });
    const watched = topic('watched', { key: watching('key'), value: watching('value'), ...keep });
    const driver = start(builder => builder.stream('source', watched).to('sink', sink1));
    driver.pipe(watched, 'k', 'v', { headers: [['given', Buffer.from('1')]] });
    expect(seen).toEqual(['key: given,value', 'value: given,value']);
  });

  test('every sink writes with the serdes of its topic', () => {
    // shouldUseSinkSpecificSerializers
    const longs = topic('longs', { key: int64, value: utf8, ...keep });
    const outLongs = topic('out-longs', { key: int64, value: utf8, ...keep });
    const driver = start(builder => {
      builder.stream('longs', longs).to('to-longs', outLongs);
      builder.stream('source', source1).to('to-texts', sink1);
    });
    driver.pipe(longs, 42, 'anyString');
    driver.pipe(source1, 'k', 'v');
    expect(driver.outputTopic(outLongs).readKeyValues()).toEqual([[42, 'anyString']]);
    expect(driver.outputTopic(sink1).readKeyValues()).toEqual([['k', 'v']]);
  });

  test('one subtopology reads the output of another', () => {
    // shouldForwardRecordsFromSubtopologyToSubtopology
    const driver = start(builder => {
      sourceSink(builder);
      builder.stream('second', sink1).to('second-sink', sink2);
    });
    driver.pipe(source1, 'key-1', 'value-1');
    expect(driver.read()).toEqual({ 'sink-1': ['value-1'], 'sink-2': ['value-1'] });
  });

  test('a stream reads several topics', () => {
    // shouldProcessFromSourceThatMatchPattern, shouldProcessFromSourcesThatMatchMultiplePattern: topics are listed here
    const other = texts('source-z');
    const [mock1, mock2] = [new Mock(), new Mock()];
    const driver = start(builder => {
      const digits = builder.stream('digits', [source1, source2]).process('processor-1', () => mock1);
      const letters = builder.stream('letters', [other]).process('processor-2', () => mock2);
      digits.merge('all', letters).to('sink', sink1);
    });
    driver.pipe(source1, 'key-1', 'value-1');
    driver.pipe(other, 'key-2', 'value-2');
    driver.pipe(source2, 'key-3', 'value-3');
    expect(mock1.seen.map(({ metadata }) => metadata?.topic)).toEqual(['source-1', 'source-2']);
    expect(mock2.seen.map(({ metadata }) => metadata?.topic)).toEqual(['source-z']);
    expect(driver.read()).toEqual({ 'sink-1': ['value-1', 'value-2', 'value-3'] });
  });

  /** Forwards every record, and writes one more into its own input. */
  const recursive = (builder: StreamsBuilder) => {
    const stream = builder.stream('source', source1);
    stream.flatMapValues('again', value => (value.startsWith('recurse-') ? [] : [`recurse-${value}`])).to('back', source1); // biome-ignore format: one step
    return stream;
  };

  test('records that a topology writes into its own input come after its direct output', () => {
    // shouldEnqueueLaterOutputsAfterEarlierOnes
    const driver = start(builder => recursive(builder).to('sink', sink1));
    driver.pipe(source1, 'B', 'beta');
    expect(driver.outputTopic(sink1).readKeyValues()).toEqual([['B', 'beta'], ['B', 'recurse-beta']]); // biome-ignore format: pairs
  });

  test('global stores follow the output of a recursive topology', () => {
    // shouldApplyGlobalUpdatesCorrectlyInRecursiveTopologies
    const globule = texts('globule-topic');
    const driver = start(builder => {
      builder.globalTable('globule-store', globule);
      recursive(builder).to('globule', globule);
    });
    driver.pipe(source1, 'A', 'alpha', { timestampMs: 1 });
    expect(driver.store('globule-store')).toEqual([['A', { value: 'recurse-alpha', timestampMs: 1 }]]);
    expect(driver.outputTopic(globule).readKeyValues()).toEqual([['A', 'alpha'], ['A', 'recurse-alpha']]); // biome-ignore format: pairs
  });

  test('a task waits for an empty topic up to maxTaskIdleMs', () => {
    // shouldRespectTaskIdling
    const driver = start(
      builder => builder.stream('in-1', source1).merge('both', builder.stream('in-2', source2)).to('sink', sink1),
      { maxTaskIdleMs: 1000 },
    );
    const output = driver.outputTopic(sink1);
    driver.pipe(source1, 'A', 'alpha');
    driver.advanceWallClockTime(1);
    expect(output.readKeyValues()).toEqual([]);
    driver.pipe(source2, 'B', 'beta');
    expect(output.readKeyValues()).toEqual([['A', 'alpha']]);
    driver.advanceWallClockTime(1000);
    expect(output.readKeyValues()).toEqual([['B', 'beta']]);
    expect(driver.metrics()).toMatchObject({ 'process-total': 2, 'enforced-processing-total': 1 });
  });
});
