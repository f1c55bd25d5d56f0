import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type HostileStack, startHostileStack } from '../support/refusals.js';

let stack: HostileStack;

beforeAll(async () => {
  stack = await startHostileStack();
});
afterAll(() => stack.stop());
afterEach(() => stack.expectUnharmed());

describe('filters', () => {
  it.each([
    'alerts(filter: { status: { in: [UNRECOGNIZED] } })',
    'alerts(filter: { severity: { notIn: [UNRECOGNIZED] } })',
    'alerts(filter: { serviceSource: { in: [UNRECOGNIZED] } })',
    'incidents(filter: { status: { in: [UNRECOGNIZED] } })',
    'incidents(filter: { determination: { notIn: [UNRECOGNIZED] } })',
    'riskEvents(filter: { riskLevel: { in: [UNRECOGNIZED] } })',
    'riskyUsers(filter: { riskState: { in: [UNRECOGNIZED] } })',
    'mcasActivities(filter: { deviceType: { in: [UNRECOGNIZED] } })',
    'mcasActivities(filter: { eventTypeName: { isNull: true } })',
  ])('refuse %s, which no upstream can be asked for', async (field) => {
    await stack.expectRefusals(await stack.ask(`{ ${field} { nodes { __typename } } }`), 1);
  });

  it.each(['0000-06-01T00:00:00Z', '9999-12-31T23:59:59-14:00', '2026-01-01T00:00:00Z or 1 eq 1'])(
    'refuse the instant %s',
    async (ge) => {
      const fields = [
        'alerts(filter: { createdDateTime: $w })',
        'incidents(filter: { createdDateTime: $w })',
        'riskEvents(filter: { detectedDateTime: $w })',
      ];
      const query = `query ($w: DateTimeFilter) { ${fields.map((field) => `${field} { nodes { __typename } }`).join(' ')} mcasActivities(filter: { timestamp: $w }) { nodes { id } } }`;
      await stack.expectRefusals(await stack.ask(query, { variables: { w: { ge } } }), 1);
    },
  );

  it('take instants before 1970 with all their digits', async () => {
    const answer = await stack.ask(
      '{ alerts(filter: { createdDateTime: { lt: "1969-12-31T23:59:59.9999999Z" } }) { nodes { id } } }',
    );
    expect(answer).toMatchObject({ data: { alerts: { nodes: [] } } });
  });

  it('find the rows of a user whose name holds a quote', async () => {
    const name = "o'brien@contoso.com";
    const evidence = [
      {
        '@odata.type': '#microsoft.graph.security.userEvidence',
        userAccount: { userPrincipalName: name, accountName: "o'brien" },
      },
    ];
    const mine = await stack.control<{ id: string }>('POST', '/_control/alerts', { evidence, assignedTo: name });
    const evil = "' or status eq 'new";
    const answer = await stack.ask(
      `query ($name: String!, $evil: String!) {
        evidence: alerts(filter: { userPrincipalName: $name }) { nodes { id } } owner: alerts(filter: { assignedTo: { in: [$name] } }) { nodes { id } }
        injected: alerts(filter: { userPrincipalName: $evil }) { nodes { id } } owned: alerts(filter: { assignedTo: { in: [$evil] } }) { nodes { id } }
        incidents(filter: { assignedTo: { in: [$evil] } }) { nodes { id } } riskEvents(filter: { userPrincipalName: { in: [$evil] } }) { nodes { id } }
        riskyUsers(filter: { userPrincipalName: { in: [$evil] } }) { nodes { id } } mcasActivities(filter: { userName: { in: [$evil] } }) { nodes { id } }
        user(userPrincipalName: $evil) { id } users(search: $evil) { nodes { id } } devices(search: $evil) { nodes { id } } }`,
      { variables: { name, evil } },
    );
    expect(answer.errors).toBeUndefined();
    const none = { nodes: [] };
    expect(answer.data).toEqual({
      evidence: { nodes: [{ id: mine.id }] },
      owner: { nodes: [{ id: mine.id }] },
      ...{ injected: none, owned: none, incidents: none, riskEvents: none, riskyUsers: none, mcasActivities: none },
      ...{ user: null, users: none, devices: none },
    });
    expect((await stack.callsOf(answer)).filter(({ status }) => status >= 400)).toEqual([]);
  });
});

describe('a search', () => {
  it.each(['"', '"a" OR "displayName:b"', 'a AND b', 'a\\', 'a (b)', '&$filter=x#%22', 'a\u0000\n\ud800', '*', ':'])(
    'for %j is text, whatever it looks like',
    async (search) => {
      const answer = await stack.ask(
        'query ($s: String) { users(search: $s, first: 1) { nodes { id } } devices(search: $s, first: 1) { nodes { id } } }',
        {
          variables: { s: search },
        },
      );
      expect(answer.errors).toBeUndefined();
      expect((await stack.callsOf(answer)).filter(({ status }) => status !== 200)).toEqual([]);
    },
  );

  it('of ten thousand characters is refused', async () => {
    await stack.expectRefusals(
      await stack.ask(
        `{ users(search: "${'x'.repeat(10_000)}") { nodes { id } } devices(search: "${'ü'.repeat(200)}") { nodes { id } } }`,
      ),
      2,
    );
  });
});
