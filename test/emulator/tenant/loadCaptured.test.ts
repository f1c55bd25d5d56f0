import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTenant, type Tenant } from '../../../emulator/tenant/Tenant.js';

const captured = fileURLToPath(new URL('../../fixtures/captured', import.meta.url));
const now = new Date('2026-11-21T12:00:00Z');

describe('captured answers', () => {
  const tenant = createTenant({ now, dataDir: captured });

  it('are served as they were, to the last digit of their times', () => {
    const alert = tenant.legacyAlerts.get('992431C8-A8CC-3B88-A5A2-37F3A1930BC1');
    expect(alert).toMatchObject({
      createdDateTime: '2018-09-27T16:24:58.363Z',
      lastModifiedDateTime: '2018-09-27T16:24:59.3930894Z',
      riskScore: '',
      status: 'newAlert',
    });
  });

  it('load from collections, Cloud Apps envelopes, bare lists, single entities and wrapped entities', () => {
    expect([...tenant.incidents.keys()]).toEqual(['917']);
    expect([...tenant.mcasAlerts.keys()]).toEqual(['65e5a1b2c3d4e5f601234567']);
    expect([...tenant.users.values()].map((user) => user.displayName)).toEqual(['First User', 'Ünï Ćode']);
    expect(tenant.alerts.size).toBe(1);
    expect([...tenant.riskDetections.keys()]).toEqual(['7f1e-0b2c-risk']);
  });

  it('leave collections without a file empty', () => {
    const empty: (keyof Tenant)[] = [
      'devices',
      'secureScores',
      'secureScoreControlProfiles',
      'riskyUsers',
      'files',
      'streams',
    ];
    for (const name of empty) expect((tenant[name] as Map<string, unknown>).size).toBe(0);
  });

  it('tell the tenant that they belong to', () => {
    expect(tenant.tenantId).toBe('1f0e2d3c-4b5a-4968-8776-655443322110');
    expect(tenant.captured).toBe(true);
  });
});

describe('a body that cannot be used', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'captured-'));
    mkdirSync(join(dir, 'graph/security/alerts_v2'), { recursive: true });
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  function load(name: string, body: string | Buffer): Tenant {
    writeFileSync(join(dir, 'graph/security/alerts_v2', name), body);
    return createTenant({ now, dataDir: dir });
  }

  it.each([
    ['half.json', '{"value":[{"id":"x"'],
    ['page.json', '<html></html>'],
    ['empty.json', ''],
    ['error.json', '{"error":{"code":"Forbidden","message":""}}'],
    ['noid.json', '{"value":[{"id":"a"},{"title":"b"}]}'],
    ['blankid.json', '{"id":""}'],
    ['text.json', '"text"'],
    ['null.json', '{"value":[null]}'],
  ])('stops with the name of %s', (name, body) => {
    expect(() => load(name, body)).toThrow(name);
  });

  it('is not one with a byte order mark, UTF-16 or bytes that are no text', () => {
    expect(load('bom.json', '\uFEFF{"id":"a"}').alerts.size).toBe(1);
    expect(load('utf16.json', Buffer.from('\uFEFF{"id":"b"}', 'utf16le')).alerts.size).toBe(2);
    expect(
      load(
        'bad.json',
        Buffer.concat([Buffer.from('{"id":"c","title":"'), Buffer.from([0xff, 0x95]), Buffer.from('"}')]),
      ).alerts.size,
    ).toBe(3);
  });

  it('is not one of an empty collection, and other files are left alone', () => {
    writeFileSync(join(dir, 'graph/security/alerts_v2', 'README.md'), 'not a body');
    expect(load('list.json', '{"value":[]}').alerts.size).toBe(0);
  });

  it('is named even if it is the folder', () => {
    expect(() => createTenant({ now, dataDir: join(dir, 'missing') })).toThrow('missing');
  });
});
