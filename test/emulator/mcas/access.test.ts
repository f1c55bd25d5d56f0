import { afterEach, describe, expect, it } from '@jest/globals';
import { startMcas, type TestMcas } from './startMcas.js';

let service: TestMcas;
afterEach(() => service.stop());

describe('who may call Cloud Apps', () => {
  it('is decided by token and scope', async () => {
    service = await startMcas({ alerts: 20, users: 10 });
    const status = async (authorization: string, method: string, path: string, json?: unknown) =>
      (await service.mcas(method, path, { json, headers: { authorization } })).status;
    const reader = await service.bearer('Investigation.read');
    const manager = await service.bearer('INVESTIGATION.MANAGE');
    const discoverer = await service.bearer('Discovery.manage');
    const settings = await service.bearer('Settings.read');

    expect(await status('Token wrong', 'GET', '/api/v1/alerts/')).toBe(401);
    expect(await status('', 'GET', '/api/v1/alerts/')).toBe(401);
    expect(await status('Bearer nonsense', 'GET', '/api/v1/alerts/')).toBe(401);
    expect(await status(reader, 'GET', '/api/v1/activities/')).toBe(200);
    expect(await status(reader, 'POST', '/api/v1/alerts/close_benign/', { filters: {} })).toBe(403);
    expect(await status(manager, 'POST', '/api/v1/alerts/close_benign/', { filters: { severity: { eq: [9] } } })).toBe(
      200,
    );
    expect(await status(reader, 'POST', '/api/v1/subnet/create_rule/', {})).toBe(403);
    expect(await status(settings, 'GET', '/api/v1/subnet/')).toBe(200);
    expect(await status(settings, 'GET', '/api/v1/alerts/')).toBe(403);
    expect(await status(discoverer, 'GET', '/api/discovery/streams/')).toBe(200);
    expect(await status(discoverer, 'GET', '/api/v1/activities/')).toBe(403);
  });

  it('never includes reading files with an Entra token', async () => {
    service = await startMcas({ alerts: 5, users: 5 });
    const everything = await service.bearer('Investigation.manage', 'Discovery.manage', 'Settings.manage');
    const answer = await service.mcas('GET', '/api/v1/files/', { headers: { authorization: everything } });
    expect(answer.status).toBe(403);
    expect(answer.body).toEqual({ detail: 'Insufficient role based permissions', correlation_id: expect.any(String) });
    expect((await service.mcas('GET', '/api/v1/files/')).status).toBe(200);
  });
});

describe('the budget of Cloud Apps', () => {
  it('is 30 calls in 60 seconds over all routes, and says when to come back', async () => {
    service = await startMcas({ alerts: 5, users: 5, switches: { limits: true } });
    const paths = ['/api/v1/activities/?limit=1', '/api/v1/alerts/?limit=1', '/api/v1/subnet/'];
    for (let call = 0; call < 30; call += 1)
      expect((await service.mcas('GET', paths[call % 3] as string)).status).toBe(200);
    const refused = await service.mcas('GET', '/api/v1/alerts/');
    expect(refused.status).toBe(429);
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(refused.body).toEqual({ error: { message: `Rate limit is exceeded. Try again in ${seconds} seconds.` } });
    await service.control('POST', 'clock', { advanceSeconds: 61 });
    expect((await service.mcas('GET', '/api/v1/alerts/')).status).toBe(200);
  });

  it('answers an HTML page without a header when switched so', async () => {
    service = await startMcas({
      alerts: 5,
      users: 5,
      switches: { limits: true, mcasRetryAfterHeader: false, mcasThrottleBody: 'html' },
    });
    let answer = await service.mcas('GET', '/api/v1/subnet/');
    for (let call = 0; call < 30; call += 1) answer = await service.mcas('GET', '/api/v1/subnet/');
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBeNull();
    expect(answer.headers.get('content-type')).toContain('text/html');
  });
});
