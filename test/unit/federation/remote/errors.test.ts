import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GraphQLError } from 'graphql';
import { errorCodes } from '../../../../src/errors/codes.js';
import { completeErrors } from '../../../../src/errors/completeErrors.js';
import { formatError } from '../../../../src/errors/formatError.js';
import { readResult } from '../../../../src/federation/remote/readResult.js';
import { SubgraphError } from '../../../../src/federation/SubgraphError.js';

function reportedBy(subgraph: string, place: number): GraphQLError {
  const originalError = new SubgraphError('SUBGRAPH_ERROR', `The subgraph "${subgraph}" reported an error.`, {
    subgraph,
    subgraphCode: 'GONE',
  });
  return new GraphQLError(originalError.message, { path: ['rows', place], originalError });
}

describe('an error of a subgraph', () => {
  it('reaches the client with its code, its subgraph and the place', () => {
    expect(formatError(reportedBy('cmdb', 3))).toEqual({
      message: 'The subgraph "cmdb" reported an error.',
      path: ['rows', 3],
      extensions: { code: 'SUBGRAPH_ERROR', subgraph: 'cmdb', subgraphCode: 'GONE' },
    });
    expect(errorCodes).toHaveProperty('SUBGRAPH_ERROR');
  });

  it('is told twenty times for each subgraph, and then counted', () => {
    const errors = ['cmdb', 'hr'].flatMap((name) =>
      Array.from({ length: 30 }, (_, place) => formatError(reportedBy(name, place))),
    );
    const told = completeErrors(errors, 'id');
    const count = (name: string) => told.filter(({ extensions }) => extensions?.subgraph === name).length;
    expect([count('cmdb'), count('hr')]).toEqual([20, 20]);
    expect(told[19]?.extensions).toMatchObject({ suppressed: 10 });
  });
});

describe('any JSON', () => {
  const answer = fc.record(
    { data: fc.jsonValue(), errors: fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue())), extensions: fc.jsonValue() },
    { requiredKeys: [] },
  );

  it('is an answer with well-formed parts, or refused as a bad one', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), answer), (body) => {
        try {
          const { data, faults } = readResult(body, { name: 'cmdb', exposeErrors: true });
          expect(data === null || (typeof data === 'object' && !Array.isArray(data))).toBe(true);
          for (const { error } of faults) expect(error).toBeInstanceOf(SubgraphError);
        } catch (error) {
          expect(error).toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE', extensions: { subgraph: 'cmdb' } });
        }
      }),
    );
  });

  it('names a fault once, however many places it has', () => {
    const errors = Array.from({ length: 5_000 }, (_, place) => ({ message: 'gone', path: ['rows', place] }));
    const { faults } = readResult({ data: null, errors }, { name: 'cmdb', exposeErrors: true });
    expect(new Set(faults.map(({ error }) => error)).size).toBe(1);
    expect(faults[4_999]?.path).toEqual(['rows', 4_999]);
  });
});
