import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { isInstant } from '../../time/instant.js';

/** RFC 3339 text, passed through with all its fraction digits: graphql-scalars' DateTime would cut them to milliseconds. */
export const DateTime = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  description:
    'An instant as RFC 3339 text with a zone, for example `2026-11-21T08:30:00.1234567Z`. Passed through as the upstream wrote it, up to seven fraction digits (100 ns), and compared at that precision.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize: (value) => (typeof value === 'string' ? value : refuse(value)),
  parseValue: parse,
  parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : undefined),
});

function parse(value: unknown): string {
  return typeof value === 'string' && isInstant(value) ? value : refuse(value);
}

function refuse(value: unknown): never {
  const found = typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : typeof value;
  throw new GraphQLError(`DateTime wants RFC 3339 text with a zone, such as "2026-11-21T08:30:00Z"; got ${found}.`);
}
