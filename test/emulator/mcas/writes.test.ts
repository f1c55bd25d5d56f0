import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Row } from '../../../emulator/tenant/Tenant.js';
import { send, startMcas, type TestMcas } from './startMcas.js';

let service: TestMcas;
beforeAll(async () => {
  service = await startMcas({ alerts: 300, users: 30 });
});
afterAll(() => service.stop());

async function post(path: string, json: unknown = {}) {
  return service.mcas('POST', path, { json });
}

async function openAlerts(): Promise<Row[]> {
  return (await post('/api/v1/alerts/', { filters: { alertOpen: { eq: true } } })).body.data;
}

describe('closing alerts', () => {
  it('sets state and verdict here and in Graph, and leaves an activity of the portal', async () => {
    const [alert] = await openAlerts();
    const body = { filters: { id: { eq: [alert?._id] } }, comment: 'a test', reasonId: 6 };
    expect((await post('/api/v1/alerts/close_benign/', body)).body).toEqual({ closed_benign: 1 });
    const closed = (await service.mcas('GET', `/api/v1/alerts/${alert?._id}/`)).body;
    expect(closed).toMatchObject({
      resolutionStatusValue: 4,
      statusValue: 2,
      comment: 'a test',
      handledByUser: expect.any(String),
    });
    expect(closed.resolveTime).toMatch(/^\d{4}-.*Z$/);
    const graph = (await service.graph(`/v1.0/security/alerts_v2/ca${alert?._id}`)).body;
    expect(graph).toMatchObject({ status: 'resolved', classification: 'informationalExpectedActivity' });
    const filters = { 'activity.eventActionType': { eq: ['EVENT_CATEGORY_DISMISS_ALERT'] } };
    const [activity] = (await post('/api/v1/activities/', { filters })).body.data;
    expect(Array.isArray(activity.entityData)).toBe(true);
    expect(activity.adallom.alertUid).toBe(alert?._id);
  });

  it.each([
    ['close_false_positive', 'closed_false_positive', 3],
    ['close_true_positive', 'closed_true_positive', 5],
    ['dismiss_bulk', 'dismissed', 3],
    ['resolve', 'resolved', 5],
  ])('answers %s with its own counter', async (route, counter, resolution) => {
    const [alert] = await openAlerts();
    expect((await post(`/api/v1/alerts/${route}/`, { filters: { id: { eq: [alert?._id] } } })).body).toEqual({
      [counter]: 1,
    });
    expect((await service.mcas('GET', `/api/v1/alerts/${alert?._id}/`)).body.resolutionStatusValue).toBe(resolution);
  });

  it('names the ids that it did not find', async () => {
    const missing = 'ffffffffffffffffffffffff';
    const answer = await post('/api/v1/alerts/close_true_positive/', { filters: { id: { eq: [missing] } } });
    expect(answer.body).toEqual({ closed_true_positive: 0, alertsNotFound: [missing] });
  });

  it('refuses malformed ids, Graph ids among them, and reasons that do not belong to the verdict', async () => {
    const [alert] = await openAlerts();
    const graphId = { filters: { id: { eq: [`ca${alert?._id}`] } } };
    expect((await post('/api/v1/alerts/close_benign/', graphId)).status).toBe(400);
    const wrongReason = { filters: { id: { eq: [alert?._id] } }, reasonId: 1 };
    expect((await post('/api/v1/alerts/close_benign/', wrongReason)).status).toBe(400);
    expect((await service.mcas('GET', `/api/v1/alerts/ca${alert?._id}/`)).status).toBe(404);
  });

  it('ignores a reason under an unknown name', async () => {
    const [alert] = await openAlerts();
    const answer = await post('/api/v1/alerts/close_benign/', { filters: { id: { eq: [alert?._id] } }, reason: 1 });
    expect(answer.body).toEqual({ closed_benign: 1 });
  });
});

describe('alerts', () => {
  it('are marked read and unread', async () => {
    const [alert] = (await post('/api/v1/alerts/', { filters: { alertOpen: { eq: true }, read: { eq: false } } })).body
      .data;
    const path = `/api/v1/alerts/${alert._id}`;
    await post(`${path}/read/`);
    expect((await service.mcas('GET', `${path}/`)).body.statusValue).toBe(1);
    await post(`${path}/unread/`);
    expect((await service.mcas('GET', `${path}/`)).body.statusValue).toBe(0);
  });

  it('follow a change that was made in Graph', async () => {
    const [alert] = await openAlerts();
    const json = { status: 'resolved', classification: 'falsePositive' };
    await service.graph(`/v1.0/security/alerts_v2/ca${alert?._id}`, { method: 'PATCH', json });
    expect((await service.mcas('GET', `/api/v1/alerts/${alert?._id}/`)).body.resolutionStatusValue).toBe(3);
  });

  it('are found by entity, severity and several ids', async () => {
    const [first, second] = await openAlerts();
    const ids = [first?._id, second?._id];
    expect((await post('/api/v1/alerts/', { filters: { id: { eq: ids } } })).body.total).toBe(2);
    const account = ((first?.entities ?? []) as Row[]).find((entity) => entity.type === 'account');
    const filters = {
      'entity.entity': { eq: [{ id: account?.id, saas: 11161, inst: 0 }] },
      severity: { eq: first?.severityValue },
    };
    const found = (await post('/api/v1/alerts/', { filters })).body.data as Row[];
    expect(found.map((row) => row._id)).toContain(first?._id);
  });
});

describe('IP ranges', () => {
  const range = {
    name: 'Lab',
    category: 1,
    subnets: ['192.0.2.224/27', '2001:db8:99::/48'],
    organization: 'Contoso',
    tags: ['Lab'],
  };

  it('are created with an id as bare text and shown in IPv6 form', async () => {
    const created = await post('/api/v1/subnet/create_rule/', range);
    expect(created.body).toMatch(/^[0-9a-f]{24}$/);
    const { body } = await service.mcas('GET', `/api/v1/subnet/${created.body}/`);
    expect(body.subnets).toEqual([
      { mask: 123, address: '0000:0000:0000:0000:0000:ffff:c000:02e0', originalString: '192.0.2.224/27' },
      { mask: 48, address: '2001:0db8:0099:0000:0000:0000:0000:0000', originalString: '2001:db8:99::/48' },
    ]);
    expect(Number.isInteger(body.lastModified)).toBe(false);
  });

  it.each([
    ['a taken name', { ...range, name: 'contoso seattle' }],
    ['an overlap with another range', { ...range, subnets: ['203.0.113.128/25'] }],
    ['an overlap in itself', { ...range, subnets: ['192.0.2.224/27', '192.0.2.225/32'] }],
    ['a block that is none', { ...range, subnets: ['192.0.2.224/33'] }],
    ['no block', { ...range, subnets: [] }],
    ['no name', { subnets: range.subnets }],
    ['an unknown category', { ...range, category: 9 }],
  ])('refuse %s', async (_title, json) => {
    const answer = await post('/api/v1/subnet/create_rule/', json);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toHaveLength(1);
  });

  it('are replaced as a whole by an update, and deleted', async () => {
    const own = { ...range, name: 'Depot', subnets: ['192.0.2.208/28'] };
    const { body: id } = await post('/api/v1/subnet/create_rule/', own);
    const update = { name: 'Depot', category: 6, subnets: ['192.0.2.208/29'] };
    expect((await post(`/api/v1/subnet/${id}/update_rule/`, update)).status).toBe(200);
    const { body } = await service.mcas('GET', `/api/subnet/${id}/`);
    expect(body).toMatchObject({ category: 6, organization: null, tags: [] });
    expect((await service.mcas('DELETE', `/api/v1/subnet/${id}/`)).status).toBe(200);
    expect((await service.mcas('GET', `/api/v1/subnet/${id}/`)).status).toBe(404);
  });
});

describe('a discovery upload', () => {
  it('takes three steps and ends in a report', async () => {
    const offered = await service.mcas('GET', '/api/v1/discovery/upload_url/?filename=fw.log&source=PALO_ALTO_SYSLOG');
    expect(offered.body.provider).toBe('azure');
    const finish = { uploadUrl: offered.body.url, inputStreamName: 'Branch firewall' };
    expect((await post('/api/v1/discovery/done_upload/', finish)).status).toBe(400);
    const put = (headers: Record<string, string>) => send(offered.body.url, 'PUT', 'line 1\nline 2\n', headers);
    expect((await put({})).status).toBe(400);
    expect((await put({ 'x-ms-blob-type': 'BlockBlob' })).status).toBe(201);
    expect((await post('/api/v1/discovery/done_upload/', finish)).status).toBe(200);
    const { body } = await service.mcas('GET', '/api/discovery/streams/');
    expect(body.streams.map((stream: Row) => stream.displayName)).toContain('Branch firewall');
  });

  it('is refused for an unknown source, a forged address and a second finish', async () => {
    expect((await service.mcas('GET', '/api/v1/discovery/upload_url/?filename=x&source=NOTHING')).status).toBe(400);
    const forged = await send(`${service.mcasUrl}/_blob/00ff?sig=1`, 'PUT', 'x', { 'x-ms-blob-type': 'BlockBlob' });
    expect(forged.status).toBe(403);
    const finish = { uploadUrl: `${service.mcasUrl}/_blob/00ff`, inputStreamName: 'x' };
    expect((await post('/api/v1/discovery/done_upload/', finish)).status).toBe(400);
  });
});
