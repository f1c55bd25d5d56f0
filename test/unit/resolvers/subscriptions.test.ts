import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ExecutionResult, graphql, isEnumType, isObjectType, parse, subscribe } from 'graphql';
import type { ChangeTopic } from '../../../src/changes/contract.js';
import { orphanedTypes, resolvers } from '../../../src/resolvers/index.js';
import { buildGatewaySchema } from '../../../src/schema/buildSchema.js';
import { type MemoryChanges, startMemoryChanges } from '../../support/memoryChanges.js';

const schema = buildGatewaySchema(resolvers, orphanedTypes);

/** How each subscription calls what it tells of. */
const kinds = {
  alert: { field: 'alertUpdated', filterType: 'AlertFilter', id: 'alertId', before: 'status assignedTo' },
  incident: { field: 'incidentUpdated', filterType: 'IncidentFilter', id: 'incidentId', before: 'status severity' },
  riskEvent: { field: 'riskEventDetected', filterType: 'RiskEventFilter', id: 'riskEventId', before: 'riskState' },
  riskyUser: { field: 'riskyUserUpdated', filterType: 'RiskyUserFilter', id: 'riskyUserId', before: 'riskLevel' },
  secureScore: { field: 'secureScoreChanged', filterType: undefined, id: 'secureScoreId', before: 'currentScore' },
} as const satisfies Record<ChangeTopic, object>;

const common = 'cursor change changedFields detectedBy detectedAt reason';

function documentOf(topic: ChangeTopic) {
  const { field, filterType, id, before } = kinds[topic];
  const [declared, given, matches] =
    filterType === undefined ? ['', '', ''] : [`$filter: ${filterType}`, 'filter: $filter', 'matchesFilter'];
  return parse(`subscription Watch(${declared} $after: String) {
    ${field}(${given} after: $after) { ${common} ${matches} ${id} ${topic} { id } previous { ${before} } } }`);
}

let journal: MemoryChanges;
let controller: AbortController;
beforeEach(async () => {
  journal = await startMemoryChanges();
  controller = new AbortController();
});
afterEach(async () => {
  controller.abort();
  expect(journal.changes.followerCount()).toBe(0);
  await journal.close();
});

interface Options {
  readonly filter?: object | undefined;
  readonly after?: string;
  readonly scope?: object;
  readonly context?: object;
}

async function watch(topic: ChangeTopic, { scope, context, ...variableValues }: Options = {}) {
  const upstream = { status: () => ({ state: 'OK' }) };
  const contextValue = {
    changes: journal.changes,
    scope: { signal: controller.signal, ...scope },
    upstreams: { GRAPH_SECURITY: upstream, GRAPH_IDENTITY_PROTECTION: upstream },
    ...context,
  };
  const result = await subscribe({ schema, document: documentOf(topic), contextValue, variableValues });
  if (!(Symbol.asyncIterator in result)) return { errors: result.errors ?? [], next: neverCalled, events: undefined };
  const events = result as AsyncGenerator<ExecutionResult>;
  const next = async () => {
    const { value } = await events.next();
    expect((value as ExecutionResult).errors).toBeUndefined();
    return (value as { data: Record<string, Record<string, unknown>> }).data[kinds[topic].field] ?? {};
  };
  return { errors: [], next, events };
}

const neverCalled = async (): Promise<Record<string, unknown>> => {
  throw new Error('The subscription did not begin.');
};

describe.each(Object.keys(kinds) as ChangeTopic[])('the subscription to changes of %s', (topic) => {
  it('carries the journalled entity with its id and place, and nothing of other topics', async () => {
    const { next } = await watch(topic);
    await journal.tell(topic === 'alert' ? 'incident' : 'alert', 'other');
    const cursor = await journal.tell(topic, 'one');
    expect(await next()).toEqual({
      cursor,
      change: 'CREATED',
      changedFields: [],
      ...(topic === 'secureScore' ? {} : { matchesFilter: true }),
      detectedBy: 'POLL',
      detectedAt: '2026-11-21T08:00:00.0000000Z',
      reason: null,
      [kinds[topic].id]: 'one',
      [topic]: { id: 'one' },
      previous: null,
    });
  });

  it('names what is gone, and what it was', async () => {
    await journal.tell(topic, 'one');
    const { next } = await watch(topic);
    await journal.remove(topic, 'one');
    expect(await next()).toMatchObject({
      change: 'REMOVED',
      [kinds[topic].id]: 'one',
      [topic]: null,
      previous: expect.any(Object),
    });
  });

  it('hands on a RESYNC without an entity and with its reason', async () => {
    const { next } = await watch(topic);
    const cursor = await journal.resync(topic, 'Too many at one instant.');
    expect(await next()).toMatchObject({
      cursor,
      change: 'RESYNC',
      reason: 'Too many at one instant.',
      [kinds[topic].id]: null,
      [topic]: null,
      previous: null,
      changedFields: [],
    });
  });

  it('replays what came after the cursor, exclusive, and goes on live without a gap or a repeat', async () => {
    const after = await journal.tell(topic, 'one');
    const cursors = [await journal.tell(topic, 'two'), await journal.tell(topic, 'three')];
    const { next } = await watch(topic, { after });
    const seen = [(await next()).cursor, (await next()).cursor];
    const live = next();
    cursors.push(await journal.tell(topic, 'four'));
    expect([...seen, (await live).cursor]).toEqual(cursors);
  });

  it('begins with one RESYNC for a cursor of another journal, and goes on from there', async () => {
    await journal.tell(topic, 'one');
    const { next } = await watch(topic, { after: 'elsewhere.3' });
    expect(await next()).toMatchObject({ change: 'RESYNC', cursor: journal.changes.cursor() });
    const cursor = await journal.tell(topic, 'two');
    expect(await next()).toMatchObject({ change: 'CREATED', cursor });
  });

  it('refuses what is no cursor at all', async () => {
    const { errors } = await watch(topic, { after: 'yesterday' });
    expect(errors[0]?.originalError).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('is forbidden while the gateway asks on behalf of its callers', async () => {
    const { errors } = await watch(topic, { scope: { callerAssertion: 'token' } });
    expect(errors[0]?.originalError).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('says UPSTREAM_NOT_CONFIGURED when nobody looks for such changes', async () => {
    const absent = { status: () => ({ state: 'NOT_CONFIGURED' }) };
    const upstreams = { GRAPH_SECURITY: absent, GRAPH_IDENTITY_PROTECTION: absent };
    const { errors } = await watch(topic, { context: { upstreams } });
    expect(errors[0]?.originalError).toMatchObject({ code: 'UPSTREAM_NOT_CONFIGURED' });
  });

  it('ends at once when the subscriber leaves while nothing happens', async () => {
    const { events } = await watch(topic);
    const waiting = events?.next();
    await events?.return(undefined);
    expect(await waiting).toMatchObject({ done: true });
  });

  it('begins where the transport says rather than where the argument does, and tells it where that is', async () => {
    const asked: unknown[] = [];
    const first = await journal.tell(topic, 'one');
    const second = await journal.tell(topic, 'two');
    const start = { after: (after: unknown) => (asked.push(after), second) };
    const { next } = await watch(topic, { after: first, context: { start } });
    const third = await journal.tell(topic, 'three');
    expect((await next()).cursor).toBe(third);
    expect(asked).toEqual([first]);
  });
});

describe.each([
  ['alert', { status: { in: ['NEW'] } }, { status: 'NEW' }, { status: 'RESOLVED' }],
  ['incident', { severity: { in: ['HIGH'] } }, { severity: 'HIGH' }, { severity: 'LOW' }],
  ['riskEvent', { riskState: { notIn: ['DISMISSED'] } }, { riskState: 'AT_RISK' }, { riskState: 'DISMISSED' }],
  ['riskyUser', { riskLevel: { in: ['HIGH'] } }, { riskLevel: 'HIGH' }, { riskLevel: 'NONE' }],
] as const)('a filter on %s', (topic, filter, inside, outside) => {
  it('delivers what matches after the change or matched before it, and says which', async () => {
    const { next } = await watch(topic, { filter });
    const states = [outside, inside, inside, outside, outside, inside];
    const cursors: string[] = [];
    for (const [index, state] of states.entries())
      cursors.push(await journal.tell(topic, 'one', { ...state, additionalInfo: index, title: `${index}` }));
    const seen = [];
    for (let n = 0; n < 4; n += 1) {
      const { cursor, matchesFilter } = await next();
      seen.push([cursors.indexOf(String(cursor)), matchesFilter]);
    }
    expect(seen).toEqual([
      [1, true],
      [2, true],
      [3, false],
      [5, true],
    ]);
  });

  it('lets go of what is removed only those who may have it', async () => {
    await journal.tell(topic, 'mine', inside);
    await journal.tell(topic, 'foreign', outside);
    const { next } = await watch(topic, { filter });
    await journal.remove(topic, 'foreign');
    await journal.remove(topic, 'mine');
    expect(await next()).toMatchObject({ change: 'REMOVED', [kinds[topic].id]: 'mine', matchesFilter: false });
  });

  it('lets go of what nobody remembers, because it may have matched before', async () => {
    const { next } = await watch(topic, { filter });
    const old = { createdDateTime: '2026-10-01T00:00:00Z', detectedDateTime: '2026-10-01T00:00:00Z' };
    await journal.tell(topic, 'unknown', { ...outside, ...old });
    const event = topic === 'riskyUser' ? undefined : await next();
    expect(event).toEqual(
      topic === 'riskyUser'
        ? undefined
        : expect.objectContaining({ change: 'UPDATED', previous: null, matchesFilter: false }),
    );
  });

  it('reaches every subscriber with a RESYNC', async () => {
    const { next } = await watch(topic, { filter });
    await journal.resync(topic, 'Start over.');
    expect(await next()).toMatchObject({ change: 'RESYNC', matchesFilter: false });
  });

  it('is refused as a list would refuse it', async () => {
    const [name] = Object.keys(filter) as [string];
    const { errors } = await watch(topic, { filter: { [name]: { in: ['UNRECOGNIZED'] } } });
    expect(errors[0]?.originalError).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringContaining(name) });
  });
});

describe('query changeCursor', () => {
  it('is the cursor of the newest change', async () => {
    const cursor = await journal.tell('alert', 'one');
    const contextValue = { changes: journal.changes };
    expect(await graphql({ schema, source: '{ changeCursor }', contextValue })).toEqual({
      data: { changeCursor: cursor },
    });
  });
});

describe('the schema of changes', () => {
  const membersOf = (name: string) => {
    const type = schema.getType(name);
    if (!isObjectType(type)) throw new Error(`${name} is missing.`);
    return Object.values(type.getFields()).map((field) => `${field.name}: ${field.type}`);
  };
  const shared = [
    'cursor: String!',
    'change: ChangeKind!',
    'changedFields: [String!]!',
    'detectedBy: DetectedBy!',
    'detectedAt: DateTime!',
    'reason: String',
  ];

  it.each([
    ['AlertUpdate', ['alertId: ID', 'alert: Alert', 'previous: AlertSnapshot', 'matchesFilter: Boolean!']],
    [
      'IncidentUpdate',
      ['incidentId: ID', 'incident: Incident', 'previous: IncidentSnapshot', 'matchesFilter: Boolean!'],
    ],
    [
      'RiskEventDetection',
      ['riskEventId: ID', 'riskEvent: RiskEvent', 'previous: RiskEventSnapshot', 'matchesFilter: Boolean!'],
    ],
    [
      'RiskyUserUpdate',
      ['riskyUserId: ID', 'riskyUser: RiskyUser', 'previous: RiskyUserSnapshot', 'matchesFilter: Boolean!'],
    ],
    ['SecureScoreChange', ['secureScoreId: ID', 'secureScore: SecureScore', 'previous: SecureScoreSnapshot']],
  ])('has the agreed members of %s', (name, own) => {
    expect(membersOf(name).sort()).toEqual([...shared, ...own].sort());
  });

  it('has the agreed words, and subscriptions that need Security.Read', () => {
    const wordsOf = (name: string) => {
      const type = schema.getType(name);
      return isEnumType(type) ? type.getValues().map((value) => value.name) : undefined;
    };
    expect(wordsOf('ChangeKind')).toEqual(['CREATED', 'UPDATED', 'REMOVED', 'RESYNC']);
    expect(wordsOf('DetectedBy')).toEqual(['POLL', 'NOTIFICATION', 'MUTATION']);
    const fields = Object.values(schema.getSubscriptionType()?.getFields() ?? {});
    expect(fields.map(({ name, type }) => `${name}: ${type}`).sort()).toEqual([
      'alertUpdated: AlertUpdate!',
      'incidentUpdated: IncidentUpdate!',
      'riskEventDetected: RiskEventDetection!',
      'riskyUserUpdated: RiskyUserUpdate!',
      'secureScoreChanged: SecureScoreChange!',
    ]);
    for (const { extensions } of fields) expect(extensions).toMatchObject({ permission: 'Security.Read' });
    expect(schema.getQueryType()?.getFields().changeCursor?.extensions).toMatchObject({ permission: 'Security.Read' });
  });

  it('holds no type of its own for what all events have in common', () => {
    expect(schema.getType('ChangeEvent')).toBeUndefined();
  });
});
