/** `npm run eval -- conformance`: which promises that the engine needs do Kafka clients keep. */
import { readSettings } from '../../local/settings.ts';
import { withTwoBrokers } from '../installations/two-brokers.ts';
import { runOn } from '../installations/with-broker.ts';

const TABLE = 'processors/peers/table.ts';
const args = process.argv.slice(2);
const { KAFKA_BROKERS: brokers } = readSettings();
if (brokers !== undefined) process.exitCode = await runOn(brokers, TABLE, args);
else process.exitCode = await withTwoBrokers(own => runOn(own, TABLE, args));
