import { describe, expect, it } from '@jest/globals';
import { GraphQLError, Kind } from 'graphql';
import { errorCodes } from '../../../src/errors/codes.js';
import { completeErrors } from '../../../src/errors/completeErrors.js';
import { formatError, isUnforeseen } from '../../../src/errors/formatError.js';
import { AccessError, UpstreamError, UserInputError } from '../../../src/errors/GatewayError.js';
import { NotFoundError } from '../../../src/upstream/contract.js';

const secret = 'https://graph.microsoft.com/v1.0/users/jane eyJ0';
const node = { kind: Kind.NAME, value: 'first' } as const;

/** As graphql-js reports what a resolver threw. */
const located = (originalError: Error) =>
  new GraphQLError(originalError.message, {
    originalError,
    path: ['alerts'],
    nodes: (originalError as { nodes?: [] }).nodes ?? null,
  });

describe('formatError', () => {
  it('keeps code, message and details of our errors, and where they happened', () => {
    const upstream = new UpstreamError(
      'UPSTREAM_FORBIDDEN',
      'Not allowed.',
      { upstream: 'MCAS', permission: 'investigation.read' },
      { url: secret },
      new Error(secret),
    );
    expect(formatError(located(upstream))).toEqual({
      message: 'Not allowed.',
      path: ['alerts'],
      extensions: { code: 'UPSTREAM_FORBIDDEN', upstream: 'MCAS', permission: 'investigation.read' },
    });
    expect(formatError(located(new UserInputError('Too many.', { argument: 'first' })))).toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', argument: 'first' },
    });
    expect(formatError(new AccessError('FORBIDDEN', 'No.', {}, 'Security.Audit')).extensions).toEqual({
      code: 'FORBIDDEN',
      permission: 'Security.Audit',
    });
  });

  it.each([
    ['an error that nobody foresaw', new Error(secret)],
    ['a value that could not be serialised', new GraphQLError(secret)],
    ['a code that is not ours', new GraphQLError(secret, { extensions: { code: 'SECRET' } })],
  ])('tells nothing about %s', (_name, error) => {
    const formatted = formatError(located(error));
    expect(formatted.extensions).toEqual({ code: 'INTERNAL' });
    expect(JSON.stringify(formatted)).not.toContain('jane');
    expect(isUnforeseen(located(error))).toBe(true);
  });

  it('blames the upstream for a missing entity where none can be missing', () => {
    expect(formatError(located(new NotFoundError('MCAS', 'r')))).toMatchObject({
      message: 'MCAS does not know what it was asked for.',
      extensions: { code: 'UPSTREAM_BAD_RESPONSE', upstream: 'MCAS', requestId: 'r' },
    });
  });

  it('tells nothing about a thrown value that is no error', () => {
    expect(formatError(secret)).toEqual({
      message: expect.not.stringContaining('jane'),
      extensions: { code: 'INTERNAL' },
    });
  });

  it.each([
    [
      'variables',
      new GraphQLError('Variable "$n" got invalid value.', { nodes: [node], originalError: new Error('bad') }),
    ],
    ['argument', located(new GraphQLError('Argument "first" is missing.', { nodes: [node] }))],
  ])('blames the caller for a wrong %s', (_name, error) => {
    expect(formatError(error)).toMatchObject({ message: error.message, extensions: { code: 'BAD_USER_INPUT' } });
  });

  it("keeps GraphQL's and Apollo's own codes and translates what we name differently", () => {
    const codes = ['GRAPHQL_PARSE_FAILED', 'INTERNAL_SERVER_ERROR', 'PERSISTED_QUERY_NOT_SUPPORTED'];
    const formatted = codes.map(
      (code) => formatError(new GraphQLError('x', { extensions: { code } })).extensions?.code,
    );
    expect(formatted).toEqual(['GRAPHQL_PARSE_FAILED', 'INTERNAL', 'PERSISTED_QUERY_NOT_FOUND']);
    for (const code of formatted) expect(errorCodes).toHaveProperty(String(code));
  });

  it('calls an operation that ran out of time a timeout', () => {
    const timeout = Object.assign(new Error(secret), { name: 'TimeoutError' });
    expect(formatError(located(timeout)).extensions).toEqual({ code: 'UPSTREAM_TIMEOUT' });
  });
});

describe('completeErrors', () => {
  const error = (code: string, upstream?: string) => ({
    message: 'm',
    extensions: { code, ...(upstream === undefined ? {} : { upstream }) },
  });

  it('adds the request id where the cause has to be looked up, unless the upstream call had one of its own', () => {
    const own = { message: 'm', extensions: { code: 'UPSTREAM_TIMEOUT', requestId: 'own' } };
    const ids = completeErrors([error('INTERNAL'), own, error('SUBGRAPH_ERROR'), error('BAD_USER_INPUT')], 'ours').map(
      ({ extensions }) => extensions?.requestId,
    );
    expect(ids).toEqual(['ours', 'own', 'ours', undefined]);
  });

  it('counts repeats per upstream and code, and leaves twenty alone', () => {
    const many = [...Array(25).keys()].flatMap(() => [
      error('UPSTREAM_THROTTLED', 'MCAS'),
      error('UPSTREAM_TIMEOUT', 'MCAS'),
    ]);
    const kept = completeErrors([...many, error('UPSTREAM_THROTTLED', 'GRAPH_SECURITY')], 'id');
    expect(kept).toHaveLength(41);
    expect(kept.filter(({ extensions }) => extensions?.suppressed === 5)).toHaveLength(2);
    expect(completeErrors(many.slice(0, 40), 'id').some(({ extensions }) => 'suppressed' in (extensions ?? {}))).toBe(
      false,
    );
  });
});
