import { afterEach, describe, expect, it } from '@jest/globals';
import { type ExecutionResult, graphql, isEnumType, isObjectType, parse, subscribe } from 'graphql';
import { toAlertCacheTags } from '../../../src/changes/alertCacheTags.js';
import { orphanedTypes, resolvers } from '../../../src/resolvers/index.js';
import { buildGatewaySchema } from '../../../src/schema/buildSchema.js';
import { alertOf, instant, setUpFeed } from './support.js';

const schema = buildGatewaySchema(resolvers, orphanedTypes);
const document = parse(`
  subscription Watch($filter: AlertFilter) {
    alertUpdated(filter: $filter) {
      cursor change changedFields matchesFilter detectedBy detectedAt reason
      alert { id status assignedTo }
      previous { status severity assignedTo classification determination lastUpdateDateTime }
    }
  }`);

type Feed = ReturnType<typeof setUpFeed>;
type Events = AsyncGenerator<ExecutionResult>;

const open: { feed: Feed; events: Events }[] = [];
afterEach(async () => {
  for (const { feed, events } of open.splice(0)) {
    await events.return(undefined);
    expect(feed.changes.status().listeners).toBe(1);
    await feed.end();
  }
});

async function watch(filter?: object, feed = setUpFeed(), scope: object = {}) {
  const contextValue = {
    alertChanges: feed.changes,
    scope: { signal: new AbortController().signal, ...scope },
    upstreams: { GRAPH_SECURITY: { status: () => ({ state: 'OK' }) } },
  };
  const result = await subscribe({
    schema,
    document,
    contextValue,
    variableValues: filter === undefined ? {} : { filter },
  });
  if (!(Symbol.asyncIterator in result)) return { feed, errors: result.errors ?? [] };
  const events = result as Events;
  open.push({ feed, events });
  const next = async () => {
    const { value } = await events.next();
    expect((value as ExecutionResult).errors).toBeUndefined();
    return (value as { data: { alertUpdated: Record<string, unknown> } }).data.alertUpdated;
  };
  return { feed, events, next, errors: [] };
}

const alert = (feed: Feed, change: object) =>
  alertOf({ id: 'da1', lastUpdateDateTime: instant(feed.clock), ...change });

describe('subscription alertUpdated', () => {
  it('carries the journalled alert, what it was before, and how the change was found', async () => {
    const { feed, next } = await watch();
    await feed.changes.recordMutation(alert(feed, { assignedTo: 'ann@contoso.com' }));
    const cursor = await feed.changes.recordMutation(alert(feed, { assignedTo: null, status: 'RESOLVED' }));
    await next?.();
    expect(await next?.()).toEqual({
      cursor,
      change: 'UPDATED',
      changedFields: ['assignedTo', 'status'],
      matchesFilter: true,
      detectedBy: 'MUTATION',
      detectedAt: new Date(feed.clock.now()).toISOString(),
      reason: null,
      alert: { id: 'da1', status: 'RESOLVED', assignedTo: null },
      previous: {
        status: 'NEW',
        severity: 'HIGH',
        assignedTo: 'ann@contoso.com',
        classification: null,
        determination: null,
        lastUpdateDateTime: instant(feed.clock),
      },
    });
  });

  it('is delivered when the alert matches after the change or matched before it, and says which', async () => {
    const { feed, next } = await watch({ status: { in: ['NEW'] }, severity: { in: ['HIGH'] } });
    const steps = [
      { status: 'IN_PROGRESS' },
      { status: 'NEW' },
      { status: 'NEW', title: 'again' },
      { status: 'RESOLVED' },
      { status: 'RESOLVED', title: 'later' },
      { status: 'NEW', severity: 'LOW' },
      { status: 'NEW', severity: 'HIGH' },
    ];
    for (const step of steps) await feed.changes.recordMutation(alert(feed, step));
    const seen = [];
    for (let n = 0; n < 4; n += 1) {
      const event = (await next?.()) as { cursor: string; matchesFilter: boolean };
      seen.push([Number(event.cursor.split('.')[1]), event.matchesFilter]);
    }
    expect(seen).toEqual([
      [2, true],
      [3, true],
      [4, false],
      [7, true],
    ]);
  });

  it('hands a RESYNC to every filter, without an alert and with its reason', async () => {
    const feed = setUpFeed({ listenerCapacity: 2 });
    const { next } = await watch({ status: { in: ['RESOLVED'] } }, feed);
    for (let n = 0; n < 3; n += 1) await feed.changes.recordMutation(alert(feed, { title: `${n}` }));
    expect(await next?.()).toMatchObject({
      change: 'RESYNC',
      alert: null,
      previous: null,
      changedFields: [],
      matchesFilter: false,
      reason: 'The listener fell behind and missed 3 changes.',
    });
  });

  it('ends at once when the subscriber leaves while nothing happens', async () => {
    const { feed, events } = await watch({ status: { in: ['NEW'] } });
    const waiting = events?.next();
    expect(feed.changes.status().listeners).toBe(2);
    await events?.return(undefined);
    expect(await waiting).toMatchObject({ done: true });
  });

  it.each([
    [{ status: { in: ['UNRECOGNIZED'] } }, /status/],
    [{ assignedTo: { in: [''] } }, /assignedTo/],
  ])('refuses the filter %j as a query would', async (filter, message) => {
    const { errors, feed } = await watch(filter);
    expect(errors).toHaveLength(1);
    expect(errors[0]?.originalError).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringMatching(message) });
    expect(feed.changes.status().listeners).toBe(1);
    await feed.end();
  });

  it('is forbidden while the gateway asks on behalf of its callers', async () => {
    const { errors, feed } = await watch(undefined, setUpFeed(), { callerAssertion: 'token' });
    expect(errors[0]?.originalError).toMatchObject({ code: 'FORBIDDEN' });
    await feed.end();
  });
});

describe('query changeCursor', () => {
  it('is the cursor of the newest change', async () => {
    const feed = setUpFeed();
    const cursor = await feed.changes.recordMutation(alert(feed, {}));
    const contextValue = { alertChanges: feed.changes };
    expect(await graphql({ schema, source: '{ changeCursor }', contextValue })).toEqual({
      data: { changeCursor: cursor },
    });
    await feed.end();
  });
});

describe('the schema of changes', () => {
  it('has the agreed members, all of them described', () => {
    const type = (name: string) => schema.getType(name);
    const [update, snapshot, kind, by] = ['AlertUpdate', 'AlertSnapshot', 'ChangeKind', 'DetectedBy'].map(type);
    if (!isObjectType(update) || !isObjectType(snapshot) || !isEnumType(kind) || !isEnumType(by))
      throw new Error('missing');
    const fields = Object.values(update.getFields()).map((field) => `${field.name}: ${field.type}`);
    expect(fields.sort()).toEqual([
      'alert: Alert',
      'change: ChangeKind!',
      'changedFields: [String!]!',
      'cursor: String!',
      'detectedAt: DateTime!',
      'detectedBy: DetectedBy!',
      'matchesFilter: Boolean!',
      'previous: AlertSnapshot',
      'reason: String',
    ]);
    expect(kind.getValues().map(({ name }) => name)).toEqual(['CREATED', 'UPDATED', 'REMOVED', 'RESYNC']);
    expect(by.getValues().map(({ name }) => name)).toEqual(['POLL', 'NOTIFICATION', 'MUTATION']);
    const described = [update, snapshot].flatMap((owner) => Object.values(owner.getFields()));
    expect([...described, ...kind.getValues(), ...by.getValues()].filter(({ description }) => !description)).toEqual(
      [],
    );
    expect(schema.getSubscriptionType()?.getFields().alertUpdated?.extensions).toMatchObject({
      permission: 'Security.Read',
    });
    expect(schema.getQueryType()?.getFields().changeCursor?.extensions).toMatchObject({ permission: 'Security.Read' });
  });

  it('names in changedFields only fields of Alert', () => {
    const alertType = schema.getType('Alert');
    if (!isObjectType(alertType)) throw new Error('missing');
    const domainMembers = Object.keys(alertOf({ id: 'a', lastUpdateDateTime: null })).filter(
      (name) => name !== '__typename',
    );
    expect(domainMembers.filter((name) => !(name in alertType.getFields()))).toEqual([]);
  });
});

describe('cache tags of changed alerts', () => {
  it('name the alerts, every list of alerts, and their incidents, each once', () => {
    const feed = setUpFeed();
    const alerts = [alert(feed, {}), alert(feed, { id: 'da2' }), alert(feed, { id: 'da3', incidentId: null })];
    expect(toAlertCacheTags(alerts)).toEqual(['alerts', 'alert:da1', 'alert:da2', 'alert:da3', 'incident:12']);
  });
});
