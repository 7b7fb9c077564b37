/** `npm run eval -- conformance`: what clients of Kafka keep of what the engine needs of its log. */
import { runWithBroker } from './with-broker.ts';

process.exitCode = await runWithBroker('processors/src/log/conformance/table.ts', process.argv.slice(2));
