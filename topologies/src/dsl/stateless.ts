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

export function branching<K, V>(
  branches: readonly (readonly [child: string, takes: (record: StreamRecord<K, V>) => boolean])[],
): Processor<K, V, K, V> {
  return forwarding((record, forward) => {
    const taken = branches.find(([, takes]) => takes(record));
    if (taken) forward(record, taken[0]);
  });
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
