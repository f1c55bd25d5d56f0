import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CloudApps, startCloudApps } from '../support/cloudApps.js';
import type { LedgerEntry } from '../support/startStack.js';

describe('calls to Cloud Apps', () => {
  let stack: CloudApps;
  beforeAll(async () => {
    stack = await startCloudApps();
  });
  afterAll(() => stack.stop());

  it('carry the token of the application, and the legacy token where no other is taken', async () => {
    const answer = await stack.ask(
      `mutation { createMCASIPRange(input: { name: "Lab", category: VPN, subnets: ["2001:db8:1::/48"] }) { ipRange { id } } }`,
    );
    expect(answer.errors).toBeUndefined();
    const read = await stack.ask(`{ mcasActivities(first: 1) { nodes { id } } mcasAlerts(first: 1) { nodes { id } }
      mcasAccounts(first: 1) { nodes { idInApp } } mcasIPRanges { id } mcasDiscoveryStreams { id } mcasFiles(first: 1) { nodes { id } } }`);
    expect(read.errors).toBeUndefined();
    const calls = (await stack.ledger()).filter(({ upstream }) => upstream === 'mcas') as (LedgerEntry & {
      appId: string | null;
    })[];
    expect(calls.length).toBeGreaterThanOrEqual(7);
    for (const { path, appId } of calls) {
      expect([path, appId]).toEqual([path, path.startsWith('/api/v1/files/') ? null : stack.emulator.clientId]);
    }
  });
});
