import { isTime } from '@sightline/schemas';
import { GraphQLError, Kind } from 'graphql';
import { isoTime, parseTime, TIME_MUST_BE } from '../arguments/bounds.ts';
import { builder } from '../builder.ts';

const MAX_CURSOR = 1_000;
const badInput = (message: string): GraphQLError => new GraphQLError(message, { extensions: { code: 'BAD_INPUT' } });

function parseDateTime(value: unknown): number {
  const timeMs = typeof value === 'string' ? parseTime(value) : value;
  if (typeof timeMs === 'number' && isTime(timeMs)) return timeMs;
  throw badInput(`a DateTime is ${TIME_MUST_BE}`);
}

/** Avro's long here, and JavaScript, both hold these numbers exactly. */
const MAX_LONG = Number.MAX_SAFE_INTEGER - 1;

function parseLong(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && Math.abs(value) <= MAX_LONG) return value;
  throw badInput(`a Long is a whole number up to ${MAX_LONG}`);
}

function parseText(value: unknown): string {
  if (typeof value === 'string' && value.length <= MAX_CURSOR) return value;
  throw badInput('a Cursor is text given by the server');
}

builder.scalarType('DateTime', {
  description: 'A time from 1970 to 2100. Input: ISO 8601 text or milliseconds since 1970. Output: ISO 8601 in UTC.',
  serialize: isoTime,
  parseValue: parseDateTime,
  parseLiteral: node =>
    parseDateTime(node.kind === Kind.INT ? Number(node.value) : node.kind === Kind.STRING ? node.value : undefined),
});

builder.scalarType('Long', {
  description: 'A whole number up to 2^53, as a JSON number.',
  serialize: value => value,
  parseValue: parseLong,
  parseLiteral: node => parseLong(node.kind === Kind.INT ? Number(node.value) : undefined),
});

builder.scalarType('Cursor', {
  description:
    'A position in the stream of events: base64url of `2:`, the id of the topic, `:` and the next offset of each partition, separated by commas.',
  serialize: value => value,
  parseValue: parseText,
  parseLiteral: node => parseText(node.kind === Kind.STRING ? node.value : undefined),
});

builder.scalarType('JSON', { description: 'Any JSON value.', serialize: value => value });
