import { GraphQLError, Kind } from 'graphql';
import { builder } from '../builder.ts';

function parseDateTime(value: unknown): number {
  const timeMs = typeof value === 'number' ? value : typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isFinite(timeMs)) return timeMs;
  throw new GraphQLError('a DateTime is ISO 8601 text or milliseconds since 1970');
}

function parseLong(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new GraphQLError('a Long is a whole number up to 2^53');
}

function parseText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new GraphQLError('a Cursor is text given by the server');
}

builder.scalarType('DateTime', {
  description: 'A point in time. In: ISO 8601 text or milliseconds since 1970. Out: ISO 8601 in UTC.',
  serialize: timeMs => new Date(timeMs).toISOString(),
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
  description: 'A place in the stream of events. Opaque: give back what was given.',
  serialize: value => value,
  parseValue: parseText,
  parseLiteral: node => parseText(node.kind === Kind.STRING ? node.value : undefined),
});

builder.scalarType('JSON', { description: 'Any JSON value.', serialize: value => value });
