import { afterAll, describe, expect, it } from '@jest/globals';
import type { ExecutionResult } from 'graphql';
import type { Subgraph, SubgraphRequest, SubgraphResult } from '../../../../src/federation/contract.js';
import { SubgraphError } from '../../../../src/federation/SubgraphError.js';
import { plannedSchemas } from '../../../support/plannedSchemas.js';
import { composeScripts } from '../../../support/subgraphs/composeScripts.js';
import { anyonesContext } from '../../../support/subgraphs/operationContext.js';
import { prepare, toldErrors } from './world.js';

const supergraphSdl = composeScripts([
  {
    name: 'devices',
    typeDefs: `
      type Device @key(fields: "id") { id: ID! name: String! peer: Device room: Room }
      type Room { number: Int! }
      type Query { devices(first: Int = 2): [Device] device: Device }
      type Mutation { restart(id: ID!): Device }
      type Subscription { changed: Device }
    `,
  },
  {
    name: 'owners',
    typeDefs: `
      type Device @key(fields: "id") { id: ID! owner: Owner rank(of: Int = 1): Int! }
      type Owner { name: String! mail: String }
      type Query { owners: [Owner] }
    `,
  },
]);

type Reply = SubgraphResult | Error;
const ok = (data: Record<string, unknown> | null, ...faults: SubgraphResult['faults']): SubgraphResult => ({
  data,
  faults,
});
const reported = (path: readonly (string | number)[], subgraph = 'owners') => ({
  path,
  error: new SubgraphError('SUBGRAPH_ERROR', 'It reported an error.', { subgraph }),
});
const down = new SubgraphError('UPSTREAM_UNAVAILABLE', 'It is down.', { subgraph: 'owners' });
const two = {
  devices: [
    { __typename: 'Device', id: 'd1' },
    { __typename: 'Device', id: 'd2' },
  ],
};

describe('the answer to an operation over subgraphs', () => {
  const planned = plannedSchemas();
  afterAll(() => planned.stop());
  let requests: SubgraphRequest[] = [];

  const scripted = (name: string, replies: readonly Reply[]): Subgraph => {
    const left = [...replies];
    const next = (request: SubgraphRequest) => {
      requests.push(request);
      const reply = left.shift() ?? new Error(`${name} was asked once too often.`);
      if (reply instanceof Error) throw reply;
      return reply;
    };
    return {
      name,
      execute: async (request) => next(request),
      subscribe: async (request) => next(request).data?.events as AsyncIterable<unknown>,
      executeEvent: async (event) => event as SubgraphResult,
    };
  };
  const open = async (devices: readonly Reply[], owners: readonly Reply[] = []) => {
    requests = [];
    const subgraphs = [scripted('devices', devices), scripted('owners', owners)];
    return planned.build(supergraphSdl, new Map(subgraphs.map((subgraph) => [subgraph.name, subgraph])));
  };
  const ask = async (
    query: string,
    devices: readonly Reply[],
    owners: readonly Reply[] = [],
    variables: Record<string, unknown> = {},
  ): Promise<ExecutionResult> => {
    const prepared = await prepare(await open(devices, owners), query);
    return prepared.execute({ variables, context: anyonesContext() });
  };

  it('names each entity once, and gives what comes back to all who asked', async () => {
    const same = { devices: [...two.devices, { __typename: 'Device', id: 'd1' }] };
    const entities = [{ owner: { name: 'Ada' } }, null];
    const answer = await ask('{ devices { owner { name } } }', [ok(same)], [ok({ _entities: entities })]);
    expect(answer).toEqual({
      data: { devices: [{ owner: { name: 'Ada' } }, { owner: null }, { owner: { name: 'Ada' } }] },
    });
    expect(requests[1]?.variables).toEqual({
      representations: [
        { __typename: 'Device', id: 'd1' },
        { __typename: 'Device', id: 'd2' },
      ],
    });
  });

  it('asks nobody about nobody', async () => {
    expect(await ask('{ devices { owner { name } } }', [ok({ devices: [null] })])).toEqual({
      data: { devices: [null] },
    });
    expect(requests).toHaveLength(1);
  });

  it('takes an error of an entity back to where the entity is', async () => {
    const result = ok(
      { _entities: [{ owner: { name: 'Ada', mail: null } }, null] },
      reported(['_entities', 0, 'owner', 'mail']),
    );
    const answer = await ask('{ devices { owner { name mail } } }', [ok(two)], [result]);
    expect(answer.data).toEqual({ devices: [{ owner: { name: 'Ada', mail: null } }, { owner: null }] });
    expect(toldErrors(answer)).toEqual([{ path: 'devices.0.owner.mail', code: 'SUBGRAPH_ERROR', subgraph: 'owners' }]);
  });

  it('says where an error was met, though null has travelled up from there', async () => {
    const result = ok({ _entities: [{ owner: null }, { owner: null }] }, reported(['_entities', 1, 'owner', 'name']));
    const answer = await ask(
      '{ devices { owner { called: name } } }',
      [ok(two)],
      [{ ...result, faults: [reported(['_entities', 1, 'owner', 'called'])] }],
    );
    expect(toldErrors(answer)).toEqual([
      { path: 'devices.1.owner.called', code: 'SUBGRAPH_ERROR', subgraph: 'owners' },
    ]);
  });

  it('names no field that the client did not select', async () => {
    const result = ok({ _entities: [{ owner: null }, null] }, reported(['_entities', 0, 'owner', 'secret']));
    const answer = await ask('{ devices { owner { mail } } }', [ok(two)], [result]);
    expect(toldErrors(answer)).toMatchObject([{ path: 'devices.0.owner' }]);
  });

  it('tells a failure once for each field that is missing for it', async () => {
    const answer = await ask('{ devices { id owner { name } } }', [ok(two)], [down]);
    expect(answer.data).toEqual({
      devices: [
        { id: 'd1', owner: null },
        { id: 'd2', owner: null },
      ],
    });
    expect(toldErrors(answer)).toEqual(
      [0, 1].map((index) => ({ path: `devices.${index}.owner`, code: 'UPSTREAM_UNAVAILABLE', subgraph: 'owners' })),
    );
  });

  it('keeps an error that belongs to no place', async () => {
    const answer = await ask('{ device { id } }', [
      ok({ device: { id: 'd1' } }, reported(['elsewhere', 'x'], 'devices'), { error: down }),
    ]);
    expect(answer.data).toEqual({ device: { id: 'd1' } });
    expect(toldErrors(answer)).toEqual([
      { path: undefined, code: 'SUBGRAPH_ERROR', subgraph: 'devices' },
      { path: undefined, code: 'UPSTREAM_UNAVAILABLE', subgraph: 'owners' },
    ]);
  });

  it('blames the subgraph that breaks its promise of a value', async () => {
    const answer = await ask('{ devices { rank } }', [ok(two)], [ok({ _entities: [{ rank: 1 }, { rank: null }] })]);
    expect(answer.data).toEqual({ devices: [{ rank: 1 }, null] });
    expect(toldErrors(answer)).toEqual([{ path: 'devices.1.rank', code: 'UPSTREAM_BAD_RESPONSE', subgraph: 'owners' }]);
  });

  it('shows no value that does not fit its type', async () => {
    const answer = await ask('{ device { room { number } } }', [ok({ device: { room: { number: 'four hundred' } } })]);
    expect(toldErrors(answer)).toMatchObject([{ path: 'device.room.number', code: 'UPSTREAM_BAD_RESPONSE' }]);
    expect(JSON.stringify(answer)).not.toContain('four hundred');
  });

  it('sends a request the variables that it uses, as they came, and no others', async () => {
    const query = 'query ($n: Int, $of: Int = 7) { devices(first: $n) { rank(of: $of) } }';
    const entities = ok({ _entities: [{ rank: 1 }, { rank: 2 }] });
    await ask(query, [ok(two)], [entities], { n: 2, other: 1 });
    expect(requests.map(({ variables }) => variables)).toEqual([{ n: 2 }, { representations: two.devices }]);
    expect(requests[1]?.operation).toContain('$of:Int=7');
  });

  it('refuses variables before anybody is asked', async () => {
    const answer = await ask('query ($n: Int!) { devices(first: $n) { id } }', [], [], { n: 'two' });
    expect(answer).not.toHaveProperty('data');
    expect(toldErrors(answer)).toMatchObject([{ code: 'BAD_USER_INPUT' }]);
    expect(requests).toEqual([]);
  });

  it('asks nobody any more when the time of the operation is over', async () => {
    const context = anyonesContext();
    const over = Object.assign(new Error('late'), { name: 'TimeoutError' });
    const prepared = await prepare(await open([]), '{ device { id } }');
    const scope = { ...context.scope, signal: AbortSignal.abort(over) };
    const answer = await prepared.execute({ variables: {}, context: { ...context, scope } });
    expect(toldErrors(answer)).toMatchObject([{ path: 'device', code: 'UPSTREAM_TIMEOUT' }]);
    expect(requests).toEqual([]);
  });

  it('completes each event of a subscription with what others know', async () => {
    const events = [ok({ changed: two.devices[0] }), ok({ changed: null }, reported(['changed'], 'devices'))];
    const schema = await open([ok({ events: toEvents(events) })], [ok({ _entities: [{ rank: 3 }] })]);
    const prepared = await prepare(schema, 'subscription { changed { id rank } }');
    const request = { variables: {}, context: anyonesContext() };
    const stream = await prepared.subscribe(request);
    if (!(Symbol.asyncIterator in stream)) throw new Error('It did not begin.');
    const answers: ExecutionResult[] = [];
    for await (const event of stream) answers.push(await prepared.executeEvent(event, request));
    expect(answers[0]).toEqual({ data: { changed: { id: 'd1', rank: 3 } } });
    expect(toldErrors(answers[1] ?? {})).toMatchObject([{ path: 'changed', code: 'SUBGRAPH_ERROR' }]);
  });

  it('says why a subscription does not begin', async () => {
    const prepared = await prepare(await open([down]), 'subscription { changed { id } }');
    const refused = await prepared.subscribe({ variables: {}, context: anyonesContext() });
    expect(toldErrors(refused as ExecutionResult)).toMatchObject([
      { code: 'UPSTREAM_UNAVAILABLE', subgraph: 'owners' },
    ]);
  });

  it('fails only the fields of a subgraph that nobody has configured', async () => {
    const schema = await planned.build(
      supergraphSdl,
      new Map([['devices', scripted('devices', [ok({ device: { id: 'd1' } })])]]),
    );
    const prepared = await prepare(schema, '{ device { id } owners { name } }');
    const answer = await prepared.execute({ variables: {}, context: anyonesContext() });
    expect(answer.data).toEqual({ device: { id: 'd1' }, owners: null });
    expect(toldErrors(answer)).toMatchObject([{ path: 'owners', code: 'UPSTREAM_UNAVAILABLE', subgraph: 'owners' }]);
  });
});

async function* toEvents(events: readonly SubgraphResult[]): AsyncGenerator {
  yield* events;
}
