import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EmulatorOptions } from '../../emulator/EmulatorOptions.js';
import { buildHastyClock } from '../support/hastyClock.js';
import { buildJoinRules, type JoinRules } from '../support/joinRules.js';
import { type NaiveTenant, type RawRow, readNaively } from '../support/naiveTenant.js';
import { type Stack, startStack } from '../support/startStack.js';

const connection = 'nodes { id } pageInfo { hasNextPage endCursor } info { truncated partial warnings { code } }';
const entry = `nodes { __typename id occurredAt } pageInfo { hasNextPage endCursor } totalCount info { truncated partial }`;

interface Page {
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly info: { readonly truncated: boolean; readonly partial: boolean };
}

const tenants: readonly (readonly [string, EmulatorOptions])[] = [
  ['a tenant', { seed: 11, alerts: 140, users: 24 }],
  ['a tenant where one account does most', { seed: 'busy', alerts: 90, users: 16, tenant: { skew: true } }],
];
const pageSizes = fc.integer({ min: 1, max: 40 });
const windows = fc.constantFrom(1, 30, 60, 720);
const check = <T>(property: fc.IAsyncPropertyWithHooks<T>, numRuns: number) =>
  fc.assert(property, { seed: 7, numRuns, endOnFailure: true });

describe.each(tenants)('the joins of %s equal what a reader of everything finds by the rules', (_name, options) => {
  let stack: Stack;
  let tenant: NaiveTenant;
  let rules: JoinRules;
  /** Rows that the test at hand has walked over: equality of empty lists proves nothing. */
  let walked = 0;

  beforeAll(async () => {
    stack = await startStack({
      emulator: { ...options, switches: { limits: false } },
      env: { REQUEST_TIMEOUT_MS: '60000', IDENTITY_SHARE: '1', POLL_SECONDS: '3600' },
      deps: { clock: buildHastyClock(20) },
    });
    tenant = await readNaively(stack.emulator);
    rules = buildJoinRules(tenant);
  }, 60_000);
  afterAll(() => stack.stop());
  beforeEach(() => {
    walked = 0;
  });
  afterEach(() => expect(walked).toBeGreaterThan(10));

  const ask = async (query: string, variables: Record<string, unknown> = {}) => {
    const answer = await stack.ask(query, { variables });
    expect(answer.errors).toBeUndefined();
    return answer.data as Record<string, any>;
  };
  /** Ids of all pages of one list; `at` picks the page out of an answer. */
  const walk = async (query: string, variables: Record<string, unknown>, at: (data: any) => Page) => {
    const ids: string[] = [];
    for (let after: string | null = null, pages = 0; ; pages += 1) {
      const { nodes, pageInfo, info } = at(await ask(query, { ...variables, after }));
      expect([info.truncated, info.partial, pages < 200]).toEqual([false, false, true]);
      ids.push(...nodes.map(({ id }) => id));
      walked += nodes.length;
      if (!pageInfo.hasNextPage) return ids;
      after = pageInfo.endCursor;
    }
  };
  const oneOf = (rows: () => readonly RawRow[]) => fc.nat().map((index) => rows()[index % rows().length] as RawRow);

  it('Alert.users and Alert.devices, for every alert', async () => {
    const { alerts } = await ask('{ alerts(first: 1000) { nodes { id users { id } devices { id } } } }');
    const idsOf = (rows: { id: string }[]) => rows.map(({ id }) => id).sort();
    const shown = new Map<string, any>(
      alerts.nodes.map((node: any) => [node.id, [idsOf(node.users), idsOf(node.devices)]]),
    );
    walked = shown.size;
    for (const alert of tenant.alerts) {
      expect(shown.get(alert.id)).toEqual([rules.usersOfAlert(alert), rules.devicesOfAlert(alert)]);
    }
  });

  it('Alert.riskEvents', () =>
    check(
      fc.asyncProperty(
        oneOf(() => tenant.alerts),
        windows,
        pageSizes,
        async (alert, windowMinutes, first) => {
          const query = `query ($id: ID!, $windowMinutes: Int!, $first: Int!, $after: String) {
          alert(id: $id) { riskEvents(windowMinutes: $windowMinutes, first: $first, after: $after) { ${connection} } } }`;
          const ids = await walk(query, { id: alert.id, windowMinutes, first }, (data) => data.alert.riskEvents);
          expect(ids).toEqual(rules.riskEventsOfAlert(alert, windowMinutes));
        },
      ),
      25,
    ));

  it('Alert.mcasActivities', () =>
    check(
      fc.asyncProperty(
        oneOf(() => tenant.alerts),
        windows,
        pageSizes,
        async (alert, windowMinutes, first) => {
          const query = `query ($id: ID!, $windowMinutes: Int!, $first: Int!, $after: String) {
          alert(id: $id) { mcasActivities(windowMinutes: $windowMinutes, first: $first, after: $after) { ${connection} } } }`;
          const ids = await walk(query, { id: alert.id, windowMinutes, first }, (data) => data.alert.mcasActivities);
          expect(ids).toEqual(await rules.activitiesOfAlert(alert, windowMinutes));
        },
      ),
      15,
    ));

  it('RiskEvent.alerts', () =>
    check(
      fc.asyncProperty(
        oneOf(() => tenant.riskDetections),
        windows,
        pageSizes,
        async (event, windowMinutes, first) => {
          const query = `query ($id: ID!, $windowMinutes: Int!, $first: Int!, $after: String) {
          riskEvent(id: $id) { alerts(windowMinutes: $windowMinutes, first: $first, after: $after) { ${connection} } } }`;
          const ids = await walk(query, { id: event.id, windowMinutes, first }, (data) => data.riskEvent.alerts);
          expect(ids).toEqual(rules.alertsOfRiskEvent(event, windowMinutes));
        },
      ),
      25,
    ));

  it('Device.alerts', () =>
    check(
      fc.asyncProperty(
        oneOf(() => tenant.devices),
        pageSizes,
        async (device, first) => {
          const query = `query ($id: ID!, $first: Int!, $after: String) {
          device(id: $id) { alerts(first: $first, after: $after) { ${connection} } } }`;
          const ids = await walk(query, { id: device.id, first }, (data) => data.device.alerts);
          expect(ids).toEqual(rules.alertsOfDevice(device));
        },
      ),
      25,
    ));

  it('User.timeline, for any page size, span and choice of kinds', () => {
    const instants = fc.option(fc.nat().map((index) => tenant.alerts[index % tenant.alerts.length]?.createdDateTime));
    const kinds = fc.subarray(['ALERT', 'RISK_EVENT', 'MCAS_ACTIVITY'], { minLength: 1 });
    const query = `query ($id: ID!, $kinds: [TimelineKind!], $from: DateTime, $to: DateTime, $first: Int!, $after: String) {
      user(id: $id) { timeline(kinds: $kinds, from: $from, to: $to, first: $first, after: $after) { ${entry} } } }`;
    return check(
      fc.asyncProperty(
        oneOf(() => tenant.users),
        fc.record({ kinds, from: instants, to: instants }),
        fc.integer({ min: 5, max: 60 }),
        async (user, wanted, first) => {
          const ids = await walk(query, { id: user.id, first, ...wanted }, (data) => data.user.timeline);
          expect(ids).toEqual(await rules.timelineOf(user, wanted));
        },
      ),
      20,
    );
  });
});
