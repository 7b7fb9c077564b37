import type { Processor, ProcessorContext, StreamRecord } from '@sightline/processors/runtime';

/** Processors without state, one per step of the DSL. */
export function mapping<K, V, KO, VO>(
  map: (record: StreamRecord<K, V>) => StreamRecord<KO, VO>,
): Processor<K, V, KO, VO> {
  return forwarding((record, forward) => forward(map(record)));
}

export function filtering<K, V>(keep: (record: StreamRecord<K, V>) => boolean): Processor<K, V, K, V> {
  return forwarding((record, forward) => {
    if (keep(record)) forward(record);
  });
}

export function flatMapping<K, V, KO, VO>(
  map: (record: StreamRecord<K, V>) => Iterable<StreamRecord<KO, VO>>,
): Processor<K, V, KO, VO> {
  return forwarding((record, forward) => {
    for (const mapped of map(record)) forward(mapped);
  });
}

export function peeking<K, V>(look: (record: StreamRecord<K, V>) => void): Processor<K, V, K, V> {
  return forwarding((record, forward) => {
    look(record);
    forward(record);
  });
}

/** Forwards to the first child that accepts the record, else to `otherwise`, else to none. */
export function branching<K, V>(
  branches: readonly (readonly [child: string, takes: (record: StreamRecord<K, V>) => boolean])[],
  otherwise?: string,
): Processor<K, V, K, V> {
  return forwarding((record, forward) => {
    for (const [child, takes] of branches) {
      if (takes(record)) return forward(record, child);
    }
    if (otherwise !== undefined) forward(record, otherwise);
  });
}

/** Keeps key, time and headers. */
export function mappingValues<K, V, VO>(map: (value: V, record: StreamRecord<K, V>) => VO): Processor<K, V, K, VO> {
  return forwarding((record, forward) => {
    const { key, value, timestampMs, headers } = record;
    forward({ key, value: map(value, record), timestampMs, headers });
  });
}

/** One record for each value, with the key, time and headers of the input record. */
export function flatMappingValues<K, V, VO>(
  map: (value: V, record: StreamRecord<K, V>) => Iterable<VO>,
): Processor<K, V, K, VO> {
  return forwarding((record, forward) => {
    const { key, timestampMs, headers } = record;
    for (const value of map(record.value, record)) forward({ key, value, timestampMs, headers });
  });
}

/** Keeps value, time and headers. */
export function keying<K, V, KO>(keyOf: (record: StreamRecord<K, V>) => KO): Processor<K, V, KO, V> {
  return forwarding((record, forward) => {
    const { value, timestampMs, headers } = record;
    forward({ key: keyOf(record), value, timestampMs, headers });
  });
}

export function passing<K, V>(): Processor<K, V, K, V> {
  return forwarding((record, forward) => forward(record));
}

type Forward<K, V> = ProcessorContext<K, V>['forward'];

function forwarding<K, V, KO, VO>(
  step: (record: StreamRecord<K, V>, forward: Forward<KO, VO>) => void,
): Processor<K, V, KO, VO> {
  let context: ProcessorContext<KO, VO> | undefined;
  const forward: Forward<KO, VO> = (record, child) => context?.forward(record, child);
  return {
    init(given) {
      context = given;
    },
    process: record => step(record, forward),
  };
}
