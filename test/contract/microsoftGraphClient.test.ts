import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  BatchRequestContent,
  BatchResponseContent,
  Client,
  type Context,
  type GraphError,
  type Middleware,
  MiddlewareFactory,
  PageIterator,
} from '@microsoft/microsoft-graph-client';
import { Agent, fetch as undiciFetch } from 'undici';
import { issueGraphToken, startTestEmulator, type TestEmulator } from '../emulator/startTestEmulator.js';

/** Sends what the client prepared, trusting the emulator's certificate. */
class TrustingTransport implements Middleware {
  readonly #dispatcher: Agent;

  constructor(caFile: string) {
    this.#dispatcher = new Agent({ connect: { ca: readFileSync(caFile) } });
  }

  async execute(context: Context): Promise<void> {
    const init = { ...context.options, dispatcher: this.#dispatcher };
    context.response = await undiciFetch(context.request as string, init as never);
  }

  close(): Promise<void> {
    return this.#dispatcher.close();
  }
}

/** Microsoft's own client against the emulator: what it needs, Microsoft's service gives. */
describe("Microsoft's Graph client", () => {
  let emulator: TestEmulator;
  let client: Client;
  let transport: TrustingTransport;

  beforeAll(async () => {
    emulator = await startTestEmulator({ alerts: 260, users: 30, graphTls: true, switches: { limits: true } });
    const token = await issueGraphToken(emulator);
    transport = new TrustingTransport(emulator.caFile);
    const middleware = MiddlewareFactory.getDefaultMiddlewareChain({ getAccessToken: async () => token });
    client = Client.initWithMiddleware({
      baseUrl: emulator.graphUrl,
      customHosts: new Set([new URL(emulator.graphUrl).hostname]),
      middleware: [...middleware.slice(0, -1), transport],
    });
  });
  afterAll(async () => {
    await transport.close();
    await emulator.stop();
  });
  beforeEach(() => emulator.control('DELETE', 'requests'));

  it('iterates every page of alerts', async () => {
    const first = await client.api('/security/alerts_v2').top(50).count(true).get();
    const seen = new Set<string>();
    const iterator = new PageIterator(client, first, (alert: { id: string }) => {
      seen.add(alert.id);
      return true;
    });
    await iterator.iterate();
    expect(iterator.isComplete()).toBe(true);
    expect(seen.size).toBe(first['@odata.count']);
    const { body } = await emulator.control('GET', 'requests');
    expect(body).toHaveLength(Math.ceil(seen.size / 50));
  });

  it('filters, orders and selects', async () => {
    const { value } = await client
      .api('/security/alerts_v2')
      .filter("severity eq 'high'")
      .orderby('lastUpdateDateTime asc')
      .select(['id', 'severity', 'lastUpdateDateTime'])
      .top(20)
      .get();
    expect(value.length).toBeGreaterThan(0);
    const times: string[] = value.map((row: { lastUpdateDateTime: string }) => row.lastUpdateDateTime);
    expect(times).toEqual([...times].sort());
    for (const row of value) expect(Object.keys(row).sort()).toEqual(['id', 'lastUpdateDateTime', 'severity']);
  });

  it('updates an alert and comments on it', async () => {
    const { value } = await client.api('/security/alerts_v2').top(1).get();
    const path = `/security/alerts_v2/${value[0].id}`;
    const updated = await client
      .api(path)
      .patch({ status: 'resolved', classification: 'truePositive', assignedTo: 'kim@contoso.com' });
    expect(updated).toMatchObject({
      status: 'resolved',
      classification: 'truePositive',
      assignedTo: 'kim@contoso.com',
    });
    expect(updated.lastUpdateDateTime > value[0].lastUpdateDateTime).toBe(true);
    const comments = await client
      .api(`${path}/comments`)
      .post({ '@odata.type': 'microsoft.graph.security.alertComment', comment: 'Checked.' });
    expect(comments.value.at(-1)).toMatchObject({ comment: 'Checked.', createdDateTime: expect.any(String) });
  });

  it('batches independent and dependent parts', async () => {
    const { value } = await client.api('/security/alerts_v2').top(2).get();
    // Node's own Request refuses relative URLs, which parts of a batch must have.
    const request = (url: string) => ({ url, method: 'GET', headers: new Headers() }) as unknown as Request;
    const content = new BatchRequestContent([
      { id: 'first', request: request(`/security/alerts_v2/${value[0].id}`) },
      { id: 'second', request: request(`/security/alerts_v2/${value[1].id}`) },
      { id: 'missing', request: request('/security/alerts_v2/nope') },
    ]);
    const answer = await client.api('/$batch').post(await content.getContent());
    const responses = new BatchResponseContent(answer);
    expect(responses.getResponseById('first').status).toBe(200);
    expect(await responses.getResponseById('second').json()).toMatchObject({ id: value[1].id });
    expect(responses.getResponseById('missing').status).toBe(404);
    const { body } = await emulator.control('GET', 'requests');
    expect(body.filter((entry: { batchPart: boolean }) => entry.batchPart)).toHaveLength(3);
  });

  it('reads errors in the shape that it knows', async () => {
    const failed = client.api('/security/incidents').top(51).get();
    await expect(failed).rejects.toMatchObject({ statusCode: 400 } satisfies Partial<GraphError>);
    await expect(client.api('/users').top(1000).get()).rejects.toMatchObject({ code: 'Request_UnsupportedQuery' });
  });

  it('waits as long as Retry-After asks and tries again', async () => {
    await emulator.control('POST', 'faults', {
      upstream: 'alerts',
      kind: 'status',
      status: 429,
      retryAfter: 1,
      times: 1,
    });
    const { value } = await client.api('/security/alerts_v2').top(1).get();
    expect(value).toHaveLength(1);
    const { body } = await emulator.control('GET', 'requests');
    expect(body.map((entry: { status: number }) => entry.status)).toEqual([429, 200]);
  });

  it('reads users, devices and objects by id', async () => {
    const { value } = await client.api('/users').top(3).select('id,displayName').get();
    const ids: string[] = value.map((user: { id: string }) => user.id);
    const found = await client.api('/directoryObjects/getByIds').post({ ids, types: ['user'] });
    expect(found.value.map((user: { id: string }) => user.id).sort()).toEqual([...ids].sort());
    const count = await client.api('/users/$count').header('ConsistencyLevel', 'eventual').get();
    expect(Number(count)).toBe(30);
  });
});
