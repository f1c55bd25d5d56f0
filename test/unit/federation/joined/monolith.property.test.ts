import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ExecutionResult, execute, parse, validate } from 'graphql';
import { plannedSchemas } from '../../../support/plannedSchemas.js';
import { composeScripts } from '../../../support/subgraphs/composeScripts.js';
import { schemaOf } from '../../../support/subgraphs/subgraphScript.js';
import { dividedForum, type Forum, wholeForum } from './monolith.js';
import { anyForum, anyQuery } from './randomForum.js';
import { joinScripts, NoPlan } from './world.js';

const planned = plannedSchemas();
const variables = { yes: true };
/** For all runs of a property, where other tests want the processor too. */
const patienceMs = 120_000;
/** The types are the same, whatever the rows. */
const supergraphSdl = composeScripts(dividedForum({ users: [], posts: [] }));

afterAll(() => planned.stop());

describe('a schema that is divided among subgraphs', () => {
  it(
    'answers every query as the same schema in one piece',
    async () => {
      const property = fc.asyncProperty(anyForum, anyQuery, async (forum, query) => {
        const expected = answerOfWhole(forum, query);
        const world = await joinScripts(planned, dividedForum(forum), { supergraphSdl });
        const answer = await world.ask(query, variables);
        expect(answer.errors?.map(({ originalError }) => originalError)).toBeUndefined();
        expect(JSON.stringify(answer.data)).toBe(JSON.stringify(expected.data));
        expect(world.log.complaints).toEqual([]);
      });
      await fc.assert(property, { numRuns: 100 });
    },
    patienceMs,
  );

  it(
    'keeps the data of all others when a subgraph is down, and says of everything else why it is missing',
    async () => {
      const names = fc.constantFrom('people', 'writing', 'opinions');
      const property = fc.asyncProperty(anyForum, anyQuery, names, async (forum, query, name) => {
        const expected = answerOfWhole(forum, query);
        const world = await joinScripts(planned, dividedForum(forum), { supergraphSdl, onlyPlanned: true });
        const broken = world.subgraphs.get(name);
        if (broken !== undefined) broken.outage = 'UPSTREAM_UNAVAILABLE';
        const answer = await world.ask(query, variables).catch(withoutPlan);
        const told = new Set((answer.errors ?? []).map(({ path = [] }) => path.join('.')));
        expect(untoldGaps(answer.data, expected.data, told)).toEqual([]);
      });
      await fc.assert(property, { numRuns: 100 });
    },
    patienceMs,
  );
});

/** The other property is about operations without a plan. */
function withoutPlan(error: unknown): never {
  fc.pre(!(error instanceof NoPlan));
  throw error;
}

function answerOfWhole(forum: Forum, query: string): ExecutionResult {
  const schema = schemaOf(wholeForum(forum));
  const document = parse(query);
  fc.pre(validate(schema, document).length === 0);
  const answer = execute({ schema, document, variableValues: variables });
  if (answer instanceof Promise) throw new Error('The forum answers at once.');
  expect(answer.errors).toBeUndefined();
  return answer;
}

/** The places at which an answer is not what was expected, and no error tells why. */
function untoldGaps(answer: unknown, expected: unknown, told: ReadonlySet<string>, path: string[] = []): string[] {
  if (told.has(path.join('.')) && answer === null) return [];
  if (typeof expected !== 'object' || expected === null || typeof answer !== 'object' || answer === null)
    return Object.is(answer, expected) ? [] : [path.join('.')];
  if (Array.isArray(expected) && Array.isArray(answer) && answer.length !== expected.length) return [path.join('.')];
  return Object.entries(expected).flatMap(([key, value]) =>
    untoldGaps((answer as Record<string, unknown>)[key], value, told, [...path, key]),
  );
}
