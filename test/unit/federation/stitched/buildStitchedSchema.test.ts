import { describe, expect, it } from '@jest/globals';
import { buildSchema, type ExecutionResult, lexicographicSortSchema, printSchema } from 'graphql';
import { formatError } from '../../../../src/errors/formatError.js';
import { UpstreamError } from '../../../../src/errors/GatewayError.js';
import type { SubgraphResult } from '../../../../src/federation/contract.js';
import { SubgraphError } from '../../../../src/federation/SubgraphError.js';
import { buildStitchedSchema } from '../../../../src/federation/stitched/buildStitchedSchema.js';
import { anyonesContext } from '../../../support/subgraphs/operationContext.js';
import { numbered, StitchedWorld, withoutPermissions } from './support.js';

function codesOf({ errors = [] }: ExecutionResult): string[] {
  return errors.map((error) => {
    const { path = [], extensions } = formatError(error);
    return `${path.join('.')} ${String(extensions?.code)}`;
  });
}

/** A CMDB that answers everything with this. */
function answering(result: SubgraphResult | Error) {
  return {
    name: 'cmdb',
    execute: async () => {
      if (result instanceof Error) throw result;
      return result;
    },
    subscribe: async () => {
      throw new Error('Nobody subscribes here.');
    },
    executeEvent: async () => {
      throw new Error('There are no events here.');
    },
  };
}

describe('the stitched schema', () => {
  it('is what clients may see, as schema and as text', () => {
    const { schema, sdl } = new StitchedWorld().schema;
    const printed = printSchema(lexicographicSortSchema(schema));
    expect(printed).toBe(printSchema(lexicographicSortSchema(buildSchema(sdl))));
    expect(printed).toContain('owner: String');
    expect(printed).not.toMatch(/secret|join__|link|_entities|_service|inaccessible/);
  });

  it('joins our users to what another subgraph knows of them, in one request to each', async () => {
    const world = new StitchedWorld();
    expect(await world.ask('{ users { name owner } }')).toEqual({
      data: {
        users: [
          { name: 'Ada', owner: 'owner of u1' },
          { name: 'Ben', owner: 'owner of u2' },
        ],
      },
    });
    expect(world.ownSubgraph.requests).toHaveLength(1);
  });

  it('asks one subgraph for all root fields at once', async () => {
    const world = new StitchedWorld();
    const answer = await world.ask('{ users { name owner } user(id: "u2") { team } }');
    expect(answer.data).toMatchObject({ users: [{ name: 'Ada' }, { name: 'Ben' }], user: { team: 'blue' } });
    expect(world.ownSubgraph.requests).toHaveLength(1);
  });

  it('takes names of keys and fields as names that a client gives to others', async () => {
    const world = new StitchedWorld();
    const query = '{ assets: users { id: name name: id team: owner } }';
    expect(await world.ask(query)).toEqual({
      data: {
        assets: [
          { id: 'Ada', name: 'u1', team: 'owner of u1' },
          { id: 'Ben', name: 'u2', team: 'owner of u2' },
        ],
      },
    });
    world.cmdb.outage = 'UPSTREAM_UNAVAILABLE';
    const answer = await world.ask(query);
    expect(answer.data).toMatchObject({ assets: [{ team: null }, { team: null }] });
    expect(codesOf(answer)).toEqual(['assets.0.team UPSTREAM_UNAVAILABLE', 'assets.1.team UPSTREAM_UNAVAILABLE']);
  });

  it('gets more time, and depends on headers that travel on', async () => {
    expect(await new StitchedWorld().prepare('{ users { owner } }')).toMatchObject({
      joins: true,
      asksSubgraphs: true,
    });
  });

  it('refuses a supergraph with a subgraph that is not there', () => {
    const { supergraphSdl } = new StitchedWorld();
    expect(() => buildStitchedSchema(supergraphSdl, new Map())).toThrow('which is not configured');
    expect(() => buildStitchedSchema('type Query { a: Int }', new Map())).toThrow('no composed supergraph');
  });
});

describe('an operation on our own data alone', () => {
  it.each([
    '{ users { id name } }',
    '{ notes { id } entries { id } }',
    'query($id: ID = "u1") { user(id: $id) { ...known } } fragment known on User { __typename name }',
    'subscription { userChanged { name } }',
  ])('is executed as if nobody else took part: %s', async (query) => {
    const world = new StitchedWorld();
    const prepared = await world.prepare(query);
    expect(prepared).toMatchObject({ joins: false, asksSubgraphs: false });
    const request = { variables: {}, context: anyonesContext() };
    await (query.startsWith('subscription') ? prepared.subscribe(request) : prepared.execute(request));
    expect(world.ownSubgraph.requests).toEqual([]);
  });

  it.each([
    ['a field of another subgraph', '{ users { id owner } }'],
    ['a field of another subgraph in a fragment', '{ users { ...more } } fragment more on User { team }'],
    ['a field that moved away', '{ notes { title } }'],
    ['a field of an interface that moved away from one of its types', '{ entries { title } }'],
    ['a type that we do not know', '{ entries { ... on Memo { __typename } } }'],
    ['introspection', '{ __schema { queryType { name } } users { id } }'],
    ['a root field of another subgraph', '{ users { id } assets { id } }'],
  ])('is told from one with %s', async (_what, query) => {
    expect(await new StitchedWorld().prepare(query)).toMatchObject({ asksSubgraphs: true });
  });

  it('shows the whole schema beside our own data', async () => {
    const answer = await new StitchedWorld().ask('{ users { id } __type(name: "Asset") { name } }');
    expect(answer.data).toMatchObject({ __type: { name: 'Asset' } });
  });
});

describe('rights to our own data', () => {
  it.each([
    '{ users { owner } }',
    '{ assets { id } user(id: "u1") { owner } }',
    'subscription { userChanged { owner } }',
  ])('are checked before anything is asked: %s', async (query) => {
    const prepared = await new StitchedWorld().prepare(query);
    expect(() => prepared.authorize(withoutPermissions().principal)).toThrow('needs the permission Security.Read');
    expect(() => prepared.authorize(anyonesContext().principal)).not.toThrow();
  });

  it('are checked when another subgraph leads to it, and only its fields fail', async () => {
    const world = new StitchedWorld();
    const query = '{ assets { id user { owner name } } }';
    const prepared = await world.prepare(query);
    expect(() => prepared.authorize(withoutPermissions().principal)).not.toThrow();
    const answer = await world.ask(query, withoutPermissions());
    expect(answer.data).toEqual({
      assets: [
        { id: 'a1', user: { owner: 'owner of u1', name: null } },
        { id: 'a2', user: { owner: 'owner of u2', name: null } },
      ],
    });
    expect(codesOf(answer)).toEqual(['assets.0.user.name FORBIDDEN', 'assets.1.user.name FORBIDDEN']);
    expect(world.ownSubgraph.requests).toEqual([]);
  });

  it('are not needed for what is open, or answered by others', async () => {
    const { principal } = withoutPermissions();
    for (const query of ['{ open assets { id } }', '{ assets { user { owner } } }', '{ shared assets { id } }']) {
      const prepared = await new StitchedWorld().prepare(query);
      expect(() => prepared.authorize(principal)).not.toThrow();
    }
  });
});

describe('errors of subgraphs', () => {
  const down = new SubgraphError('UPSTREAM_THROTTLED', 'cmdb is busy.', { subgraph: 'cmdb', retryAfterMs: 7 });
  const reported = new SubgraphError('SUBGRAPH_ERROR', 'It failed.', { subgraph: 'cmdb', subgraphCode: 'NO_LUCK' });

  it('keep code, message and extensions when a whole request failed, and take only its fields', async () => {
    const answer = await new StitchedWorld(answering(down)).ask('{ users { name owner } }');
    expect(answer.data).toEqual({
      users: [
        { name: 'Ada', owner: null },
        { name: 'Ben', owner: null },
      ],
    });
    expect(answer.errors?.map(formatError)).toMatchObject([
      {
        message: 'cmdb is busy.',
        path: ['users', 0, 'owner'],
        extensions: { code: 'UPSTREAM_THROTTLED', subgraph: 'cmdb', retryAfterMs: 7 },
      },
      { path: ['users', 1, 'owner'], extensions: { code: 'UPSTREAM_THROTTLED' } },
    ]);
  });

  it('stand at the field that the subgraph named', async () => {
    const data = { assets: [{ id: 'a1', user: null, __typename: 'Asset' }] };
    const faults = [{ path: ['assets', 0, 'user'], error: reported }];
    const answer = await new StitchedWorld(answering({ data, faults })).ask('{ assets { id user { team } } }');
    expect(answer.data).toEqual({ assets: [{ id: 'a1', user: null }] });
    expect(answer.errors?.map(formatError)).toMatchObject([
      { path: ['assets', 0, 'user'], extensions: { code: 'SUBGRAPH_ERROR', subgraphCode: 'NO_LUCK' } },
    ]);
  });

  it('stand at the items of a list that failed', async () => {
    const data = { assets: [null, { id: 'a2', __typename: 'Asset' }, null] };
    const faults = [0, 2].map((index) => ({ path: ['assets', index], error: reported }));
    const answer = await new StitchedWorld(answering({ data, faults })).ask('{ assets { id } }');
    expect(answer.data).toEqual({ assets: [null, { id: 'a2' }, null] });
    expect(codesOf(answer)).toEqual(['assets.0 SUBGRAPH_ERROR', 'assets.2 SUBGRAPH_ERROR']);
  });

  it('stand at the items of a list inside of joined objects that failed', async () => {
    const tagged = (...tags: (string | null)[]) => ({ __typename: 'User', id: 'u1', tags });
    const data = { _entities: [tagged('a'), tagged('b', null)] };
    const faults = [{ path: ['_entities', 1, 'tags', 1], error: reported }];
    const answer = await new StitchedWorld(answering({ data, faults })).ask('{ users { name tags } }');
    expect(answer.data).toMatchObject({ users: [{ tags: ['a'] }, { tags: ['b', null] }] });
    expect(codesOf(answer)).toEqual(['users.1.tags.1 SUBGRAPH_ERROR']);
  });

  it.each([1, 3])('take the place of entities that do not go with those asked for: %d for 2', async (count) => {
    const entity = { __typename: 'User', id: 'u1', team: 'red' };
    const data = { _entities: Array.from({ length: count }, () => entity) };
    const answer = await new StitchedWorld(answering({ data, faults: [] })).ask('{ users { name team } }');
    expect(answer.data).toMatchObject({ users: [{ team: null }, { team: null }] });
    expect(codesOf(answer)).toEqual(['users.0.team UPSTREAM_BAD_RESPONSE', 'users.1.team UPSTREAM_BAD_RESPONSE']);
  });

  it('are told one by one where one field has several', async () => {
    const faults = [{ error: reported }, { error: down }];
    const answer = await new StitchedWorld(answering({ data: null, faults })).ask('{ assets { id } }');
    expect(answer.data).toEqual({ assets: null });
    expect(codesOf(answer)).toEqual(['assets SUBGRAPH_ERROR', 'assets UPSTREAM_THROTTLED']);
  });

  it('of our own schema keep the code of what was thrown', async () => {
    const world = new StitchedWorld();
    const fields = world.ownSchema.getQueryType()?.getFields();
    if (fields?.users) {
      fields.users.resolve = () => {
        throw new UpstreamError('UPSTREAM_TIMEOUT', 'Too slow.', { upstream: 'GRAPH_DIRECTORY' });
      };
    }
    const answer = await world.ask('{ users { owner } assets { id } }');
    expect(answer.data).toEqual({ users: null, assets: [{ id: 'a1' }, { id: 'a2' }] });
    expect(answer.errors?.map(formatError)).toMatchObject([
      { message: 'Too slow.', path: ['users'], extensions: { code: 'UPSTREAM_TIMEOUT', upstream: 'GRAPH_DIRECTORY' } },
    ]);
  });

  it('never come from writing into a result that others share', async () => {
    const assets = [
      Object.freeze({ id: 'a1', __typename: 'Asset', user: Object.freeze({ __typename: 'User', id: 'u1' }) }),
    ];
    const data = Object.freeze({ assets: Object.freeze(assets) });
    const faults = [{ path: ['assets', 0, 'user', 'team'], error: reported }];
    const world = new StitchedWorld(answering({ data, faults }));
    const answer = await world.ask('{ assets { id user { id team name } } }');
    expect(answer.data).toMatchObject({ assets: [{ id: 'a1', user: { id: 'u1', name: 'Ada' } }] });
  });
});

describe('a subscription through the stitched schema', () => {
  it('begins with the context of its beginning, and answers each event with that of the event', async () => {
    const world = new StitchedWorld();
    const prepared = await world.prepare('subscription { userChanged { id: name owner risk } }');
    const events = await prepared.subscribe({ variables: {}, context: numbered('1') });
    if (!(Symbol.asyncIterator in events)) throw new Error('It did not begin.');
    const answers: unknown[] = [];
    for await (const event of events) {
      const context = numbered(String(answers.length + 2));
      answers.push(await prepared.executeEvent(event, { variables: {}, context }));
    }
    expect(answers).toEqual([
      { data: { userChanged: { id: 'Ada', owner: 'owner of u1', risk: 2 } } },
      { data: { userChanged: { id: 'Ben', owner: 'owner of u2', risk: 3 } } },
    ]);
    expect(world.ownSubgraph.requests.map(({ context }) => context.scope.requestId)).toEqual(['1', '2', '3']);
    expect(new Set(world.ownSubgraph.requests.map(({ operation }) => operation)).size).toBe(1);
  });

  it('answers with the error that keeps it from beginning', async () => {
    const world = new StitchedWorld();
    const request = { variables: {}, context: withoutPermissions() };
    const prepared = await world.prepare('subscription { userChanged { owner } }');
    const refused = await prepared.subscribe(request);
    if (Symbol.asyncIterator in refused) throw new Error('It began.');
    expect(codesOf(refused)).toEqual(['userChanged FORBIDDEN']);
    expect(world.ownSubgraph.requests).toEqual([]);
  });
});
