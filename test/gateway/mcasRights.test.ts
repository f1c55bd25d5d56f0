import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type GuardedStack, startGuardedStack } from '../support/rights.js';

const id = 'a'.repeat(24);
const triage = [
  `mutation { closeMCASAlerts(input: { ids: ["${id}"], as: TRUE_POSITIVE }) { errors { code } } }`,
  `mutation { markMCASAlertsRead(input: { ids: ["${id}"] }) { errors { code } } }`,
  'mutation { giveMCASActivityFeedback(input: { id: "x", feedback: "x" }) { errors { code } } }',
];
const respond = [
  'mutation { createMCASIPRange(input: { name: "X", category: VPN, subnets: ["10.0.0.0/8"] }) { errors { code } } }',
  'mutation { updateMCASIPRange(input: { id: "x", name: "X" }) { errors { code } } }',
  'mutation { deleteMCASIPRange(input: { id: "x" }) { errors { code } } }',
  'mutation { startDiscoveryUpload(input: { filename: "x", source: "ZSCALER" }) { errors { code } } }',
  'mutation { finishDiscoveryUpload(input: { uploadUrl: "x", inputStreamName: "x" }) { errors { code } } }',
];
const reads = [
  `{ mcasAlert(id: "${id}") { id } }`,
  '{ mcasAlerts { nodes { id } } }',
  '{ mcasAccount(id: "x") { id } }',
  '{ mcasAccounts { nodes { id } } }',
  '{ mcasIPRanges { id } }',
  '{ mcasFile(id: "x") { id } }',
  '{ mcasFiles { nodes { id } } }',
  '{ mcasDiscoveryStreams { id } }',
  '{ mcasDiscoveryCategories(streamId: "x") { id } }',
  '{ mcasDiscoveryBlockScript(format: ZSCALER) { script } }',
];

describe('rights to Cloud Apps', () => {
  let guarded: GuardedStack;
  beforeAll(async () => {
    guarded = await startGuardedStack();
  });
  afterAll(() => guarded.stack.stop());

  it.each(triage)('%s wants Security.Triage', (query) =>
    guarded.expectRefused('Security.Triage', [['Security.Read'], ['Security.Read', 'Security.Respond']], query),
  );

  it.each(respond)('%s wants Security.Respond', (query) =>
    guarded.expectRefused('Security.Respond', [['Security.Read'], ['Security.Read', 'Security.Triage']], query),
  );

  it.each(reads)('%s wants Security.Read', (query) =>
    guarded.expectRefused('Security.Read', [['Security.Audit']], query),
  );

  it('sends nothing to Cloud Apps for those who are refused', async () => {
    expect((await guarded.stack.ledger()).filter(({ upstream }) => upstream === 'mcas')).toEqual([]);
  });
});
