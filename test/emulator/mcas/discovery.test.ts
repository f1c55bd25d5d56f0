import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Row } from '../../../emulator/tenant/Tenant.js';
import { startMcas, type TestMcas } from './startMcas.js';

const categoriesPath = '/api/v1/discovery/discovered_apps/categories/';
const scriptPath = '/api/discovery_block_scripts/?format=120&type=banned';

let service: TestMcas;
let streamId: string;

beforeAll(async () => {
  service = await startMcas({ alerts: 5, users: 5, switches: { limits: false } });
  const { body } = await service.mcas('GET', '/api/discovery/streams/');
  streamId = body.streams[0]._id;
});
afterAll(() => service.stop());

const categories = async (input: Row = {}, path = categoriesPath) =>
  (await service.mcas('POST', path, { json: { streamId, ...input } })).body as { id: string; total: number }[];

describe('categories of discovered apps', () => {
  it('are a bare list with ids and totals, most apps first', async () => {
    const rows = await categories();
    expect(rows.length).toBeGreaterThan(20);
    for (const row of rows)
      expect(row).toEqual({ id: expect.stringMatching(/^SAASDB_CATEGORY_[A-Z_]+$/), total: expect.any(Number) });
    const totals = rows.map(({ total }) => total);
    expect(totals).toEqual([...totals].sort((a, b) => b - a));
  });

  it('are the same under every prefix and in every emulator of the same seed', async () => {
    const rows = await categories();
    const aliases = ['/cas/api/v1', '/api'].map((prefix) => categoriesPath.replace('/api/v1', prefix));
    for (const path of [...aliases, categoriesPath.slice(0, -1)]) expect(await categories({}, path)).toEqual(rows);
    const twin = await startMcas({ alerts: 5, users: 5 });
    const answer = await twin.mcas('POST', categoriesPath, { json: { streamId } });
    await twin.stop();
    expect(answer.body).toEqual(rows);
  });

  it('are sorted and cut as asked, and grow with the period', async () => {
    const rows = await categories({ sortField: 'score', sortDirection: 'asc' });
    expect(rows.map(({ total }) => total)).toEqual(rows.map(({ total }) => total).sort((a, b) => a - b));
    expect(await categories({ sortDirection: 'asc', skip: 2, limit: 3 })).toEqual(rows.slice(2, 5));
    const sum = (counted: readonly { total: number }[]) => counted.reduce((all, { total }) => all + total, 0);
    const [week, month, quarter] = await Promise.all([7, 30, 90].map((timeFrame) => categories({ timeFrame })));
    expect(sum(week ?? [])).toBeLessThan(sum(month ?? []));
    expect(sum(month ?? [])).toBeLessThan(sum(quarter ?? []));
  });

  it.each([
    ['without a report', { streamId: undefined }],
    ['of an unknown report', { streamId: 'nobody' }],
    ['for no days', { timeFrame: 0 }],
    ['for more days than are kept', { timeFrame: 91 }],
    ['by an unknown field', { sortField: 'name' }],
  ])('%s are refused with 400', async (_name, input) => {
    expect((await service.mcas('POST', categoriesPath, { json: { streamId, ...input } })).status).toBe(400);
  });

  it('of an unknown report are a missing page, when switched so', async () => {
    const other = await startMcas({ alerts: 5, users: 5, switches: { mcasUnknownStreamStatus: 404 } });
    const { status, headers } = await other.mcas('POST', categoriesPath, { json: { streamId: 'nobody' } });
    await other.stop();
    expect([status, headers.get('content-type')]).toEqual([404, expect.stringContaining('text/html')]);
  });
});

describe('block scripts', () => {
  it.each([
    [102, /^url\.domain=\S+ deny$/],
    [104, /^access-list /],
    [108, /^(edit 0|next| {2}set .+)$/],
    [112, /^set profiles /],
    [120, /^\.\S+$/],
    [129, /^set security utm /],
    [135, /^[a-z.]+$/],
  ])('of format %i are plain text in its language, for every banned domain', async (format, line) => {
    const path = `/api/discovery_block_scripts/?format=${format}&type=banned`;
    const { status, headers, text } = await service.mcas('GET', path);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
    for (const written of text.trimEnd().split('\n')) expect(written).toMatch(line);
    expect(new Set(text.match(/\w+\.example/g)).size).toBe(3);
    expect((await service.mcas('GET', path.replace('/api', '/api/v1'))).text).toBe(text);
  });

  it.each(['format=1&type=banned', 'format=constructor&type=banned', 'type=banned', 'format=120&type=other'])(
    'of %s are refused',
    async (query) => {
      expect((await service.mcas('GET', `/api/discovery_block_scripts/?${query}`)).status).toBe(400);
    },
  );

  it('want the right to manage discovery, where categories want the right to read it', async () => {
    const statusOf = async (scope: string, method: string, path: string) => {
      const headers = { authorization: await service.bearer(scope) };
      return (await service.mcas(method, path, { json: { streamId }, headers })).status;
    };
    expect(await statusOf('Discovery.read', 'POST', categoriesPath)).toBe(200);
    expect(await statusOf('Discovery.read', 'GET', scriptPath)).toBe(403);
    expect(await statusOf('Discovery.manage', 'GET', scriptPath)).toBe(200);
    expect(await statusOf('Investigation.manage', 'POST', categoriesPath)).toBe(403);
  });

  it('carry another content type when switched so', async () => {
    const other = await startMcas({
      alerts: 5,
      users: 5,
      switches: { mcasBlockScriptType: 'application/octet-stream' },
    });
    const { headers } = await other.mcas('GET', scriptPath);
    await other.stop();
    expect(headers.get('content-type')).toBe('application/octet-stream');
  });
});
