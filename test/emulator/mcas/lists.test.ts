import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Row } from '../../../emulator/tenant/Tenant.js';
import { nowMs, startMcas, type TestMcas } from './startMcas.js';

const dayMs = 86_400_000;
let service: TestMcas;
beforeAll(async () => {
  service = await startMcas();
});
afterAll(() => service.stop());

async function list(
  path: string,
  body: Row = {},
): Promise<{ data: Row[]; hasNext: boolean; total: number; max: number }> {
  const answer = await service.mcas('POST', path, { json: body });
  expect(answer.status).toBe(200);
  return answer.body;
}

describe('the activity list', () => {
  it('answers at most 100 rows, newest first, in the envelope of five members', async () => {
    const page = await list('/api/v1/activities/', { limit: 1000 });
    expect(Object.keys(page).sort()).toEqual(['data', 'hasNext', 'max', 'moreThanTotal', 'total']);
    expect(page.data).toHaveLength(100);
    expect(page.hasNext).toBe(true);
    expect(page.max).toBe(100);
    const times = page.data.map((row) => Number(row.timestamp));
    expect(times).toEqual([...times].sort((left, right) => right - left));
  });

  it('pages by offset without a gap', async () => {
    const ids = new Set<unknown>();
    let skip = 0;
    for (let hasNext = true; hasNext; ) {
      const page = await list('/api/v1/activities/', { skip, limit: 100 });
      for (const row of page.data) ids.add(row._id);
      skip += page.data.length;
      hasNext = page.hasNext;
    }
    expect(ids.size).toBe(skip);
    expect(skip).toBeGreaterThan(1000);
  });

  it('takes a query string, a body with GET, JSON and a form alike, on both roots, with or without the last slash', async () => {
    const filters = { 'activity.eventActionType': { eq: ['EVENT_CATEGORY_FAILED_LOGIN'] } };
    const text = JSON.stringify(filters);
    const form = new URLSearchParams({ filters: text, limit: '7' }).toString();
    const answers = await Promise.all([
      service.mcas('POST', '/api/v1/activities/', { json: { filters, limit: '7' } }),
      service.mcas('GET', `/api/v1/activities/?${form}`),
      service.mcas('GET', `/cas/api/v1/activities?${form}`),
      service.mcas('GET', '/api/v1/activities', { json: { filters, limit: 7 } }),
      service.mcas('POST', '/api/v1/activities/', {
        text: form,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      }),
      service.mcas('POST', '/api/v1/activities/', {
        text: JSON.stringify({ filters, limit: 7 }),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      }),
    ]);
    const ids = answers.map((answer) => answer.body.data.map((row: Row) => row._id));
    expect(ids[0]).toHaveLength(7);
    for (const other of ids) expect(other).toEqual(ids[0]);
  });

  it('knows the older name of the event filter', async () => {
    const newer = await list('/api/v1/activities/', {
      filters: { 'activity.eventActionType': { eq: ['EVENT_CATEGORY_LOGIN'] } },
    });
    const older = await list('/api/v1/activities/', {
      filters: { 'activity.eventType': { eq: ['EVENT_CATEGORY_LOGIN'] } },
    });
    expect(older).toEqual(newer);
    expect(newer.total).toBeGreaterThan(0);
  });

  it('finds the activities of users by name, failed sign-ins among them, and by entity key', async () => {
    const users = await service.graph('/v1.0/users?$top=2');
    const [first, second] = users.body.value as { id: string; userPrincipalName: string }[];
    const names = [first?.userPrincipalName.toUpperCase(), second?.userPrincipalName];
    const byName = await list('/api/v1/activities/', { filters: { 'user.username': { eq: names } } });
    const entity = { eq: [first, second].map((user) => ({ id: user?.id, saas: 11161, inst: 0 })) };
    const byEntity = await list('/api/v1/activities/', { filters: { entity } });
    expect(byName.total).toBeGreaterThan(10);
    expect(byEntity.data.map((row) => row._id)).toEqual(byName.data.map((row) => row._id));
  });

  it('finds the activities behind an alert', async () => {
    const alerts = await list('/api/v1/alerts/', { limit: 1 });
    const [alert] = alerts.data;
    const behind = await list('/api/v1/activities/', { filters: { 'activity.alertId': { eq: [alert?._id] } } });
    expect(new Set(behind.data.map((row) => row._id))).toEqual(new Set((alert?.audits ?? []) as string[]));
    expect(behind.total).toBeGreaterThan(0);
  });

  it('reaches 30 days back, the archive further', async () => {
    const monthAgo = nowMs - 30 * dayMs;
    expect((await list('/api/v1/activities/', { filters: { date: { lte: monthAgo - 1 } } })).total).toBe(0);
    const archive = await list('/api/v1/archived_activities/', {
      filters: { date: { range: [{ start: 0, end: monthAgo }] } },
    });
    expect(archive.total).toBe(60);
    expect((await service.mcas('POST', '/api/v1/archived_activities/', { json: { filters: {} } })).status).toBe(400);
    const refused = { filters: { date: { range: [{ start: 0 }] }, 'user.domain': { eq: ['x'] } } };
    expect((await service.mcas('POST', '/api/v1/archived_activities/', { json: refused })).status).toBe(400);
  });

  it('ends at an offset of 5000', async () => {
    expect((await service.mcas('POST', '/api/v1/activities/', { json: { skip: 4901, limit: 100 } })).status).toBe(400);
    expect((await service.mcas('POST', '/api/v1/activities/', { json: { skip: 4900, limit: 100 } })).status).toBe(200);
  });

  it('ignores members that it does not know and counts what matches', async () => {
    const counted = await service.mcas('POST', '/api/v1/activities/count/', { json: { performAsyncTotal: true } });
    const page = await list('/api/v1/activities/', { distributedId: 'x' });
    expect(counted.body).toBe(page.total);
  });

  it('gives one record by id and answers an unknown id with a page', async () => {
    const [row] = (await list('/api/v1/activities/', { limit: 1 })).data;
    expect((await service.mcas('GET', `/api/v1/activities/${row?._id}/`)).body).toEqual(row);
    const missing = await service.mcas('GET', '/api/v1/activities/nothing/');
    expect(missing.status).toBe(404);
    expect(missing.headers.get('content-type')).toContain('text/html');
    expect(
      (await service.mcas('POST', `/api/v1/activities/${row?._id}/feedback`, { json: { feedbackText: 'x' } })).status,
    ).toBe(200);
  });

  it('shows what has been stored by now, not what has merely happened', async () => {
    const page = await list('/api/v1/activities/', { sortField: 'created' });
    for (const row of page.data) expect(Number(row.created)).toBeLessThanOrEqual(nowMs);
  });
});

describe('bad input', () => {
  it.each<[string, unknown]>([
    ['an unknown filter', { filters: { nonsense: { eq: ['x'] } } }],
    ['an unknown operator', { filters: { date: { after: 5 } } }],
    ['a bad value', { filters: { date: { gte: 'today' } } }],
  ])('answers %s in the shape of the filter errors', async (_title, json) => {
    const answer = await service.mcas('POST', '/api/v1/activities/', { json });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      error: true,
      filters: [{ errorMessageCode: 'CONSOLE_FORMS_NOT_VALID_VALUE' }],
    });
  });

  it.each<[string, { json?: unknown; text?: string }]>([
    ['a negative skip', { json: { skip: -1 } }],
    ['a limit that is no number', { json: { limit: 'many' } }],
    ['an unknown direction', { json: { sortDirection: 'up' } }],
    ['an unknown sort field', { json: { sortField: 'colour' } }],
    ['filters that are a list', { json: { filters: [] } }],
    ['filters that are broken text', { json: { filters: '{"date":' } }],
    ['a body that is a list', { json: [] }],
    ['half a body', { text: '{"filters":' }],
  ])('refuses %s with 400', async (_title, options) => {
    expect((await service.mcas('POST', '/api/v1/activities/', options)).status).toBe(400);
  });
});

describe('entities and files', () => {
  function key(id: unknown): string {
    return encodeURIComponent(Buffer.from(JSON.stringify({ id, saas: 11161, inst: 0 })).toString('base64'));
  }

  it('a user is found by its key together with its accounts', async () => {
    const { data } = await list('/api/v1/entities/', { filters: { type: { eq: '2' } }, limit: 1 });
    const user = data[0] as Row;
    const both = await list('/api/v1/entities/', {
      filters: { entity: { eq: [{ id: user.id, saas: 11161, inst: 0 }] } },
    });
    expect(new Set(both.data.map((row) => row.type))).toEqual(new Set([1, 2]));
    expect((await service.mcas('GET', `/api/v1/entities/${key(user.id)}/`)).body._id).toBe(user._id);
    const account = both.data.find((row) => row.type === 1);
    expect((await service.mcas('GET', `/api/v1/entities/${key(account?.id)}/retrieve_tree/`)).body._id).toBe(user._id);
    expect((await service.mcas('GET', `/api/v1/entities/${key('nobody')}/`)).status).toBe(404);
    expect((await service.mcas('GET', '/api/v1/entities/%7B%7D/')).status).toBe(400);
  });

  it('files are filtered by type, owner and date', async () => {
    const sheets = await list('/api/v1/files/', {
      filters: { fileType: { eq: [2] }, modifiedDate: { gte_ndays: 60 } },
    });
    expect(sheets.total).toBeGreaterThan(0);
    for (const file of sheets.data) expect(file.fileType).toEqual([2, 'SPREADSHEET']);
    const [file] = sheets.data;
    expect((await service.mcas('GET', `/api/v1/files/${file?._id}/`)).body.name).toBe(file?.name);
    const owned = await list('/api/v1/files/', { filters: { 'owner.entity': { eq: [file?.owner] } } });
    expect(owned.total).toBe(2);
  });
});

describe('a list whose switches are turned', () => {
  it('gives larger pages, empty pages beyond its reach, oldest rows first, and totals that are off', async () => {
    const odd = await startMcas({
      alerts: 60,
      users: 20,
      switches: { mcasPageCap: 250, mcasBeyondReach: 'empty', mcasDefaultSortDirection: 'asc', mcasTotalNoise: 0.5 },
    });
    const exact = (await odd.mcas('POST', '/api/v1/activities/count/', { json: {} })).body;
    const { body } = await odd.mcas('POST', '/api/v1/activities/', { json: { limit: 1000 } });
    expect(body.data).toHaveLength(250);
    expect(body.max).toBe(250);
    expect(body.data[0].timestamp).toBeLessThan(body.data[249].timestamp);
    expect(body.total).not.toBe(exact);
    const beyond = await odd.mcas('POST', '/api/v1/activities/', { json: { skip: 4990, limit: 100 } });
    expect(beyond.body).toMatchObject({ data: [], hasNext: false });
    await odd.stop();
  });
});
