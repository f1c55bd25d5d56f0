import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type GraphQLSchema, getOperationAST, parse, printSchema } from 'graphql';
import type { ExecutableSchema } from '../../../../src/execution/contract.js';
import { buildPlainSchema } from '../../../../src/execution/createPlainSchema.js';
import type { Subgraph } from '../../../../src/federation/contract.js';
import { buildOwnSubgraph } from '../../../../src/federation/ownSubgraph.js';
import { plannedSchemas } from '../../../support/plannedSchemas.js';
import { composeScripts } from '../../../support/subgraphs/composeScripts.js';
import { anyonesContext } from '../../../support/subgraphs/operationContext.js';
import { RequestLog } from '../../../support/subgraphs/requestLog.js';
import { ScriptedSubgraph } from '../../../support/subgraphs/scriptedSubgraph.js';
import { findBy, type SubgraphScript, schemaOf } from '../../../support/subgraphs/subgraphScript.js';
import { prepare } from './world.js';

const alerts = [{ id: 'a1', title: 'Malware', severity: 'HIGH' }];

const security: SubgraphScript = {
  name: 'security',
  typeDefs: `
    type Alert @key(fields: "id") { id: ID! title: String severity: Severity }
    enum Severity { LOW HIGH SECRET @inaccessible }
    input AlertFilter { title: String secret: String @inaccessible }
    type Query { alerts(filter: AlertFilter): [Alert!] open: String }
    type Subscription { alertRaised: Alert }
  `,
  resolvers: {
    Query: { alerts: () => alerts, open: () => 'yes' },
    Alert: { __resolveReference: findBy(alerts, 'id') },
    Subscription: { alertRaised: { subscribe: () => raised() } },
  },
};
const tickets: SubgraphScript = {
  name: 'tickets',
  typeDefs: `
    type Alert @key(fields: "id") { id: ID! ticket: String }
    type Query { openTickets: [Alert] }
  `,
  resolvers: {
    Query: { openTickets: () => [{ id: 'a1' }] },
    Alert: { __resolveReference: (reference) => reference, ticket: ({ id }) => `T-${id}` },
  },
};

async function* raised(): AsyncGenerator {
  yield { alertRaised: alerts[0] };
}

describe('our own data in a joined schema', () => {
  const planned = plannedSchemas();
  const log = new RequestLog();
  let asked: string[];
  let joined: ExecutableSchema;
  beforeAll(async () => {
    const schema = withPermissions(schemaOf(security));
    const own = buildPlainSchema(schema, printSchema(schema));
    const subgraphs = [watched(buildOwnSubgraph(own)), new ScriptedSubgraph(tickets, log)];
    const byName = new Map(subgraphs.map((subgraph) => [subgraph.name, subgraph]));
    joined = await planned.build(composeScripts([security, tickets]), byName, { own });
  });
  afterAll(() => planned.stop());

  const watched = (subgraph: Subgraph): Subgraph => ({
    ...subgraph,
    execute(request) {
      asked.push(request.operation);
      return subgraph.execute(request);
    },
  });
  const ask = async (query: string, variables: Record<string, unknown> = {}) => {
    asked = [];
    log.clear();
    return (await prepare(joined, query)).execute({ variables, context: anyonesContext() });
  };
  const nobody = { ...anyonesContext().principal, permissions: new Set<never>() };

  it('is answered without a plan when nobody else takes part', async () => {
    expect(await ask('{ alerts { __typename title } }')).toEqual({
      data: { alerts: [{ __typename: 'Alert', title: 'Malware' }] },
    });
    expect(asked).toEqual([]);
    expect(await prepare(joined, '{ alerts { title } }')).toMatchObject({ joins: false, asksSubgraphs: false });
  });

  it('is joined with that of others', async () => {
    expect((await ask('{ alerts { title ticket } }')).data).toEqual({ alerts: [{ title: 'Malware', ticket: 'T-a1' }] });
    expect(asked).toHaveLength(1);
    expect(log.waves()).toEqual([['tickets: Alert*1']]);
    expect(await prepare(joined, '{ alerts { ticket } }')).toMatchObject({ joins: true, asksSubgraphs: true });
  });

  it.each(['{ alerts { title } }', '{ alerts { ticket } }', '{ openTickets { title } }'])(
    'needs the permission, whoever leads to it: %s',
    async (query) => {
      const prepared = await prepare(joined, query);
      expect(() => prepared.authorize(nobody)).toThrow('needs the permission Security.Read');
      expect(() => prepared.authorize(anyonesContext().principal)).not.toThrow();
    },
  );

  it('needs no permission where none of it is asked for', async () => {
    for (const query of ['{ openTickets { ticket } }', '{ open }', '{ __typename __schema { description } }'])
      expect(async () => (await prepare(joined, query)).authorize(nobody)).not.toThrow();
  });

  it('takes no more of variables than the joined schema shows', async () => {
    const query = 'query ($filter: AlertFilter) { alerts(filter: $filter) { id } }';
    const answer = await ask(query, { filter: { secret: 'x' } });
    expect(answer).not.toHaveProperty('data');
    expect(answer.errors?.[0]?.message).toContain('"secret" is not defined');
  });

  it('answers no enum value that the joined schema hides', async () => {
    const [alert] = alerts;
    if (alert === undefined) throw new Error('There is one.');
    alert.severity = 'SECRET';
    const answer = await ask('{ alerts { severity } }');
    alert.severity = 'HIGH';
    expect(answer.data).toEqual({ alerts: [{ severity: null }] });
    expect(JSON.stringify(answer.errors)).not.toContain('SECRET');
  });

  it('tells of the whole schema beside it', async () => {
    const answer = await ask('{ __type(name: "Query") { fields { name } } alerts { id } }');
    expect(answer.data).toEqual({
      __type: { fields: expect.arrayContaining([{ name: 'openTickets' }, { name: 'alerts' }]) },
      alerts: [{ id: 'a1' }],
    });
  });

  it('answers introspection without asking anybody', async () => {
    expect((await ask('{ __typename __schema { queryType { name } } }')).data).toEqual({
      __typename: 'Query',
      __schema: { queryType: { name: 'Query' } },
    });
    expect([...asked, ...log.requests]).toEqual([]);
  });

  it.each([
    ['alone', 'subscription { alertRaised { title } }', { title: 'Malware' }],
    ['with what others add', 'subscription { alertRaised { title ticket } }', { title: 'Malware', ticket: 'T-a1' }],
  ])('comes as events, %s', async (_how, query, alertRaised) => {
    asked = [];
    const request = { variables: {}, context: anyonesContext() };
    const prepared = await prepare(joined, query);
    const events = await prepared.subscribe(request);
    if (!(Symbol.asyncIterator in events)) throw new Error('It did not begin.');
    for await (const event of events)
      expect(await prepared.executeEvent(event, request)).toEqual({ data: { alertRaised } });
  });

  it('prepares an operation once', async () => {
    const text = '{ alerts { ticket id } }';
    const [first, second] = [parse(text), parse(text)].map((document) => {
      const definition = getOperationAST(document);
      if (definition === null || definition === undefined) throw new Error('There is one.');
      return joined.prepare(document, definition);
    });
    expect(await first).toBe(await second);
  });
});

/** As our own schema states them. */
function withPermissions(schema: GraphQLSchema): GraphQLSchema {
  const fields = { ...schema.getQueryType()?.getFields(), ...schema.getSubscriptionType()?.getFields() };
  for (const name of ['alerts', '_entities', 'alertRaised']) {
    const field = fields[name];
    if (field !== undefined) field.extensions = { permission: 'Security.Read' };
  }
  return schema;
}
