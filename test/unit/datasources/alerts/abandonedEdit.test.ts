import { describe, expect, it } from '@jest/globals';
import type { IdempotencyStore } from '../../../../src/datasources/mutations/IdempotencyStore.js';
import { UpstreamError } from '../../../../src/errors/GatewayError.js';
import { alertRow, type Row, setUpAlerts } from './fakeAlertService.js';

const claimedAt = Date.parse('2026-11-21T08:00:00Z');

/** Alerts whose every idempotency key was claimed by an instance that died over the work. */
function setUpAfterDeath(rows: readonly Row[]) {
  const ends: unknown[] = [];
  const idempotency: IdempotencyStore = {
    claim: async () => ({
      kind: 'abandoned',
      claimedAt,
      finish: async (outcome) => void ends.push(outcome),
      leave: async () => void ends.push('left'),
    }),
  };
  const set = setUpAlerts(rows, { idempotency });
  return { ...set, ends, sent: () => set.upstream.calls.map(({ method }) => method).filter((name) => name !== 'GET') };
}

function comment(text: string, at: string): object {
  return { comment: text, createdByDisplayName: 'Gateway', createdDateTime: at };
}

describe('an edit over which another instance died', () => {
  const status = { id: 'a1', status: 'RESOLVED', idempotencyKey: 'k' } as const;

  it('is answered without a write when the alert shows it', async () => {
    const set = setUpAfterDeath([alertRow('a1', { status: 'resolved' })]);
    expect(await set.mutate().updateAlert(status)).toMatchObject({ errors: [], alert: { status: 'RESOLVED' } });
    expect(set.sent()).toEqual([]);
    expect(set.ends).toMatchObject([{ isFinal: true }]);
  });

  it('is written when the alert does not show it, because a PATCH can be repeated', async () => {
    const set = setUpAfterDeath([alertRow('a1')]);
    expect(await set.mutate().updateAlert(status)).toMatchObject({ errors: [], alert: { status: 'RESOLVED' } });
    expect(set.sent()).toEqual(['PATCH']);
  });

  it('is a conflict when somebody else wrote meanwhile, and stays open', async () => {
    const set = setUpAfterDeath([alertRow('a1')]);
    const payload = await set.mutate().updateAlert({ ...status, expectedLastUpdate: '2026-11-20T09:00:00Z' });
    expect(payload.errors).toMatchObject([{ code: 'CONFLICT' }]);
    expect(set.sent()).toEqual([]);
    expect(set.ends).toEqual(['left']);
  });

  it('stays open when the alert cannot be read', async () => {
    const set = setUpAfterDeath([alertRow('a1')]);
    const away = new UpstreamError('UPSTREAM_UNAVAILABLE', 'away', { upstream: 'GRAPH_SECURITY' });
    set.service.before = () => {
      throw away;
    };
    await expect(set.mutate().updateAlert(status)).rejects.toBe(away);
    expect(set.ends).toEqual(['left']);
  });
});

describe('a comment over which another instance died', () => {
  const input = { id: 'a1', comment: 'Looks bad', idempotencyKey: 'k' };

  it('is found by its text and time', async () => {
    const set = setUpAfterDeath([alertRow('a1', { comments: [comment('Looks bad', '2026-11-21T08:00:01Z')] })]);
    expect(await set.mutate().addAlertComment(input)).toMatchObject({ errors: [] });
    expect(set.sent()).toEqual([]);
  });

  it.each([
    ['is not there', []],
    ['is an older one of the same text', [comment('Looks bad', '2026-11-20T08:00:01Z')]],
    ['is of another text', [comment('Looks good', '2026-11-21T08:00:01Z')]],
  ])('that %s is OUTCOME_UNKNOWN, and never posted a second time', async (_what, comments) => {
    const set = setUpAfterDeath([alertRow('a1', { comments })]);
    const payload = await set.mutate().addAlertComment(input);
    expect(payload.errors).toMatchObject([{ code: 'OUTCOME_UNKNOWN', inputPath: ['comment'] }]);
    expect(set.sent()).toEqual([]);
    expect(set.ends).toMatchObject([{ isFinal: true }]);
  });

  it('leaves the fields beside it written', async () => {
    const set = setUpAfterDeath([alertRow('a1')]);
    const payload = await set.mutate().updateAlert({ ...input, status: 'RESOLVED' });
    expect(payload).toMatchObject({ alert: { status: 'RESOLVED' }, errors: [{ code: 'OUTCOME_UNKNOWN' }] });
    expect(set.sent()).toEqual(['PATCH']);
  });

  it('of one item of many leaves the others to be finished', async () => {
    const set = setUpAfterDeath([alertRow('a1'), alertRow('a2', { status: 'resolved' })]);
    const { results } = await set.mutate().updateAlerts({
      alerts: [
        { id: 'a1', comment: 'Looks bad' },
        { id: 'a2', status: 'RESOLVED' },
      ],
      idempotencyKey: 'k',
    });
    expect(results).toMatchObject([{ errors: [{ code: 'OUTCOME_UNKNOWN' }] }, { errors: [] }]);
    expect(set.sent()).toEqual([]);
  });
});
