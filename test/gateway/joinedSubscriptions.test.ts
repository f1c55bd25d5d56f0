import { afterEach, describe, expect, it } from '@jest/globals';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import WebSocket from 'ws';
import { costCentreOf, type HrStack, hrScript, startHrStack } from '../support/hrStack.js';
import { type Transport, untilWatching, watchAlerts } from '../support/watchAlerts.js';

let stack: HrStack;

afterEach(() => stack.stop());

/** All that a subscription tells until it ends. */
async function told(transport: Transport, query: string): Promise<unknown[]> {
  const answers: unknown[] = [];
  const wsUrl = stack.url.replace('http', 'ws');
  const client =
    transport === 'SSE'
      ? createSseClient({ url: `${stack.url}/stream`, retryAttempts: 0 })
      : createWsClient({ url: wsUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
  for await (const { data, errors } of client.iterate({ query })) answers.push({ data, errors });
  await client.dispose();
  return answers;
}

describe.each<Transport>(['WebSocket', 'SSE'])('over %s', (transport) => {
  it('our changes tell what others know of them', async () => {
    stack = await startHrStack();
    const listed = await stack.ask('{ alerts(first: 20) { nodes { id status users { id } } } }');
    const alert = listed.data?.alerts.nodes.find(({ users }: { users: object[] }) => users.length > 0);
    const watch = watchAlerts(transport, stack.url, { fields: 'users { id costCentre }', mayLackFields: true });
    try {
      await untilWatching(watch, stack.url, alert.id);
      const event = await watch.first(({ alert: changed }) => changed?.id === alert.id);
      const users = event.alert?.users as { id: string; costCentre: string }[];
      expect(users.map(({ costCentre }) => costCentre)).toEqual(users.map(({ id }) => costCentreOf(id)));
      expect(event.cursor).toMatch(/./);
    } finally {
      await watch.stop();
    }
  });

  it.each(['sse', 'ws'])(
    'the subscriptions of others, taken over %s, come with what we know',
    async (subscriptions) => {
      stack = await startHrStack({ subgraph: { subscriptions } });
      const { data } = await stack.ask('{ users(first: 1) { nodes { id userPrincipalName } } }');
      const [user] = data?.users.nodes ?? [];
      stack.hr.redeploy(hrScript('', user.id));
      expect(await told(transport, 'subscription { hired { id costCentre } }')).toEqual([
        { data: { hired: { id: user.id, costCentre: costCentreOf(user.id) } } },
        { data: { hired: null } },
      ]);
      expect(await told(transport, 'subscription { hired { id userPrincipalName } }')).toEqual([
        { data: { hired: user } },
        { data: { hired: null } },
      ]);
    },
  );

  it('a subscription that cannot begin tells why', async () => {
    stack = await startHrStack();
    await stack.hr.stop();
    const failed = told(transport, 'subscription { hired { id } }').catch((error: unknown) => error);
    expect(JSON.stringify(await failed)).toMatch(/UPSTREAM_UNAVAILABLE/);
  });
});

describe('identical subscriptions to our changes', () => {
  it('are executed for each caller whose headers reach a subgraph, with those headers', async () => {
    stack = await startHrStack({ env: { FORWARD_HEADERS: 'x-team' } });
    const listed = await stack.ask('{ alerts(first: 20) { nodes { id users { id } } } }');
    const alerts: { id: string; users: object[] }[] = listed.data?.alerts.nodes;
    const id = alerts.find(({ users }) => users.length > 0)?.id ?? '';
    const teams = ['red', 'blue', 'red'];
    const watches = teams.map((team) =>
      watchAlerts('SSE', stack.url, { fields: 'users { costCentre }', headers: { 'x-team': team } }),
    );
    try {
      for (const watch of watches) await untilWatching(watch, stack.url, id);
      const before = stack.hr.requests.length;
      const last = await assign(id);
      for (const watch of watches) await watch.first(({ alert }) => alert?.assignedTo === last);
      const seen = stack.hr.requests.slice(before).filter(({ summary }) => summary.startsWith('hr: User'));
      expect(seen.map(({ headers }) => headers['x-team']).sort()).toEqual(['blue', 'red']);
    } finally {
      for (const watch of watches) await watch.stop();
    }
  });
});

async function assign(id: string): Promise<string> {
  const to = 'owner@contoso.example';
  const mutation = `mutation { updateAlert(input: { id: "${id}", assignedTo: "${to}" }) { errors { code } } }`;
  expect((await stack.ask(mutation)).errors).toBeUndefined();
  return to;
}
