import type { GlobalKTable } from '../src/dsl/global-table.ts';
import { utf8 } from '../src/dsl/serdes.ts';
import type { KStream, KTable } from '../src/dsl/streams.ts';
import type { StreamsBuilder } from '../src/dsl/streams-builder.ts';
import type { Programs } from './program-type.ts';
import { left, orders, outputTexts, prices, right } from './topics.ts';

const joined = { store: 'joined', value: utf8 };

/** A stream with a table, a stream with a global table, a table with a table: TableJoinPrograms.java. */
export const tableJoinPrograms: Programs = {
  'stream-table-inner': builder =>
    orderStream(builder).join('priced', priceTable(builder), both).to('output', outputTexts),
  'stream-table-left': builder =>
    orderStream(builder).leftJoin('priced', priceTable(builder), both).to('output', outputTexts),
  'stream-table-inner-nulls': builder =>
    ordersWithNulls(builder).join('priced', priceTable(builder), both).to('output', outputTexts),
  'stream-table-left-nulls': builder =>
    ordersWithNulls(builder).leftJoin('priced', priceTable(builder), both).to('output', outputTexts),

  'global-table-inner': builder =>
    orderStream(builder).join('priced', globalPrices(builder), thing, both).to('output', outputTexts),
  'global-table-left': builder =>
    orderStream(builder).leftJoin('priced', globalPrices(builder), thing, both).to('output', outputTexts),
  'global-table-left-nulls': builder =>
    ordersWithNulls(builder).leftJoin('priced', globalPrices(builder), thing, both).to('output', outputTexts),

  'table-table-inner': builder => {
    const [lefts, rights] = tables(builder);
    told(lefts.join('join', rights, both, joined));
  },
  'table-table-left': builder => {
    const [lefts, rights] = tables(builder);
    told(lefts.leftJoin('join', rights, both, joined));
  },
  'table-table-outer': builder => {
    const [lefts, rights] = tables(builder);
    told(lefts.outerJoin('join', rights, both, joined));
  },
};

function orderStream(builder: StreamsBuilder): KStream<string, string> {
  return builder.stream('orders', orders);
}

function ordersWithNulls(builder: StreamsBuilder): KStream<string | null, string | null> {
  return builder.stream('orders', orders, { nulls: 'pass' });
}

function priceTable(builder: StreamsBuilder): KTable<string, string> {
  return builder.table('prices', prices);
}

function globalPrices(builder: StreamsBuilder): GlobalKTable<string, string> {
  return builder.globalTable('prices', prices);
}

function tables(builder: StreamsBuilder): readonly [left: KTable<string, string>, right: KTable<string, string>] {
  return [builder.table('left', left), builder.table('right', right)];
}

function both(one: string | null, other: string | null): string {
  return `${one}+${other}`;
}

/** The key that an order refers to, from the last digit of its number: `o17` refers to b. */
function thing({ value }: { readonly value: string | null }): string | null {
  return value === null ? null : 'abcd'.charAt(value.charCodeAt(value.length - 1) % 4);
}

function told(table: KTable<string, string>): void {
  table.toStream('updates').to('output', outputTexts);
}
