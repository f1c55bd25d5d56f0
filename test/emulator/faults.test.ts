import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { faultKinds } from '../../emulator/faults/faultSchema.js';
import { startTestEmulator, type TestEmulator } from './startTestEmulator.js';

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startTestEmulator({ switches: { limits: true } });
});
afterAll(() => emulator.stop());
beforeEach(() => emulator.control('POST', 'reset'));

const list = '/v1.0/security/alerts_v2?$top=3';
const script = (fault: object) => emulator.control('POST', 'faults', { upstream: 'alerts', ...fault });

describe('scripted faults', () => {
  it.each([
    [{ status: 429, retryAfter: 12 }, '12'],
    [{ status: 429, retryAfter: 2.128 }, '2.128'],
    [{ status: 503, retryAfter: 'Wed, 21 Oct 2026 07:28:00 GMT' }, 'Wed, 21 Oct 2026 07:28:00 GMT'],
    [{ status: 429 }, null],
    [{ status: 500 }, null],
    [{ status: 502 }, null],
    [{ status: 504 }, null],
  ])('answer %j once, then the service again', async (fault, retryAfter) => {
    await script({ kind: 'status', ...fault });
    const { status, headers, body } = await emulator.graph(list);
    expect([status, headers.get('retry-after')]).toEqual([fault.status, retryAfter]);
    expect(body.error).toHaveProperty('innerError.request-id');
    expect((await emulator.graph(list)).status).toBe(200);
  });

  it('give Retry-After as a date counted from the clock', async () => {
    await script({ kind: 'status', retryAfter: 30, retryAfterForm: 'date' });
    const { headers } = await emulator.graph(list);
    const waitMs = Date.parse(headers.get('retry-after') ?? '') - Date.parse(headers.get('date') ?? '');
    expect(waitMs).toBe(30_000);
  });

  it('strike only the area and path that they name', async () => {
    await script({ kind: 'status', status: 500, match: '/security/alerts_v2/' });
    expect((await emulator.graph(list)).status).toBe(200);
    expect((await emulator.graph('/v1.0/users?$top=1')).status).toBe(200);
    expect((await emulator.graph('/v1.0/security/alerts_v2/x')).status).toBe(500);
  });

  it('break the body in every way', async () => {
    const good = await emulator.graph(list);
    await script({ kind: 'html' });
    const html = await emulator.graph(list);
    expect([html.status, html.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    await script({ kind: 'truncated' });
    await expect(emulator.graph(list)).rejects.toThrow(SyntaxError);
    await script({ kind: 'empty' });
    expect((await emulator.graph(list)).text).toBe('');
    await script({ kind: 'wrongContentType' });
    expect((await emulator.graph(list)).headers.get('content-type')).toContain('text/plain');
    await script({ kind: 'wrongType' });
    expect(Array.isArray((await emulator.graph(list)).body.value)).toBe(false);
    await script({ kind: 'huge' });
    expect((await emulator.graph(list)).text.length).toBeGreaterThanOrEqual(10 * 1024 * 1024);
    await script({ kind: 'duplicateRows' });
    expect((await emulator.graph(list)).body.value).toHaveLength(good.body.value.length * 2);
    await script({ kind: 'unknownEvidence' });
    const types = (await emulator.graph(list)).body.value[0].evidence.map(
      (item: Record<string, string>) => item['@odata.type'],
    );
    expect(types).toContain('#microsoft.graph.security.quantumSensorEvidence');
    await script({ kind: 'unknownEnum' });
    expect((await emulator.graph(list)).body.value[0].serviceSource).toBe('serviceSourceOfTomorrow');
  });

  it('break the paging', async () => {
    const good = await emulator.graph(list);
    await script({ kind: 'emptyPage' });
    const empty = await emulator.graph(list);
    expect(empty.body.value).toEqual([]);
    expect((await emulator.graph(empty.body['@odata.nextLink'])).body.value).toEqual(good.body.value);
    await script({ kind: 'nonAdvancingNextLink', times: 2 });
    const stuck = await emulator.graph(list);
    expect((await emulator.graph(stuck.body['@odata.nextLink'])).body).toEqual(stuck.body);
  });

  it('repeat rows of a page on the next one', async () => {
    const idsOf = ({ body }: { body: any }) => body.value.map(({ id }: { id: string }) => id);
    const pages = async () => {
      const first = await emulator.graph('/v1.0/users?$top=4&$select=id');
      return [idsOf(first), idsOf(await emulator.graph(first.body['@odata.nextLink']))];
    };
    const [first = [], second = []] = await pages();
    await script({ upstream: 'directory', kind: 'duplicateRows', times: 2 });
    expect(await pages()).toEqual([
      [...first, ...first.slice(0, 3)],
      [...first.slice(-3), ...second, ...second.slice(0, 3)],
    ]);
  });

  it('cut the connection and note it in the ledger', async () => {
    await script({ kind: 'reset' });
    await expect(emulator.graph(list)).rejects.toThrow('fetch failed');
    const { body } = await emulator.control('GET', 'requests');
    expect(body).toHaveLength(1);
    expect(body[0]).toMatchObject({ status: 0, area: 'alerts' });
  });

  it('hold the body back', async () => {
    await script({ kind: 'slow', delayMs: 80 });
    const startMs = performance.now();
    const { body } = await emulator.graph(list);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(75);
    expect(body.value).toHaveLength(3);
  });

  it('refuse tokens and permissions', async () => {
    await script({ kind: 'expiredToken' });
    expect((await emulator.graph(list)).body.error.code).toBe('InvalidAuthenticationToken');
    await script({ kind: 'forbidden' });
    expect((await emulator.graph(list)).status).toBe(403);
  });

  it('answer in part, with the Warning of a failed provider', async () => {
    await script({ kind: 'partial206', provider: 'WDATP', status: 504 });
    const { status, headers, body } = await emulator.graph('/v1.0/security/alerts?$top=2');
    expect(status).toBe(206);
    expect(headers.get('warning')).toMatch(/^199 - "Microsoft\/WDATP\/504\/\d+"$/);
    expect(Array.isArray(body.value)).toBe(true);
  });

  it('shift the Date header alone', async () => {
    await script({ kind: 'clockSkew', skewSeconds: -600 });
    const skewed = Date.parse((await emulator.graph(list)).headers.get('date') ?? '');
    const right = Date.parse((await emulator.graph(list)).headers.get('date') ?? '');
    expect(right - skewed).toBeGreaterThanOrEqual(600_000);
  });

  it("let another application eat the tenant's budget", async () => {
    const path = '/v1.0/identityProtection/riskDetections?$top=1';
    await emulator.control('POST', 'faults', { upstream: 'identity', kind: 'otherApplication' });
    const { status, headers } = await emulator.graph(path);
    expect([status, headers.get('retry-after')]).toEqual([429, null]);
    await emulator.control('POST', 'clock', { advanceSeconds: 2 });
    expect((await emulator.graph(path)).status).toBe(200);
  });

  it('strike parts of a batch as they strike single calls', async () => {
    await script({ kind: 'reset' });
    const requests = [{ id: '1', method: 'GET', url: '/security/alerts_v2?$top=1' }];
    const { body } = await emulator.graph('/v1.0/$batch', { method: 'POST', json: { requests } });
    expect(body.responses[0].status).toBe(504);
  });

  it('strike Cloud Apps and the authority in their own words', async () => {
    await emulator.control('POST', 'faults', { upstream: 'mcas', kind: 'status', status: 429, retryAfter: 5 });
    const headers = { authorization: `Token ${emulator.mcasToken}` };
    const throttled = await fetch(`${emulator.mcasUrl}/api/v1/activities/`, { headers });
    expect([throttled.status, await throttled.json()]).toEqual([
      429,
      { error: { message: 'Rate limit is exceeded. Try again in 5 seconds.' } },
    ]);
    expect((await fetch(`${emulator.mcasUrl}/api/v1/activities/`, { headers })).status).toBe(200);
  });

  it.each([
    [{}, /upstream/],
    [{ upstream: 'nowhere', kind: 'status' }, /upstream/],
    [{ upstream: 'alerts', kind: 'nonsense' }, /kind/],
    [{ upstream: 'alerts', kind: 'status', times: 0 }, /times/],
    [{ upstream: 'alerts', kind: 'status', nonsense: 1 }, /nonsense/],
    ['text', /body/],
  ])('are refused when malformed: %j', async (fault, message) => {
    const { status, body } = await emulator.control('POST', 'faults', fault);
    expect(status).toBe(400);
    expect(body.error).toMatch(message);
  });

  it('can all be scripted', async () => {
    for (const kind of faultKinds) expect((await script({ kind })).status).toBe(201);
  });
});
